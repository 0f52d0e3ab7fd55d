"""Which Variables a station of a certain shape has. All stations of one shape share it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from ocppref.station.config import StationConfig
from ocppref.station.device_model.definitions import Definition, catalogue
from ocppref.station.device_model.keys import Place, VariableKey

Shape: TypeAlias = tuple[tuple[int, tuple[int, ...]], ...]
"""The EVSEs, and the connectors of each."""


class Entry(NamedTuple):
    """A Variable in its place."""

    key: VariableKey
    definition: Definition


class Layout:
    """The Variables of a station by key, by name in any case, by Component and by text."""

    __slots__ = ("_folded", "_places", "by_key", "by_text")

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.by_key = {entry.key: entry for entry in entries}
        self.by_text = {str(key): entry for key, entry in self.by_key.items()}
        self._folded = {key.folded(): entry for key, entry in self.by_key.items()}
        self._places: dict[Place, list[Entry]] = {}
        for entry in self.by_key.values():
            self._places.setdefault(entry.key.place.folded(), []).append(entry)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.by_key.values())

    def find(self, key: VariableKey) -> Entry | None:
        """The Variable that a message means."""
        return self.by_key.get(key) or self._folded.get(key.folded())

    def has_place(self, place: Place) -> bool:
        """Whether there is such a Component."""
        return place.folded() in self._places

    def places(self) -> Iterable[list[Entry]]:
        """Every Component, as the list of its Variables."""
        return self._places.values()


def shape_of(config: StationConfig) -> Shape:
    """The shape that a station is configured to have."""
    return tuple(
        (evse.id, tuple(connector.id for connector in evse.connectors)) for evse in config.evses
    )


@lru_cache(maxsize=64)
def layout_of(shape: Shape) -> Layout:
    """The Variables of all stations of a shape."""
    return Layout(
        Entry(_key(definition, place), definition)
        for definition in catalogue()
        for place in _places(definition, shape)
    )


def _key(definition: Definition, place: Place) -> VariableKey:
    return VariableKey(
        definition.component,
        definition.variable,
        definition.instance,
        place.instance,
        place.evse,
        place.connector,
    )


def _places(definition: Definition, shape: Shape) -> Iterator[Place]:
    name = definition.component
    if definition.scope == "station":
        for instance in definition.component_instances or (None,):
            yield Place(name, instance)
    for evse, connectors in shape:
        if definition.scope == "evse":
            yield Place(name, None, evse)
        elif definition.scope == "connector":
            yield from (Place(name, None, evse, connector) for connector in connectors)
