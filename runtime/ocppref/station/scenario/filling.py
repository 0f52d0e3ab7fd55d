"""`${name}` in a scenario: parameters, and what was kept of a message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ocppref.station.scenario.source import Data, Place

_NAME = re.compile(r"\$\{([^{}]*)\}")


def fill(data: Data, values: Mapping[str, str]) -> Data:
    """The data with the values that are known in their places."""
    if isinstance(data, str):
        return _NAME.sub(lambda found: values.get(found[1], found[0]), data)
    if isinstance(data, list):
        return [fill(each, values) for each in data]
    if isinstance(data, dict):
        return {name: fill(each, values) for name, each in data.items()}
    return data


def names(data: Data, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """What is to be filled in, and where."""
    if isinstance(data, str):
        yield from ((place, found[1]) for found in _NAME.finditer(data))
    elif isinstance(data, list):
        for at, each in enumerate(data):
            yield from names(each, (*place, at))
    elif isinstance(data, dict):
        for name, each in data.items():
            yield from names(each, (*place, name))
