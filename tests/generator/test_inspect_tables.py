"""How `ocppgen inspect` writes its rows: aligned text, tables on a terminal, JSON."""

from __future__ import annotations

import io
import json

from rich.console import Console, RenderableType

from ocppgen.inspection import tables
from ocppgen.inspection.view import ActionRow, FieldRow, MessageView

ACTION = ActionRow("Ping", "CS -> CSMS", "B Provisioning", "CALL", "Asks for an echo.")
FIELD = FieldRow("cups[].size", "cups[].size", "integer", "0..1", ("minimum 0", "maximum 9"))
CUPS = FieldRow("cups", "cups", "CupType", "1..*", ())
REQUEST = MessageView("PingRequest", (CUPS, FIELD))
RESPONSE = MessageView("PingResponse", ())


def shown(table: RenderableType, width: int = 120) -> str:
    out = io.StringIO()
    Console(file=out, width=width).print(table)
    return out.getvalue()


def test_actions_as_text() -> None:
    assert tables.actions_text([ACTION]) == (
        "Action  Direction   Block           Kind  Summary\n"
        "Ping    CS -> CSMS  B Provisioning  CALL  Asks for an echo.\n"
    )


def test_fields_as_text() -> None:
    assert tables.fields_text([REQUEST, RESPONSE]) == (
        "PingRequest\n"
        "Wire name    Python name  Type     Cardinality  Constraints\n"
        "cups         cups         CupType  1..*\n"
        "cups[].size  cups[].size  integer  0..1         minimum 0, maximum 9\n"
        "\n"
        "PingResponse\n"
        "(no fields)\n"
    )


def test_tables_for_a_terminal_take_no_pattern_for_markup() -> None:
    row = FieldRow("leaf", "leaf", "string", "1", ("pattern [a-z]/[bold]",))
    (table,) = tables.fields_tables([MessageView("PingRequest", (row,))])
    assert "pattern [a-z]/[bold]" in shown(table)


def test_tables_for_a_terminal_show_what_the_text_shows() -> None:
    request, response = tables.fields_tables([REQUEST, RESPONSE])
    text = shown(request)
    assert text.startswith("PingRequest")
    assert "cups[].size" in text and "minimum 0, maximum 9" in text
    assert shown(response).startswith("PingResponse")
    assert "Asks for an echo." in shown(tables.actions_table([ACTION]))


def test_a_narrow_terminal_loses_nothing() -> None:
    text = shown(tables.fields_tables([REQUEST])[0], width=40)
    assert "…" not in text
    assert all(len(line) <= 40 for line in text.splitlines())


def test_json() -> None:
    (action,) = json.loads(tables.actions_json([ACTION]))
    assert action == {
        "action": "Ping",
        "direction": "CS -> CSMS",
        "block": "B Provisioning",
        "kind": "CALL",
        "summary": "Asks for an echo.",
    }
    request, response = json.loads(tables.fields_json([REQUEST, RESPONSE]))
    assert response == {"message": "PingResponse", "fields": []}
    assert request["fields"][1] == {
        "wire_name": "cups[].size",
        "python_name": "cups[].size",
        "type": "integer",
        "cardinality": "0..1",
        "constraints": ["minimum 0", "maximum 9"],
    }
