"""What the files of the catalogue say of each Variable.

A file is TOML. A table is a Component, a table in it a Variable: "Name" or "Name[Instance]". A
Component may have `scope` ("station", "evse" or "connector") and `instances`. A Variable has

- `type`, `unit`, `min`, `max`, `values`, `monitoring`: its characteristics; `values` may be the
  name of a list in lists.toml, and `max` is the length where the value is a text or a list;
- `access`: its mutability; `attributes` are further attribute types with an access of their own;
- `default`, `constant`, `persistent`: what can be written persists, and what else says so;
- `behaviour`: the module of `ocppref.station` whose behaviour it is. Only a constant has none;
- `scopes`, if it is at several places, in place of its Component's `scope`;
- `about`: one sentence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, Required, TypedDict, cast

from ocpp21 import (
    AttributeEnumType,
    DataEnumType,
    MutabilityEnumType,
    VariableCharacteristicsType,
)

Scope = Literal["station", "evse", "connector"]

_LISTS = "lists.toml"


@dataclass(frozen=True, slots=True)
class Characteristics:
    """What a value may be. `minimum` and `maximum` bound a number; `maximum` a text's length."""

    data_type: DataEnumType
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    values: tuple[str, ...] | None = None
    monitoring: bool = False

    def message_type(self) -> VariableCharacteristicsType:
        """The same in a message."""
        return VariableCharacteristicsType(
            data_type=self.data_type,
            unit=self.unit,
            min_limit=self.minimum,
            max_limit=self.maximum,
            values_list=None if self.values is None else ",".join(self.values),
            supports_monitoring=self.monitoring,
        )


@dataclass(frozen=True, slots=True)
class Definition:
    """A Variable of the catalogue, wherever in a station its Component is."""

    component: str
    variable: str
    instance: str | None
    scope: Scope
    component_instances: tuple[str, ...]
    characteristics: Characteristics
    attributes: Mapping[AttributeEnumType, MutabilityEnumType]
    default: str
    constant: bool
    persistent: bool
    behaviour: str | None
    about: str

    @property
    def writable(self) -> bool:
        """Whether an operator can set any of its attributes."""
        return any(
            access is not MutabilityEnumType.READ_ONLY for access in self.attributes.values()
        )

    def persists(self, attribute: AttributeEnumType) -> bool:
        """Whether the value of this attribute survives a power cycle."""
        return self.persistent or self.attributes[attribute] is not MutabilityEnumType.READ_ONLY


class _Attribute(TypedDict):
    access: str


class _Row(TypedDict, total=False):
    type: Required[str]
    unit: str
    min: float
    max: float
    values: str | list[str]
    monitoring: bool
    access: Required[str]
    attributes: dict[str, _Attribute]
    default: str
    constant: bool
    persistent: bool
    behaviour: str
    scopes: list[Scope]
    about: Required[str]


@cache
def catalogue() -> tuple[Definition, ...]:
    """All that a station of this kind has, read once for the process."""
    folder = files("ocppref.station.device_model") / "catalogue"
    tables = {
        path.name: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.iterdir(), key=lambda path: path.name)
        if path.name.endswith(".toml")
    }
    lists = cast("dict[str, list[str]]", tables.pop(_LISTS))
    return tuple(
        definition
        for table in tables.values()
        for component, rows in table.items()
        for definition in _component(component, rows, lists)
    )


def _component(
    component: str, table: Mapping[str, object], lists: Mapping[str, Sequence[str]]
) -> Iterator[Definition]:
    scope = cast("Scope", table.get("scope", "station"))
    instances = tuple(cast("list[str]", table.get("instances", [])))
    for name, row in table.items():
        if isinstance(row, dict):
            for each in cast("list[Scope]", row.get("scopes", [scope])):
                yield _definition(component, name, each, instances, cast("_Row", row), lists)


def _definition(
    component: str,
    name: str,
    scope: Scope,
    instances: tuple[str, ...],
    row: _Row,
    lists: Mapping[str, Sequence[str]],
) -> Definition:
    variable, _, instance = name.removesuffix("]").partition("[")
    attributes = {AttributeEnumType.ACTUAL: MutabilityEnumType(row["access"])}
    for attribute, more in row.get("attributes", {}).items():
        attributes[AttributeEnumType(attribute)] = MutabilityEnumType(more["access"])
    return Definition(
        component=component,
        variable=variable,
        instance=instance or None,
        scope=scope,
        component_instances=instances,
        characteristics=_characteristics(row, lists),
        attributes=attributes,
        default=row.get("default", ""),
        constant=row.get("constant", False),
        persistent=row.get("persistent", row["access"] != MutabilityEnumType.READ_ONLY),
        behaviour=row.get("behaviour"),
        about=row["about"],
    )


_LISTED = (DataEnumType.OPTION_LIST, DataEnumType.MEMBER_LIST, DataEnumType.SEQUENCE_LIST)


def _characteristics(row: _Row, lists: Mapping[str, Sequence[str]]) -> Characteristics:
    values = row.get("values")
    data_type = DataEnumType(row["type"])
    if values is None and data_type in _LISTED:
        values = []  # the station says which, see DeviceModel.characterise
    return Characteristics(
        data_type=data_type,
        unit=row.get("unit"),
        minimum=row.get("min"),
        maximum=row.get("max"),
        values=(
            None if values is None else tuple(lists[values] if isinstance(values, str) else values)
        ),
        monitoring=row.get("monitoring", False) or data_type in _MEASURED,
    )


# Every number and every boolean can be monitored, whatever it is for.
_MEASURED = (DataEnumType.INTEGER, DataEnumType.DECIMAL, DataEnumType.BOOLEAN)
