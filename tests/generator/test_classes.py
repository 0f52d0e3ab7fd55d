"""Classes as datamodel-code-generator writes them and we take them apart."""

from __future__ import annotations

import ast

import pytest

from ocppgen.emit.classes import write_classes
from ocppgen.emit.emit_models import PYDANTIC
from ocppgen.emit.model_schema import document
from ocppgen.resources import TEMPLATES

from .small_ir import closed, ir_of, ref

_VENDOR = {
    "type": "object",
    "properties": {"vendorId": {"type": "string", "maxLength": 255}},
    "required": ["vendorId"],
}


def _classes(schemas, **fields):
    ir = ir_of(schemas, **fields)
    return write_classes(
        document(ir, "_base.JsonValue", descriptions=False), ir, PYDANTIC, TEMPLATES
    )


def _text(schema, **names):
    return _classes({"PingRequest": schema}, PingRequest=names)["PingRequest"].text


def test_a_field_has_the_name_of_the_ir():
    text = _text(closed("evseId", evseId={"type": "integer"}), evseId="evse_id")
    assert "evse_id: int\n" in text + "\n"


@pytest.mark.parametrize(("wire", "python"), [("soC", "soc"), ("a_b", "a_b"), ("ID", "id")])
def test_a_wire_name_that_is_not_the_camel_case_of_the_field_is_written_down(wire, python):
    text = _text(closed(wire, **{wire: {"type": "integer", "minimum": 1}}), **{wire: python})
    assert f"{python}: Annotated[int, Field(alias='{wire}'), Ge(1)]" in text


def test_an_optional_field_defaults_to_none():
    assert "a: bool | None = None" in _text(closed(a={"type": "boolean"}))


def test_a_field_with_a_default_is_never_none():
    assert "a: bool = False" in _text(closed(a={"type": "boolean", "default": False}))


def test_the_default_of_an_enum_is_a_member():
    written = _classes(
        {
            "UnitEnumType": {"type": "string", "enum": ["Wh", "kWh"], "default": "Wh"},
            "PingRequest": closed(unit=ref("UnitEnumType")),
        }
    )
    assert "unit: UnitEnumType = UnitEnumType.WH" in written["PingRequest"].text


def test_bounds_of_list_items_stand_where_the_list_is():
    item = {"type": "string", "maxLength": 9}
    text = _text(closed("a", a={"type": "array", "items": item, "minItems": 1}))
    assert "a: Annotated[list[Annotated[str, MaxLen(9)]], MinLen(1)]" in text


def test_any_json_value_is_said_once():
    text = _text(closed(data={}))
    assert "data: JsonValue = None" in text


def test_an_open_type_keeps_unknown_keys_and_a_closed_one_does_not():
    written = _classes({"CustomDataType": _VENDOR, "PingRequest": closed()})
    assert "class CustomDataType(OpenModel):" in written["CustomDataType"].text
    assert "class PingRequest(ClosedModel):" in written["PingRequest"].text
    assert "ConfigDict" not in written["PingRequest"].text


def test_needs_are_the_names_to_import():
    written = _classes({"CustomDataType": _VENDOR, "PingRequest": closed(c=ref("CustomDataType"))})
    assert written["PingRequest"].needs == {"ClosedModel", "CustomDataType"}
    assert written["CustomDataType"].needs == {"OpenModel", "Annotated", "MaxLen"}


def test_members_of_an_enum_have_the_names_of_the_ir():
    written = _classes({"PhaseEnumType": {"type": "string", "enum": ["L1", "N"]}})
    assert "L1 = 'L1'" in written["PhaseEnumType"].text
    assert written["PhaseEnumType"].text.startswith("class PhaseEnumType(StrEnum):")


def test_what_is_written_is_python():
    for source in _classes({"CustomDataType": _VENDOR}).values():
        ast.parse(source.text)
