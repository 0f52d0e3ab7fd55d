"""A pydantic field that OCPP gives a default: absent it reads as that, and stays absent."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import Field
from pydantic.json_schema import JsonSchemaMode

import ocpp21
from ocpp21 import LocationEnumType, SampledValueType

OUTLET, BODY = LocationEnumType.OUTLET, LocationEnumType.BODY

_WAYS: dict[str, Callable[[], SampledValueType]] = {
    "made": lambda: SampledValueType(value=1.5),
    "made with None": lambda: SampledValueType(value=1.5, location=None),  # type: ignore[arg-type]
    "read": lambda: SampledValueType.read_json('{"value":1.5}'),
    "validated": lambda: SampledValueType.model_validate({"value": 1.5}),
    "constructed": lambda: SampledValueType.model_construct(value=1.5),
    "copied": lambda: SampledValueType(value=1.5).model_copy(),
    "copied deep": lambda: copy.deepcopy(SampledValueType(value=1.5)),
    "copied without it": lambda: SampledValueType(value=1.5, location=BODY).model_copy(
        update={"location": None}
    ),
    "pickled": lambda: pickle.loads(pickle.dumps(SampledValueType(value=1.5))),
    "taken back": lambda: _taken_back(),
}


def _taken_back() -> SampledValueType:
    sampled = SampledValueType(value=1.5, location=BODY)
    sampled.location = None  # type: ignore[assignment]
    return sampled


@pytest.mark.parametrize("way", _WAYS)
def test_an_absent_field_reads_as_its_default_and_is_not_written(way: str) -> None:
    sampled = _WAYS[way]()

    assert sampled.location is OUTLET
    assert sampled.model_fields_set == {"value"}
    assert sampled.write_json() == '{"value":1.5}'
    assert sampled.model_dump_json(by_alias=True, exclude_unset=True) == '{"value":1.5}'
    assert repr(sampled) == "SampledValueType(value=1.5)"


def test_what_is_set_is_read_and_written() -> None:
    sampled = SampledValueType(value=1.5)
    sampled.location = BODY
    again = SampledValueType.model_construct(value=1.5, location=BODY)

    assert sampled.location is again.location is BODY
    assert sampled == again
    assert sampled.write_json() == again.write_json() == '{"value":1.5,"location":"Body"}'


def test_a_default_that_is_said_equals_one_that_is_not() -> None:
    absent, said = SampledValueType(value=1.5), SampledValueType(value=1.5, location=OUTLET)

    assert absent == said
    assert said.model_fields_set == {"value", "location"}
    assert absent != SampledValueType(value=1.5, location=BODY)
    assert said != SampledValueType(value=2.5)
    assert absent != {"value": 1.5}


def test_equality_goes_all_the_way_down() -> None:
    def meter_value(**fields: Any) -> ocpp21.MeterValueType:
        text = '{"timestamp":"2025-01-31T12:00:00Z","sampledValue":[{"value":1.5}]}'
        read = ocpp21.MeterValueType.read_json(text)
        return read.model_copy(update={"sampled_value": [SampledValueType(value=1.5, **fields)]})

    assert meter_value() == meter_value(location=OUTLET)
    assert meter_value() != meter_value(location=BODY)


def test_the_class_tells_its_defaults() -> None:
    assert SampledValueType.model_fields["location"].default is OUTLET
    assert not hasattr(SampledValueType, "location")


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_a_json_schema_shows_defaults(mode: JsonSchemaMode) -> None:
    shown = ocpp21.NotifyReportRequest.model_json_schema(mode=mode)["$defs"]

    assert shown["VariableAttributeType"]["properties"]["type"]["default"] == "Actual"
    assert shown["VariableAttributeType"]["properties"]["persistent"]["default"] is False


def test_a_model_with_an_absent_default_can_be_dumped_in_python_mode() -> None:
    assert SampledValueType(value=1.5).model_dump(exclude_none=True) == {"value": 1.5}


class _Own(SampledValueType):
    """What a user makes of a model."""

    location: LocationEnumType = BODY
    note: str = "none"
    tags: list[str] = Field(default_factory=list)


def test_a_subclass_may_have_defaults_of_its_own() -> None:
    own = _Own(value=1.5)

    assert (own.location, own.note, own.tags) == (BODY, "none", [])
    assert own.measurand is ocpp21.MeasurandEnumType.ENERGY_ACTIVE_IMPORT_REGISTER
    assert own.model_dump_json(by_alias=True, exclude_unset=True) == '{"value":1.5}'
    assert own == _Own(value=1.5, note="none")
    assert own != SampledValueType(value=1.5)
