"""Objects and enums in the middle of a schema become types with names (OCPP 1.6 has no others).

Names, in this order: the property's own if it has two words or more ("chargingRateUnit" ->
ChargingRateUnit), else behind its owner's (status of ResetResponse -> ResetStatus). Where that
name would stand for two shapes, or is taken, the Action goes in front
(MeterValuesSampledValue); then comes the whole path; then a number.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..json_values import JsonObject, JsonValue
from .definitions import Definitions, TypeDefinition
from .hoist_names import join, of_definition, own_name
from .message_names import action_of
from .structure import references, structure
from .type_names import why_no_type_name


@dataclass(frozen=True, slots=True)
class _Owner:
    """The type that a nested schema stands in, and what its name would be if all were free."""

    name: str
    base: str
    action: str


@dataclass(frozen=True, slots=True)
class _Nested:
    """An object or enum inside `owner`, at the properties `path`; `shape` is its structure."""

    owner: _Owner
    path: tuple[str, ...]
    schema: JsonObject
    shape: str

    @property
    def is_object(self) -> bool:
        """An object, not an enum."""
        return self.schema.get("type") == "object"

    @property
    def base(self) -> str:
        """The name it would have if all were free."""
        return own_name(self.owner.base, self.path[-1], self.is_object)


def hoist(definitions: Definitions) -> Definitions:
    """Give every object and enum inside another schema a name, and put a reference in its place.

    Equal shapes with equal names become one type. Definitions without such schemas come back
    as they are.
    """
    hoister = _Hoister(definitions)
    if not hoister.has_work:
        return definitions
    kept = [
        TypeDefinition(each.name, hoister.lift(each), each.sources, each.is_message)
        for each in definitions.types.values()
    ]
    sources = _sources(kept, hoister.hoisted)
    lifted = (
        TypeDefinition(name, schema, tuple(sorted(sources[name])), is_message=False)
        for name, schema in hoister.hoisted.items()
    )
    return Definitions.of([*kept, *lifted])


class _Hoister:
    """The types lifted so far, by name."""

    def __init__(self, definitions: Definitions) -> None:
        self.hoisted: dict[str, JsonObject] = {}
        self._names = _Names(definitions)
        self.has_work = self._names.are_needed

    def lift(self, each: TypeDefinition) -> JsonObject:
        """The schema of `each`, with references where the types lifted out of it stood."""
        return _rewrite(each.schema, _owner(each), (), self._replace)

    def _replace(self, nested: _Nested) -> JsonObject:
        name, base = self._names.pick(nested)
        if name not in self.hoisted:
            owner = _Owner(name, base, nested.owner.action)
            self.hoisted[name] = _rewrite_inside(nested.schema, owner, (), self._replace)
        return {"$ref": f"#/definitions/{name}"}


class _Names:
    """Which names are taken, by which shape."""

    def __init__(self, definitions: Definitions) -> None:
        self._taken = definitions.types.keys()
        self._given: dict[str, str] = {}
        self._shapes: dict[str, set[str]] = defaultdict(set)
        for each in definitions.types.values():
            for nested in _all_nested(each.schema, _owner(each)):
                self._shapes[nested.base].add(nested.shape)

    @property
    def are_needed(self) -> bool:
        """Whether there is anything to name."""
        return bool(self._shapes)

    def pick(self, nested: _Nested) -> tuple[str, str]:
        """The name for `nested`, and the name it would have if all were free."""
        base = self._shortest(nested)
        for name in self._candidates(nested, base):
            if self._may_have(name, nested.shape):
                self._given[name] = nested.shape
                return name, base
        raise AssertionError("the candidates have no end")

    def _shortest(self, nested: _Nested) -> str:
        """CsChargingProfile is a ChargingProfile, where the two are the same object."""
        if not nested.is_object:
            return nested.base
        same = (
            base
            for base, shapes in self._shapes.items()
            if nested.shape in shapes and nested.base.endswith(base)
        )
        return min(same, key=len)

    def _candidates(self, nested: _Nested, base: str) -> Iterator[str]:
        if len(self._shapes[base]) == 1:
            yield base
        if not base.startswith(nested.owner.action):
            yield nested.owner.action + base
        whole = join(nested.owner.name, *nested.path)
        yield whole
        number = 2
        while True:
            yield f"{whole}{number}"
            number += 1

    def _may_have(self, name: str, shape: str) -> bool:
        if name in self._taken or why_no_type_name(name):
            return False
        return self._given.get(name, shape) == shape


def _owner(each: TypeDefinition) -> _Owner:
    base = action_of(each.name) if each.is_message else of_definition(each.name)
    return _Owner(each.name, base, base)


_Replace = Callable[[_Nested], JsonObject]


def _rewrite(
    schema: JsonObject, owner: _Owner, path: tuple[str, ...], replace: _Replace
) -> JsonObject:
    """`schema`, at `path` inside `owner`, with each outermost nested schema replaced."""
    if path and (schema.get("type") == "object" or "enum" in schema):
        shape = json.dumps(structure(schema), sort_keys=True)
        return replace(_Nested(owner, path, schema, shape))
    return _rewrite_inside(schema, owner, path, replace)


def _rewrite_inside(
    schema: JsonObject, owner: _Owner, path: tuple[str, ...], replace: _Replace
) -> JsonObject:
    result: dict[str, JsonValue] = dict(schema)
    properties, items = schema.get("properties"), schema.get("items")
    if isinstance(properties, dict):
        result["properties"] = {
            name: _rewrite(inner, owner, (*path, name), replace)
            for name, inner in properties.items()
            if isinstance(inner, dict)
        }
    if isinstance(items, dict):
        result["items"] = _rewrite(items, owner, path, replace)
    return result


def _all_nested(schema: JsonObject, owner: _Owner) -> Iterator[_Nested]:
    """Every object and enum inside `schema`, at any depth, each with its direct owner."""
    found: list[_Nested] = []

    def note(nested: _Nested) -> JsonObject:
        found.append(nested)
        return {}

    _rewrite_inside(schema, owner, (), note)
    for nested in found:
        yield nested
        yield from _all_nested(nested.schema, _Owner(nested.base, nested.base, owner.action))


def _sources(kept: list[TypeDefinition], hoisted: dict[str, JsonObject]) -> dict[str, set[str]]:
    """The files that each hoisted type stands in: those of all types that lead to it."""
    sources: dict[str, set[str]] = {name: set() for name in hoisted}
    for each in kept:
        waiting = [each.schema]
        while waiting:
            for name in references(waiting.pop()) & hoisted.keys():
                sources[name].update(each.sources)
                waiting.append(hoisted[name])
    return sources
