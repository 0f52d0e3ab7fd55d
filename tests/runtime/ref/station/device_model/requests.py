"""Strategies for what a CSMS may ask of a device model: sense and nonsense, mixed."""

from __future__ import annotations

from typing import Any, TypeVar

from hypothesis import strategies as st
from pydantic import BaseModel

from ocpp21 import (
    AttributeEnumType,
    ComponentCriterionEnumType,
    ComponentType,
    ComponentVariableType,
    EVSEType,
    GetReportRequest,
    GetVariableDataType,
    GetVariablesRequest,
    SetVariableDataType,
    SetVariablesRequest,
    VariableType,
)
from ocpp21.testing import instances
from ocppref.station.device_model.keys import VariableKey
from ocppref.station.device_model.layout import Entry, Layout

ModelT = TypeVar("ModelT", bound=BaseModel)

_TEXTS = st.text(max_size=50)
_NUMBERS = st.one_of(st.integers(-5, 100_000).map(str), st.floats(-10, 1e5).map(str))
_LISTS = st.lists(st.sampled_from(["0", "1", "2", "EVConnected", "SoC", "x"])).map(",".join)


def _made(kind: type[ModelT], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[ModelT]:
    # builds() would draw the fields a second time, by the names they have on the wire.
    return st.fixed_dictionaries(fields).map(lambda drawn: kind(**drawn))


def _recased(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from([text, text.lower(), text.upper()])


def _components(key: VariableKey) -> st.SearchStrategy[ComponentType]:
    evse = None if key.evse is None else EVSEType(id=key.evse, connector_id=key.connector)
    return _made(
        ComponentType,
        name=_recased(key.component),
        instance=st.sampled_from([key.component_instance, key.component_instance, None, "", "9"]),
        evse=st.sampled_from([evse, evse, None, EVSEType(id=0), EVSEType(id=1, connector_id=9)]),
    )


def _variables(key: VariableKey) -> st.SearchStrategy[VariableType]:
    instance = st.sampled_from([key.instance, key.instance, None, "", "x"])
    return _made(VariableType, name=_recased(key.variable), instance=instance)


def _texts(entry: Entry) -> st.SearchStrategy[str]:
    values = entry.definition.characteristics.values or ("",)
    some = st.lists(st.sampled_from(values), max_size=4).map(",".join)
    listed = st.sampled_from(["true", "false", entry.definition.default, *values])
    return st.one_of(listed, some, _NUMBERS, _LISTS, _TEXTS)


def _entries(layout: Layout) -> st.SearchStrategy[Entry]:
    entries = list(layout)
    return st.integers(0, len(entries) - 1).map(lambda number: entries[number])


_ATTRIBUTES = st.sampled_from(
    [AttributeEnumType.ACTUAL] * 5 + [AttributeEnumType.MAX_SET] * 2 + list(AttributeEnumType)
)


def get_variables(layout: Layout) -> st.SearchStrategy[GetVariablesRequest]:
    """Requests of all sorts to read."""
    data = _entries(layout).flatmap(
        lambda entry: _made(
            GetVariableDataType,
            component=_components(entry.key),
            variable=_variables(entry.key),
            attribute_type=_ATTRIBUTES,
        )
    )
    known = _made(GetVariablesRequest, get_variable_data=st.lists(data, min_size=1, max_size=5))
    return st.one_of(known, known, instances(GetVariablesRequest))


def set_variables(layout: Layout) -> st.SearchStrategy[SetVariablesRequest]:
    """Requests of all sorts to write."""
    data = _entries(layout).flatmap(
        lambda entry: _made(
            SetVariableDataType,
            component=_components(entry.key),
            variable=_variables(entry.key),
            attribute_type=_ATTRIBUTES,
            attribute_value=_texts(entry),
        )
    )
    known = _made(SetVariablesRequest, set_variable_data=st.lists(data, min_size=1, max_size=5))
    return st.one_of(known, known, instances(SetVariablesRequest))


def get_report(layout: Layout) -> st.SearchStrategy[GetReportRequest]:
    """Requests of all sorts for reports."""
    line = _entries(layout).flatmap(
        lambda entry: _made(
            ComponentVariableType,
            component=_components(entry.key),
            variable=st.none() | _variables(entry.key),
        )
    )
    criteria = st.lists(st.sampled_from(list(ComponentCriterionEnumType)), min_size=1, max_size=4)
    known = _made(
        GetReportRequest,
        request_id=st.integers(-(2**31), 2**31 - 1),
        component_criteria=st.none() | criteria,
        component_variable=st.none() | st.lists(line, min_size=1, max_size=4),
    )
    return st.one_of(known, known, instances(GetReportRequest))
