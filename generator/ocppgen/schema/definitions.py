"""The named types of one bundle: what `merge` makes and every later stage reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..json_values import JsonObject


@dataclass(frozen=True, slots=True)
class TypeDefinition:
    """One message, datatype or enum under the one name it has in the whole bundle.

    `schema` holds no "definitions"; its references are "#/definitions/<type name>". `sources` are
    the names of the files it stands in, sorted.
    """

    name: str
    schema: JsonObject
    sources: tuple[str, ...]
    is_message: bool


@dataclass(frozen=True, slots=True)
class Definitions:
    """All types of a bundle by name, sorted by name."""

    types: Mapping[str, TypeDefinition]

    @classmethod
    def of(cls, types: Iterable[TypeDefinition]) -> Definitions:
        """Sort `types`, whose names are unique, by name."""
        return cls({each.name: each for each in sorted(types, key=lambda each: each.name)})
