"""The rows of the tables that `ocppgen inspect` shows."""

from __future__ import annotations

import dataclasses

import pytest

from ocppgen import build
from ocppgen.config import BuildOptions
from ocppgen.diagnostics import Findings, GeneratorError
from ocppgen.inputs import read_inputs
from ocppgen.inspection.view import FieldRow, actions_rows, fields_rows
from ocppgen.json_values import JsonObject
from ocppgen.protocol.ir import Initiator, MessageKind, ProtocolIR

from .small_ir import closed, ir_of, ref

TEXT: JsonObject = {"type": "string"}
CUSTOM: JsonObject = {
    "type": "object",
    "properties": {"vendorId": {"type": "string", "maxLength": 255}},
    "required": ["vendorId"],
}


def a_list(items: JsonObject, **limits: int) -> JsonObject:
    return {"type": "array", "items": items, **limits}


def rows_of(request: JsonObject, **types: JsonObject) -> dict[str, FieldRow]:
    ir = ir_of({**types, "PingRequest": request, "PingResponse": closed()})
    return {row.wire_name: row for row in fields_rows(ir, "Ping")[0].fields}


def tea_house() -> ProtocolIR:
    """An Action whose fields are nested, in lists and renamed."""
    leaf: JsonObject = {"type": "string", "enum": ["Black", "Green"], "default": "Black"}
    cup = closed("leafKind", leafKind=ref("LeafEnumType"), customData=ref("CustomDataType"))
    tray = closed(teaCups=a_list(ref("CupType"), minItems=1, maxItems=4))
    return ir_of(
        {
            "CustomDataType": CUSTOM,
            "LeafEnumType": leaf,
            "CupType": cup,
            "TrayType": tray,
            "PingRequest": closed("tray", tray=ref("TrayType"), customData=ref("CustomDataType")),
            "PingResponse": closed("done", done={"type": "boolean"}),
        },
        CupType={"leafKind": "leaf_kind", "customData": "custom_data"},
        TrayType={"teaCups": "tea_cups"},
    )


def test_nested_fields_have_dotted_names_on_the_wire_and_in_python() -> None:
    request, response = fields_rows(tea_house(), "Ping")
    assert (request.message, response.message) == ("PingRequest", "PingResponse")
    assert [row.wire_name for row in request.fields] == [
        "tray",
        "tray.teaCups",
        "tray.teaCups[].leafKind",
        "tray.teaCups[].customData",
        "customData",
        "customData.vendorId",
    ]
    assert request.fields[2].python_name == "tray.tea_cups[].leaf_kind"
    assert [row.wire_name for row in response.fields] == ["done"]


def test_types_and_defaults_of_an_enum() -> None:
    rows = {row.wire_name: row for row in fields_rows(tea_house(), "Ping")[0].fields}
    leaf = rows["tray.teaCups[].leafKind"]
    assert (leaf.type, leaf.cardinality, leaf.constraints) == (
        "LeafEnumType",
        "1",
        ("default Black",),
    )
    assert rows["tray.teaCups"].type == "CupType"


@pytest.mark.parametrize(
    ("schema", "required", "cardinality", "constraints"),
    [
        (TEXT, True, "1", ()),
        (TEXT, False, "0..1", ()),
        (a_list(TEXT), True, "0..*", ()),
        (a_list(TEXT, minItems=1), True, "1..*", ()),
        (a_list(TEXT, minItems=1, maxItems=4), True, "1..4", ()),
        (a_list(TEXT, minItems=1, maxItems=4), False, "0..4", ()),
        (a_list(TEXT, minItems=2), False, "0..*", ("minItems 2",)),
        (a_list({"type": "string", "maxLength": 50}), False, "0..*", ("maxLength 50",)),
        (
            {"type": "string", "maxLength": 20, "default": "x"},
            True,
            "1",
            ("maxLength 20", "default x"),
        ),
        ({"type": "integer", "minimum": 0.0, "maximum": 9}, True, "1", ("minimum 0", "maximum 9")),
        ({"type": "number", "multipleOf": 0.1}, True, "1", ("multipleOf 0.1",)),
        ({"type": "string", "format": "date-time"}, True, "1", ("format date-time",)),
        ({"type": "boolean", "default": False}, False, "0..1", ("default false",)),
    ],
)
def test_cardinality_and_constraints(
    schema: JsonObject, required: bool, cardinality: str, constraints: tuple[str, ...]
) -> None:
    row = rows_of(closed(*(["x"] if required else []), x=schema))["x"]
    assert (row.cardinality, row.constraints) == (cardinality, constraints)


def test_a_list_of_lists_and_a_field_of_any_value() -> None:
    rows = rows_of(closed(grid=a_list(a_list(ref("CupType"))), data={}), CupType=closed(size=TEXT))
    assert rows["grid"].type == "CupType"
    assert "grid[][].size" in rows
    assert rows["data"].type == "any value"


def test_actions_are_rows_by_name() -> None:
    ir = ir_of({"PingRequest": closed(), "PingResponse": closed()})
    (ping,) = ir.actions
    alarm = dataclasses.replace(
        ping, name="Alarm", initiator=Initiator.CSMS, kind=MessageKind.SEND, response=None
    )
    both = dataclasses.replace(ping, name="Zip", initiator=Initiator.BOTH)
    rows = actions_rows(dataclasses.replace(ir, actions=(both, ping, alarm)))
    assert [(row.action, row.direction, row.kind) for row in rows] == [
        ("Alarm", "CSMS -> CS", "SEND"),
        ("Ping", "CS -> CSMS", "CALL"),
        ("Zip", "CS <-> CSMS", "CALL"),
    ]
    assert (rows[0].block, rows[0].summary) == ("B Provisioning", "Asks for an echo.")


def test_an_action_without_an_answer_has_one_message() -> None:
    ir = ir_of({"PingRequest": closed(), "PingResponse": closed()})
    send = dataclasses.replace(ir.actions[0], kind=MessageKind.SEND, response=None)
    (view,) = fields_rows(dataclasses.replace(ir, actions=(send,)), "Ping")
    assert (view.message, view.fields) == ("PingRequest", ())


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("ping", "Did you mean Ping?"),
        ("Pimg", "Did you mean Ping?"),
        ("Xyzzy", "Run inspect without a name to list all Actions."),
    ],
)
def test_an_unknown_action_is_an_error_with_a_hint(name: str, hint: str) -> None:
    with pytest.raises(GeneratorError) as caught:
        fields_rows(tea_house(), name)
    (diagnostic,) = caught.value.diagnostics
    assert str(diagnostic) == f'inspect: OCPP 2.1 has no Action "{name}"'
    assert diagnostic.hint == hint


def test_every_action_of_the_standard_has_its_fields() -> None:
    findings = Findings("test")
    ir = build.protocol(read_inputs(BuildOptions(), findings), findings)
    assert len(actions_rows(ir)) == len(ir.actions) == 91
    for action in ir.actions:
        for view in fields_rows(ir, action.name):
            names = [row.wire_name for row in view.fields]
            assert len(set(names)) == len(names)
            top = {name for name in names if "." not in name}
            assert top == ir.types[view.message].fields.keys()
    iccid = next(r for r in fields_rows(ir, "BootNotification")[0].fields if "iccid" in r.wire_name)
    assert iccid == FieldRow(
        "chargingStation.modem.iccid",
        "charging_station.modem.iccid",
        "string",
        "0..1",
        ("maxLength 20",),
    )
