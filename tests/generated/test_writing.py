"""What is written: only what was set, all that a vendor sent, and date-times as OCPP wants them."""

from __future__ import annotations

import json
from functools import cache
from typing import cast

import pytest

from ocppgen.json_values import JsonObject, JsonValue

from .meaning import same
from .packages import Flavour, Pydantic
from .published import SCHEMAS
from .wire_cases import MessageSchema
from .wire_values import definitions, properties

_VENDOR: JsonObject = {
    "vendorId": "com.example",
    "nothing": None,
    "list": [None, 1, 1.5, "x", {"nothing": None}],
    "vendor_id": "not the same key",
    "customData": {"vendorId": None},
    "": False,
}


@cache
def _types() -> dict[str, tuple[JsonObject, JsonObject]]:
    """Every message and datatype: its schema, and a good value with as little as possible."""
    found: dict[str, tuple[JsonObject, JsonObject]] = {}
    for message, schema in SCHEMAS.items():
        of = MessageSchema(message, schema, lambda name: {})
        for name, type_ in {**definitions(schema), message: schema}.items():
            if type_.get("type") == "object":
                found[name] = (type_, cast(JsonObject, of.minimal(type_)))
    return found


@cache
def _enum_defaults() -> dict[str, JsonValue]:
    return {
        name: definition["default"]
        for schema in SCHEMAS.values()
        for name, definition in definitions(schema).items()
        if "default" in definition
    }


def _defaults() -> list[tuple[str, str, JsonValue]]:
    """Every type and field with a default of its own, or one that its enum has."""
    return [
        (name, key, default)
        for name, (schema, _) in _types().items()
        for key, field in properties(schema).items()
        if (default := field.get("default", _enum_defaults().get(_target(field)))) is not None
    ]


def _target(field: JsonObject) -> str:
    return str(field.get("$ref", "")).rpartition("/")[2]


def _rewritten(flavour: Flavour, name: str, payload: JsonValue) -> JsonValue:
    return cast(JsonValue, json.loads(flavour.write(flavour.read(name, json.dumps(payload)))))


def test_no_default_ever_appears_on_the_wire_unless_it_was_set(flavour: Flavour) -> None:
    least = {name: payload for name, (_, payload) in _types().items()}

    written = {name: _rewritten(flavour, name, payload) for name, payload in least.items()}

    assert len(least) == 303
    assert written == least


@pytest.mark.parametrize(("name", "key", "default"), _defaults())
def test_a_default_that_was_set_is_written(
    flavour: Flavour, name: str, key: str, default: JsonValue
) -> None:
    payload = {**_types()[name][1], key: default}

    assert _rewritten(flavour, name, payload) == payload


def test_there_are_defaults_to_be_tested() -> None:
    assert len(_enum_defaults()) == 5
    assert len(_defaults()) == 22


def test_models_made_in_python_write_only_what_was_set(flavour: Flavour) -> None:
    sampled = flavour.type("SampledValueType")(value=1.5)
    with_default = flavour.type("SampledValueType")(
        value=1.5, measurand=flavour.type("MeasurandEnumType").ENERGY_ACTIVE_IMPORT_REGISTER
    )

    assert flavour.write(sampled) == '{"value":1.5}'
    assert json.loads(flavour.write(with_default)) == {
        "value": 1.5,
        "measurand": "Energy.Active.Import.Register",
    }


def test_none_in_python_leaves_a_field_out(pydantic_package: Pydantic) -> None:
    request = pydantic_package.type("SampledValueType")(value=1.5, location=None, custom_data=None)

    assert pydantic_package.write(request) == '{"value":1.5}'


def test_vendor_keys_in_custom_data_survive_null_values_too(flavour: Flavour) -> None:
    payloads = {
        name: {**payload, "customData": _VENDOR}
        for name, (schema, payload) in _types().items()
        if "customData" in properties(schema)
    }

    lost = [
        name
        for name, payload in payloads.items()
        if not same(_rewritten(flavour, name, payload), payload)
    ]

    assert len(payloads) == 302
    assert not lost


@pytest.mark.parametrize("data", [None, {"a": None}, [None], 0, False, "", 1.0])
def test_any_value_survives_in_data_transfer(flavour: Flavour, data: JsonValue) -> None:
    payload = {"vendorId": "V", "data": data}

    assert same(_rewritten(flavour, "DataTransferRequest", payload), payload)


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        ("2025-01-31T12:00:00Z", "2025-01-31T12:00:00Z"),
        ("2025-01-31t12:00:00.5z", "2025-01-31T12:00:00.500Z"),
        ("2025-01-31T12:00:00.123456789Z", "2025-01-31T12:00:00.123Z"),
        ("2025-01-31T12:00:00-00:00", "2025-01-31T12:00:00Z"),
        ("2025-01-31T12:00:00+01:00", "2025-01-31T11:00:00Z"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_date_times_are_written_in_utc_with_three_decimals_at_most(
    flavour: Flavour, sent: str, written: str
) -> None:
    assert _rewritten(flavour, "HeartbeatResponse", {"currentTime": sent}) == {
        "currentTime": written
    }
