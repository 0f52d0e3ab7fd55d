"""Write a diff as plain text, as Markdown or as JSON. The same diff always gives the same text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from itertools import groupby

from ..json_values import JsonObject, JsonValue
from .changes import Change, Diff, Scope
from .rules import ChangeKind
from .text import reached, sentence, summary, verdict

_SHOWN_MESSAGES = 6
_LEGEND = (
    "sender: code built on the old bundle that talks to a peer of the new.",
    "receiver: code built on the old bundle that hears a peer of the new.",
)
_WHOLE_TITLES: Mapping[ChangeKind, str] = {
    ChangeKind.ACTION_ADDED: "Actions added",
    ChangeKind.ACTION_REMOVED: "Actions removed",
    ChangeKind.TYPE_ADDED: "Types added",
    ChangeKind.TYPE_REMOVED: "Types removed",
}
"""Kinds that say all there is to say about their subject, so that they stand in a list."""


class ReportFormat(StrEnum):
    """How `ocppgen diff --format` writes a diff."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


def render(diff: Diff, form: ReportFormat) -> str:
    """Return the report, which ends with a line break."""
    renderers: Mapping[ReportFormat, Callable[[Diff], str]] = {
        ReportFormat.TEXT: render_text,
        ReportFormat.MARKDOWN: render_markdown,
        ReportFormat.JSON: render_json,
    }
    return renderers[form](diff)


def render_text(diff: Diff) -> str:
    """Write the report for a terminal: grouped, the counts in the last line."""
    lines: list[str] = []
    if diff.old != diff.new:
        lines += [f"{diff.old} -> {diff.new}", ""]
    if diff.changes:
        lines += [*_LEGEND, ""]
    for kind, changes in _whole(diff):
        lines += [f"{_WHOLE_TITLES[kind]} ({verdict(changes[0])})"]
        lines += [f"  {change.subject}" for change in changes] + [""]
    for changes in _groups(diff):
        inside = [*_reach_lines(changes[0]), *map(_text_line, changes)]
        lines += [_title(changes[0]), *(f"  {line}" for line in inside), ""]
    return "\n".join([*lines, summary(diff), ""])


def _text_line(change: Change) -> str:
    place = f"{_where(change)}: " if _where(change) else ""
    return f"{place}{sentence(change)} ({verdict(change)})"


def render_markdown(diff: Diff) -> str:
    """Write the report for a changelog or a pull request: the counts first, then tables."""
    names = f" from {_code(diff.old)} to {_code(diff.new)}" if diff.old != diff.new else ""
    lines = [f"## Schema changes{names}", "", summary(diff), ""]
    if diff.changes:
        lines += [f"- {line}" for line in _LEGEND] + [""]
    for kind, changes in _whole(diff):
        lines += [f"### {_WHOLE_TITLES[kind]} ({verdict(changes[0])})", ""]
        lines += [f"- {_code(change.subject)}" for change in changes] + [""]
    for changes in _groups(diff):
        lines += [f"### {_title(changes[0])}", ""]
        lines += [text for line in _reach_lines(changes[0]) for text in (line, "")]
        lines += ["| Field | Change | Sender | Receiver |", "|---|---|---|---|"]
        lines += [_markdown_row(change) for change in changes] + [""]
    return "\n".join(lines)


def _markdown_row(change: Change) -> str:
    where = _code(_where(change)) if _where(change) else ""
    cells = (where, _escape(sentence(change)), change.sender.value, change.receiver.value)
    return f"| {' | '.join(cells)} |"


def _escape(text: str) -> str:
    """The text with what Markdown or HTML would take for markup made harmless."""
    text = text.replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;")
    for mark in "|`*_[]":
        text = text.replace(mark, f"\\{mark}")
    return text


def _code(text: str) -> str:
    return "`" + text.replace("`", "'").replace("|", "\\|") + "`"


def render_json(diff: Diff) -> str:
    """Write the report for programs, with these keys in this order:

    `old`, `new` (where the bundles are from), `summary` with `changes`, `breaking_for_sender` and
    `breaking_for_receiver` (counts), and `changes`, a list of objects with `kind`, `scope`
    ("action", "message" or "type"), `subject`, `path`, `keyword` ("" but for constraints),
    `before`, `after` (null where there is none), `sender`, `receiver` ("breaking" or
    "compatible"), `because`, `text`, `actions` and `messages` (lists of names).
    """
    counts: JsonObject = {
        "changes": len(diff.changes),
        "breaking_for_sender": diff.breaking_for_sender,
        "breaking_for_receiver": diff.breaking_for_receiver,
    }
    changes: list[JsonValue] = [_change_json(change) for change in diff.changes]
    report = {"old": diff.old, "new": diff.new, "summary": counts, "changes": changes}
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _change_json(change: Change) -> JsonObject:
    difference = change.difference
    return {
        "kind": change.kind.value,
        "scope": change.scope.value,
        "subject": change.subject,
        "path": difference.path,
        "keyword": difference.keyword,
        "before": difference.before,
        "after": difference.after,
        "sender": change.sender.value,
        "receiver": change.receiver.value,
        "because": change.because,
        "text": sentence(change),
        "actions": change.actions,
        "messages": change.messages,
    }


def _whole(diff: Diff) -> Iterator[tuple[ChangeKind, list[Change]]]:
    """What came or went as a whole, by kind."""
    for kind in _WHOLE_TITLES:
        changes = [change for change in diff.changes if change.kind is kind]
        if changes:
            yield kind, changes


def _groups(diff: Diff) -> Iterator[list[Change]]:
    """The other changes, by the Action or the type that they are in."""
    rest = (change for change in diff.changes if change.kind not in _WHOLE_TITLES)
    for _, changes in groupby(rest, key=lambda change: change.group):
        yield list(changes)


def _title(change: Change) -> str:
    scope, name = change.group
    return f"{'Type' if scope is Scope.TYPE else 'Action'} {name}"


def _where(change: Change) -> str:
    """The field, with its message where it stands under an Action."""
    message = change.subject if change.scope is Scope.MESSAGE else ""
    return ".".join(part for part in (message, change.difference.path) if part)


def _reach_lines(change: Change) -> list[str]:
    if change.scope is not Scope.TYPE:
        return []
    return [f"Reaches {reached(change, _SHOWN_MESSAGES)}."]
