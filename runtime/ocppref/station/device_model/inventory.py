"""What a report holds (OCPP 2.1 Part 2, B07 and B08)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ocpp21 import (
    AttributeEnumType,
    ComponentCriterionEnumType,
    ComponentVariableType,
    MutabilityEnumType,
    ReportBaseEnumType,
    ReportDataType,
    VariableAttributeType,
)
from ocppref.station.device_model.access import reported
from ocppref.station.device_model.layout import Entry

if TYPE_CHECKING:
    from ocppref.station.device_model.model import DeviceModel

_Test = Callable[["DeviceModel", Entry], bool]


def report(model: DeviceModel, base: ReportBaseEnumType) -> list[ReportDataType]:
    """What a base report holds."""
    wanted = _BASES[base]
    return [_data(model, entry) for entry in model.layout if wanted(model, entry)]


def find(
    model: DeviceModel,
    criteria: Iterable[ComponentCriterionEnumType] | None,
    component_variables: Iterable[ComponentVariableType] | None,
) -> list[ReportDataType]:
    """What a custom report holds: what is within the criteria, and within the list."""
    names = None if criteria is None else [criterion.value for criterion in criteria]
    filters = (
        None if component_variables is None else [filter_by(each) for each in component_variables]
    )
    return [
        _data(model, entry)
        for entries in model.layout.places()
        if names is None or any(_holds(model, entries, name) for name in names)  # B08.FR.13
        for entry in entries
        if filters is None or any(fits(entry) for fits in filters)
    ]


def _holds(model: DeviceModel, entries: Iterable[Entry], criterion: str) -> bool:
    """Whether a Component is within one of the criteria."""
    for entry in entries:
        if entry.key.variable == criterion and entry.key.instance is None:
            return model.text(entry.key) == "true"
    # B08.FR.07, B08.FR.08, B08.FR.09: without the variable it is; B08.FR.10: no problem is none.
    return criterion != ComponentCriterionEnumType.PROBLEM


def filter_by(wanted: ComponentVariableType) -> Callable[[Entry], bool]:
    """Whether a Variable is meant by an element of the list. What is left out is any."""
    component, variable = wanted.component, wanted.variable
    evse = component.evse if component.evse is not None and component.evse.id else None

    def fits(entry: Entry) -> bool:
        key = entry.key
        return (
            _same(component.name, key.component)
            and _same_or_any(component.instance, key.component_instance)  # B08.FR.24, B08.FR.25
            and (evse is None or evse.id == key.evse)  # B08.FR.23
            and (evse is None or evse.connector_id in (None, key.connector))  # B08.FR.22
            and (variable is None or _same(variable.name, key.variable))  # B08.FR.20
            and (variable is None or _same_or_any(variable.instance, key.instance))  # B08.FR.21
        )

    return fits


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _same_or_any(wanted: str | None, instance: str | None) -> bool:
    return not wanted or (instance is not None and _same(wanted, instance))


def _data(model: DeviceModel, entry: Entry) -> ReportDataType:
    key, definition = entry
    return ReportDataType(
        component=key.place.component_type(),
        variable=key.variable_type(),
        variable_attribute=[  # B07.FR.11: those without a value too
            _attribute(model, entry, attribute, access)
            for attribute, access in definition.attributes.items()
        ],
        variable_characteristics=model.characteristics(entry).message_type(),
    )


def _attribute(
    model: DeviceModel, entry: Entry, attribute: AttributeEnumType, access: MutabilityEnumType
) -> VariableAttributeType:
    # B07.FR.03, B08.FR.03
    hidden = access is MutabilityEnumType.WRITE_ONLY
    return VariableAttributeType(
        type=attribute,
        value=None if hidden else reported(model, entry, attribute),
        mutability=access,
        persistent=entry.definition.persists(attribute),
        constant=entry.definition.constant,
    )


def _is_any(model: DeviceModel, entry: Entry) -> bool:
    return True  # B07.FR.08


def _is_configuration(model: DeviceModel, entry: Entry) -> bool:
    return entry.definition.writable  # B07.FR.07


def _is_condition(model: DeviceModel, entry: Entry) -> bool:
    """B07.FR.09: how it stands with the station, its EVSEs and connectors, and what is wrong."""
    if entry.key.variable == "Problem":
        return model.text(entry.key) == "true"
    return entry.key.variable == "AvailabilityState"


_BASES: dict[ReportBaseEnumType, _Test] = {
    ReportBaseEnumType.FULL_INVENTORY: _is_any,
    ReportBaseEnumType.CONFIGURATION_INVENTORY: _is_configuration,
    ReportBaseEnumType.SUMMARY_INVENTORY: _is_condition,
}
