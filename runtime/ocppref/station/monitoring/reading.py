"""The values that monitors see: as they are told, and as they are compared."""

from __future__ import annotations

import hashlib

from ocpp21 import AttributeEnumType, MutabilityEnumType
from ocppref.station.device_model.access import reported
from ocppref.station.device_model.keys import VariableKey
from ocppref.station.device_model.model import DeviceModel

_ACTUAL = AttributeEnumType.ACTUAL
_MOST = 2500
"""No message takes a longer value."""


def shown(model: DeviceModel, key: VariableKey) -> str:
    """The value as it is told; none of a Variable that can only be written (N07.FR.10)."""
    if _is_hidden(model, key):
        return ""
    return reported(model, model.entry(key), _ACTUAL)[:_MOST]


def compared(model: DeviceModel, key: VariableKey) -> str:
    """The value as it is compared and remembered: never a password itself."""
    text = model.text(key)
    if _is_hidden(model, key):
        return hashlib.sha256(text.encode()).hexdigest()
    return text


def target(model: DeviceModel, key: VariableKey) -> str:
    """The value that the Variable should have; "" if nobody knows."""
    return model.text(key, AttributeEnumType.TARGET)


def _is_hidden(model: DeviceModel, key: VariableKey) -> bool:
    access = model.entry(key).definition.attributes[_ACTUAL]
    return access is MutabilityEnumType.WRITE_ONLY
