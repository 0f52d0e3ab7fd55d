"""How `ocppgen inspect` looks: rich tables on a terminal, aligned text when piped, or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from .view import ActionRow, FieldRow, MessageView

_ACTION_HEAD = ("Action", "Direction", "Block", "Kind", "Summary")
_FIELD_HEAD = ("Wire name", "Python name", "Type", "Cardinality", "Constraints")
_NO_FIELDS = "(no fields)"
_GAP = "  "


def actions_text(rows: Sequence[ActionRow]) -> str:
    """The list of Actions as aligned columns, which end with a line break."""
    return _align([_ACTION_HEAD, *map(_action_cells, rows)])


def fields_text(messages: Sequence[MessageView]) -> str:
    """The fields of each message as aligned columns under its name."""
    parts = (f"{view.message}\n{_fields_part(view)}" for view in messages)
    return "\n".join(parts)


def _fields_part(view: MessageView) -> str:
    if not view.fields:
        return f"{_NO_FIELDS}\n"
    return _align([_FIELD_HEAD, *map(_field_cells, view.fields)])


def _align(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        _GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
    return "".join(f"{line}\n" for line in lines)


def _action_cells(row: ActionRow) -> tuple[str, ...]:
    return (row.action, row.direction, row.block, row.kind, row.summary)


def _field_cells(row: FieldRow) -> tuple[str, ...]:
    constraints = ", ".join(row.constraints)
    return (row.wire_name, row.python_name, row.type, row.cardinality, constraints)


def actions_table(rows: Iterable[ActionRow]) -> Table:
    """The list of Actions for a terminal."""
    return _table("Actions", _ACTION_HEAD, map(_action_cells, rows))


def fields_tables(messages: Iterable[MessageView]) -> tuple[Table, ...]:
    """One table for each message, for a terminal."""
    return tuple(
        _table(view.message, _FIELD_HEAD, map(_field_cells, view.fields)) for view in messages
    )


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for name in head:
        table.add_column(name, overflow="fold")
    for row in rows:
        # Text, since rich would read the brackets of a pattern as markup.
        table.add_row(*map(Text, row))
    return table


def actions_json(rows: Iterable[ActionRow]) -> str:
    """A JSON list of objects with `action`, `direction`, `block`, `kind` and `summary`."""
    return _json([row.as_json() for row in rows])


def fields_json(messages: Iterable[MessageView]) -> str:
    """A JSON list with one object for each message: `message`, and `fields`, a list of objects.

    Each field has `wire_name`, `python_name`, `type`, `cardinality` and `constraints`.
    """
    return _json([view.as_json() for view in messages])


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
