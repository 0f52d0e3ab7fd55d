"""Writes which rules are shown by tests, as pages: `python -m tests.requirements.table`."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from tests.requirements.coverage import LATER, TESTS, Rule, rules, shown

DOCS = TESTS.parent / "docs" / "requirements"
PAGES = {
    "CS": ("charging-station.md", "Charging Station"),
    "CSMS": ("csms.md", "CSMS"),
}
FOLDER = TESTS / "runtime" / "ref"
BINDING = ("SHALL", "SHALL NOT")


def page(actor: str) -> str:
    """The page of one side."""
    _, title = PAGES[actor]
    tests = shown(FOLDER)
    mine = [rule for rule in rules() if rule.actor == actor and not rule.id.startswith(LATER)]
    binding = [rule for rule in mine if rule.level in BINDING]
    lines = [
        f"# Requirements: {title}",
        "",
        "Written by `python -m tests.requirements.table`. The rules of OCPP 2.1 Part 2 that bind",
        f"a {title}, without A00 and the blocks I, K, M, Q, R and S. A rule counts as shown if a",
        "test carries its id.",
        "",
        f"- {_share(mine, tests)} of all rules",
        f"- {_share(binding, tests)} of those that say SHALL",
        "",
        "| Use case | Shown | Rules | Not shown |",
        "|---|---|---|---|",
        *_summary(mine, tests),
        "",
        "| Rule | Level | Test |",
        "|---|---|---|",
        *(f"| {rule.id} | {rule.level} | {_test(tests.get(rule.id, []))} |" for rule in mine),
    ]
    return "\n".join(lines) + "\n"


def _share(some: list[Rule], tests: Mapping[str, list[str]]) -> str:
    count = sum(rule.id in tests for rule in some)
    return f"{count} of {len(some)} ({count / len(some):.0%})"


def _summary(mine: list[Rule], tests: Mapping[str, list[str]]) -> list[str]:
    rows = []
    for use_case, group in groupby(mine, key=lambda rule: rule.use_case):
        members = list(group)
        missing = [rule.id.rpartition(".")[2] for rule in members if rule.id not in tests]
        row = (use_case, len(members) - len(missing), len(members), " ".join(missing))
        rows.append("| {} | {} | {} | {} |".format(*row))
    return rows


def _test(tests: list[str]) -> str:
    if not tests:
        return ""
    more = f" and {len(tests) - 1} more" if len(tests) > 1 else ""
    return f"`{tests[0].partition('runtime/ref/')[2]}`{more}"


def write(folder: Path) -> None:
    """Write all pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for actor, (name, _) in PAGES.items():
        (folder / name).write_text(page(actor), encoding="utf-8")


if __name__ == "__main__":
    write(DOCS)
