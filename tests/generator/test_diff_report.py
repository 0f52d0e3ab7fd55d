"""What the three reports say beyond the golden ones: nothing, odd characters, order, long lists."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

from ocppgen.diff.changes import Change, Diff, Difference, Scope
from ocppgen.diff.report import ReportFormat, render
from ocppgen.diff.rules import ChangeKind, Impact
from ocppgen.json_values import JsonValue

K = ChangeKind
TEXT, MARKDOWN, JSON = ReportFormat.TEXT, ReportFormat.MARKDOWN, ReportFormat.JSON
KEYS = [
    *("kind", "scope", "subject", "path", "keyword", "before", "after"),
    *("sender", "receiver", "because", "text", "actions", "messages"),
]


def change(
    kind: ChangeKind,
    path: str = "",
    before: JsonValue = None,
    after: JsonValue = None,
    messages: tuple[str, ...] = ("PourTea",),
) -> Change:
    return Change(Scope.TYPE, "CupType", Difference(kind, path, "", before, after), messages, ())


def text_lines(*changes: Change) -> list[str]:
    return render(Diff(changes), TEXT).splitlines()


@pytest.mark.parametrize("form", [TEXT, MARKDOWN])
def test_no_change_is_one_sentence(form: ReportFormat) -> None:
    report = render(Diff((), "mine", "mine"), form)
    assert [line for line in report.splitlines() if line and not line.startswith("## ")] == [
        "No structural change."
    ]


def test_no_change_as_json() -> None:
    counts = {"changes": 0, "breaking_for_sender": 0, "breaking_for_receiver": 0}
    expected = {"old": "a", "new": "b", "summary": counts, "changes": []}
    assert json.loads(render(Diff((), "a", "b"), JSON)) == expected


@pytest.mark.parametrize("form", ReportFormat)
def test_a_report_ends_with_one_line_break(form: ReportFormat) -> None:
    report = render(Diff((change(K.OBJECT_OPENED),)), form)
    assert report.endswith("\n") and not report.endswith("\n\n")


def test_bundles_are_named_where_their_names_tell_them_apart() -> None:
    assert render(Diff((), "mine", "yours"), TEXT).startswith("mine -> yours\n")
    assert render(Diff((), "mine", "yours"), MARKDOWN).startswith(
        "## Schema changes from `mine` to `yours`\n"
    )


def test_one_change_is_counted_in_the_singular() -> None:
    lines = text_lines(change(K.DEFAULT_CHANGED, "size", 1, 2.0))
    assert "  size: default changed from 1 to 2 (breaks sender and receiver)" in lines
    assert lines[-1] == "1 structural change: 1 breaking for a sender, 1 breaking for a receiver."


def test_long_lists_are_cut_in_text_and_whole_in_json() -> None:
    values = tuple(f"Leaf{number}" for number in range(12))
    messages = tuple(f"Pour{letter}" for letter in "ABCDEFGH")
    diff = Diff((change(K.VALUES_LISTED, "leaf", "string", values, messages),))
    text = render(diff, TEXT)
    assert '"Leaf7" and 4 more, was any string' in text and "Leaf8" not in text
    assert "Reaches PourA, PourB, PourC, PourD, PourE, PourF and 2 more." in text
    (row,) = json.loads(render(diff, JSON))["changes"]
    assert (row["after"], row["messages"]) == (list(values), list(messages))


def test_json_has_the_documented_keys_in_their_order() -> None:
    (row,) = json.loads(render(Diff((change(K.VALUE_ADDED, "", None, "Grün"),)), JSON))["changes"]
    assert list(row) == KEYS
    assert (row["kind"], row["after"], row["text"]) == ("value-added", "Grün", 'value "Grün" added')
    assert (row["sender"], row["receiver"]) == (Impact.COMPATIBLE, Impact.BREAKING)


def test_markup_in_a_value_is_no_markup_in_markdown() -> None:
    report = render(Diff((change(K.VALUE_ADDED, "", None, "<b>|*_`[x]&"),)), MARKDOWN)
    (row,) = (line for line in report.splitlines() if "value" in line)
    assert "&lt;b>\\|\\*\\_\\`\\[x\\]&amp;" in row
    assert len(re.findall(r"(?<!\\)\|", row)) == 5


def test_the_report_does_not_depend_on_the_hash_seed() -> None:
    wheel = Path(str(distribution("ocpp").locate_file("ocpp")))
    folders = [str(wheel / version / "schemas") for version in ("v201", "v21")]
    command = [sys.executable, "-m", "ocppgen", "diff", *folders, "--format", "json"]
    reports = {
        subprocess.run(
            command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(reports) == 1 and reports.pop().startswith(b'{\n  "old": ')
