"""Variables as a person names them: 'Component.Variable[Instance]=VALUE'."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ocpp21 import AttributeEnumType
from ocppref.station.device_model import values
from ocppref.station.device_model.definitions import catalogue
from ocppref.station.device_model.keys import VariableKey
from ocppref.station.device_model.layout import Entry
from ocppref.station.device_model.refusal import VariableError

if TYPE_CHECKING:
    from ocppref.station.device_model.model import DeviceModel

_NAME = re.compile(
    r"(?P<component>[^.\[\]@#=]+)(\[(?P<component_instance>[^\[\]]*)\])?"
    r"(@(?P<evse>[0-9]{1,6})(/(?P<connector>[0-9]{1,6}))?)?"
    r"\.(?P<variable>[^.\[\]@#=]+)(\[(?P<instance>[^\[\]]*)\])?(#(?P<attribute>[A-Za-z]+))?"
)
_SHOWN = 5
_CLOSE = 0.65
_FORM = "write 'Component.Variable=VALUE' or 'Component.Variable[Instance]=VALUE'"

Place = tuple[VariableKey, AttributeEnumType]


def split(text: str) -> tuple[str, str]:
    """The name and the value of a setting. Raises `VariableError` if it has no such form."""
    name, equals, value = text.partition("=")
    if not equals:
        raise VariableError(f"'{text}' has no value: {_FORM}")
    if not _NAME.fullmatch(name.strip()):
        raise VariableError(f"'{name}' names no variable: {_FORM}")
    return name.strip(), value.strip()


def find(model: DeviceModel, name: str, text: str) -> Iterable[tuple[Place, str]]:
    """Which variables are to have which text. One of an EVSE without a number is that of each.

    Raises `VariableError` if there is no such variable, or if it cannot have that value.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise VariableError(f"'{name}' names no variable: {_FORM}")
    attribute = _attribute(name, match["attribute"])
    entries = [entry for entry in model.layout if _matches(entry.key, match)]
    if not entries:
        raise VariableError(f"there is no variable {name}{_suggest(model, match)}")
    for entry in entries:
        if attribute not in entry.definition.attributes:
            raise VariableError(f"{entry.key} has no {attribute.value}")
        if entry.definition.constant:
            raise VariableError(f"{name} is always {entry.definition.default}")
        _check(model, entry, text)
        kept = values.canonical(model.characteristics(entry), text)
        yield (entry.key, attribute), kept


def _check(model: DeviceModel, entry: Entry, text: str) -> None:
    characteristics = model.characteristics(entry)
    if refusal := values.refuse(characteristics, text):
        raise VariableError(f"{entry.key} cannot be set like that: {refusal.info}")


def _attribute(name: str, attribute: str | None) -> AttributeEnumType:
    try:
        return AttributeEnumType(attribute or "Actual")
    except ValueError:
        known = ", ".join(each.value for each in AttributeEnumType)
        raise VariableError(f"{name}: the attribute is one of {known}") from None


def _matches(key: VariableKey, match: re.Match[str]) -> bool:
    wanted = VariableKey(
        match["component"],
        match["variable"],
        match["instance"],
        match["component_instance"],
        int(match["evse"]) if match["evse"] else key.evse,
        int(match["connector"]) if match["connector"] else key.connector,
    )
    return key.folded() == wanted.folded()


def _suggest(model: DeviceModel, match: re.Match[str]) -> str:
    """What could have been meant, as the end of a sentence."""
    component, asked = f"{match['component']}.".casefold(), _asked(match).casefold()
    names = {_name(each.component, each.variable, each.instance) for each in catalogue()}
    by_case = {name.casefold(): name for name in names}
    if asked in by_case:  # but not there
        there = [key for key in model.layout.by_key if _name(*key[:3]).casefold() == asked]
        return f"; there is {', '.join(map(str, there[:_SHOWN]))}"
    siblings = {
        folded.removeprefix(component): name
        for folded, name in by_case.items()
        if folded.startswith(component)
    }
    if not siblings:
        close = difflib.get_close_matches(asked, by_case, 1, _CLOSE)
        return f"; did you mean {by_case[close[0]]}?" if close else ""
    close = difflib.get_close_matches(asked.removeprefix(component), siblings, 1, _CLOSE)
    if close:
        return f"; did you mean {siblings[close[0]]}?"
    known = sorted(name.partition(".")[2] for name in siblings.values())
    return f"; {match['component']} has {', '.join(known)}"


def _asked(match: re.Match[str]) -> str:
    return _name(match["component"], match["variable"], match["instance"])


def _name(component: str, variable: str, instance: str | None) -> str:
    return f"{component}.{variable}" + (f"[{instance}]" if instance else "")
