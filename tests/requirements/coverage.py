"""Which rules of OCPP 2.1 Part 2 the tests show, and which they do not.

The index has the rules that bind a Charging Station or a CSMS: their ids, whom they bind and how.
A rule counts as shown if a test carries its id.
"""

from __future__ import annotations

import ast
import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent.parent
INDEX = Path(__file__).with_name("index.tsv")
LATER = ("A00", "I", "K", "M", "Q", "R", "S")
"""Blocks that the reference implementations do not have yet, and A00, which has no use case."""

_ID = re.compile(r"[A-Z]\d\d\.FR\.\d+")


@dataclass(frozen=True, slots=True)
class Rule:
    """A requirement: whom it binds ("CS", "CSMS") and how ("SHALL", "MAY", ...)."""

    id: str
    actor: str
    level: str

    @property
    def use_case(self) -> str:
        return self.id.partition(".")[0]


def rules() -> list[Rule]:
    """All that the index has, in its order."""
    with INDEX.open(encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [Rule(row["id"], row["actor"], row["level"]) for row in rows]


def shown(folder: Path) -> Mapping[str, list[str]]:
    """Rule to the names of the tests under `folder` that carry its id."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        for name, id in _marks(ast.parse(path.read_text(encoding="utf-8"))):
            test = f"{path.relative_to(TESTS).as_posix()}::{name}"
            if test not in found[id]:
                found[id].append(test)
    return found


def _marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    tables = {
        target.id: statement.value
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    for statement in ast.walk(tree):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in statement.decorator_list:
                for id in _ids(decorator, tables):
                    yield statement.name, id


def _ids(decorator: ast.expr, tables: Mapping[str, ast.expr]) -> Iterator[str]:
    for node in ast.walk(decorator):
        if isinstance(node, ast.Call) and _is_mark(node.func):
            for argument in node.args:
                if isinstance(argument, ast.Constant):
                    yield str(argument.value)
                else:
                    yield from _in_tables(decorator, tables)


def _in_tables(decorator: ast.expr, tables: Mapping[str, ast.expr]) -> Iterator[str]:
    """The mark is made from a table of cases: all rules that stand in it."""
    for name in ast.walk(decorator):
        if isinstance(name, ast.Name) and name.id in tables:
            for cell in ast.walk(tables[name.id]):
                if isinstance(cell, ast.Constant) and _ID.fullmatch(str(cell.value)):
                    yield str(cell.value)


def _is_mark(function: ast.expr) -> bool:
    return isinstance(function, ast.Name) and function.id == "requirement"
