"""Reading and writing variables from outside (OCPP 2.1 Part 2, B05 and B06)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocpp21 import (
    AttributeEnumType,
    GetVariableDataType,
    GetVariableResultType,
    GetVariableStatusEnumType,
    MutabilityEnumType,
    SetVariableDataType,
    SetVariableResultType,
    SetVariableStatusEnumType,
    StatusInfoType,
)
from ocppref.station.device_model import values, variables
from ocppref.station.device_model.keys import VariableKey, key_of
from ocppref.station.device_model.layout import Entry
from ocppref.station.device_model.refusal import Refusal
from ocppref.station.store import StateError

if TYPE_CHECKING:
    from ocppref.station.device_model.model import DeviceModel

_Get = GetVariableStatusEnumType
_Set = SetVariableStatusEnumType


def get(model: DeviceModel, data: GetVariableDataType) -> GetVariableResultType:
    """The answer to one element of GetVariables."""
    status, value, reason = _read(model, key_of(data.component, data.variable), data.attribute_type)
    info = None if reason is None else StatusInfoType(reason_code=reason)
    return GetVariableResultType(
        attribute_status=status,
        attribute_status_info=info,
        attribute_type=data.attribute_type,  # B06.FR.03, B06.FR.11: Actual where none was named
        attribute_value=value,
        component=data.component,
        variable=data.variable,
    )


def set_(model: DeviceModel, data: SetVariableDataType) -> SetVariableResultType:
    """The answer to one element of SetVariables, after it is done."""
    refusal = _write(
        model, key_of(data.component, data.variable), data.attribute_type, data.attribute_value
    )
    return SetVariableResultType(
        attribute_status=_Set.ACCEPTED if refusal is None else refusal.status,
        attribute_status_info=None if refusal is None else refusal.status_info(),
        attribute_type=data.attribute_type,  # B05.FR.03, B05.FR.12
        component=data.component,
        variable=data.variable,
    )


def _read(
    model: DeviceModel, key: VariableKey, attribute: AttributeEnumType
) -> tuple[_Get, str | None, str | None]:
    entry = model.layout.find(key)
    if entry is None:
        known = model.layout.has_place(key.place)
        # B06.FR.06, B06.FR.07, B06.FR.15
        return (_Get.UNKNOWN_VARIABLE if known else _Get.UNKNOWN_COMPONENT), None, None
    access = entry.definition.attributes.get(attribute)
    if access is None:  # B06.FR.08
        return _Get.NOT_SUPPORTED_ATTRIBUTE_TYPE, None, None
    if access is MutabilityEnumType.WRITE_ONLY:  # B06.FR.09
        return _Get.REJECTED, None, "WriteOnly"
    # B06.FR.10, B06.FR.13
    return _Get.ACCEPTED, reported(model, entry, attribute), None


def reported(model: DeviceModel, entry: Entry, attribute: AttributeEnumType) -> str:
    """The value as it is told, cut to the size that the model promises."""
    return model.text(entry.key, attribute)[: model[variables.REPORTING_VALUE_SIZE]]


def _write(
    model: DeviceModel, key: VariableKey, attribute: AttributeEnumType, text: str
) -> Refusal | None:
    entry = model.layout.find(key)
    if entry is None:  # B05.FR.04, B05.FR.05
        if model.layout.has_place(key.place):
            return Refusal("NotFound", "the component has no such variable", _Set.UNKNOWN_VARIABLE)
        return Refusal("NotFound", "there is no such component", _Set.UNKNOWN_COMPONENT)
    refusal = _unwritable(model, entry, attribute, text)
    if refusal is not None:
        return refusal
    text = values.canonical(model.characteristics(entry), text)
    verdict = model.judge(entry, attribute, text)
    if verdict is not None and not verdict.is_reboot:
        return verdict
    try:
        model.set_text(entry, attribute, text)
    except StateError:  # B05.FR.09: a technical problem
        return Refusal("OutOfStorage", "the value could not be kept")
    return verdict


def _unwritable(
    model: DeviceModel, entry: Entry, attribute: AttributeEnumType, text: str
) -> Refusal | None:
    access = entry.definition.attributes.get(attribute)
    if access is None:  # B05.FR.06
        info = "the variable has no such attribute"
        return Refusal("UnsupportedParam", info, _Set.NOT_SUPPORTED_ATTRIBUTE_TYPE)
    if access is MutabilityEnumType.READ_ONLY:  # B05.FR.09
        return Refusal("ReadOnly", "the variable cannot be set")
    size = model[variables.CONFIGURATION_VALUE_SIZE]
    if len(text) > size:
        return Refusal("TooLargeElement", f"at most {size} characters are taken")
    return values.refuse(model.characteristics(entry), text)  # B05.FR.07, B05.FR.08
