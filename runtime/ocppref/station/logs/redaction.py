"""What must never be in a log: passwords, keys and key codes (A01.FR.12). Pure."""

from __future__ import annotations

import json
import re
from typing import TypeAlias, cast

from ocpp21 import MutabilityEnumType
from ocppref.station.device_model.definitions import catalogue

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

MASK = "***"
_FIELDS = frozenset(
    {"apnPassword", "basicAuthPassword", "key", "password", "sharedSecret", "simPin"}
)
_VALUES = frozenset({"attributeValue", "actualValue", "value"})
# What a variable is called does not depend on the case.
_SECRETS = frozenset(
    definition.variable.lower()
    for definition in catalogue()
    for access in definition.attributes.values()
    if access is MutabilityEnumType.WRITE_ONLY
)
_USER = re.compile(r"(?<=://)[^/@\s\"\\]*@")


def redact(frame: str) -> str:
    """A frame with its secrets masked. Of one that is not JSON only the length is told."""
    try:
        value = cast(Json, json.loads(frame))
    except ValueError:
        return f"({len(frame)} characters that are not JSON)"
    return _USER.sub(f"{MASK}@", json.dumps(_mask(value), ensure_ascii=False))


def _mask(value: Json) -> Json:
    if isinstance(value, list):
        return [_mask(each) for each in value]
    if isinstance(value, dict):
        hidden = _hidden_in(value)
        return {name: MASK if name in hidden else _mask(each) for name, each in value.items()}
    return value


def _hidden_in(value: dict[str, Json]) -> frozenset[str]:
    """The fields of an object that are not shown."""
    hidden = _FIELDS
    if value.get("type") == "KeyCode":
        hidden |= {"idToken"}
    if "data" in value and "generatedAt" in value:  # NotifyCustomerInformation
        hidden |= {"data"}
    variable = value.get("variable")
    if isinstance(variable, dict) and str(variable.get("name")).lower() in _SECRETS:
        hidden |= _VALUES
    return hidden
