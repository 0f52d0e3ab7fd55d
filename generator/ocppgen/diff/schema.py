"""Compare two schemas: every difference that changes which JSON is valid, or what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..json_values import JsonObject
from ..schema.schema_shapes import as_names, as_object, child, describe, is_closed, reference
from ..schema.structure import difference
from .changes import Difference
from .constraints import are_comparable, compare_constraints, compare_kinds
from .rules import ChangeKind
from .values import compare_values


@dataclass(frozen=True, slots=True)
class World:
    """What a reference means: the schemas of both bundles by type name, and who was renamed."""

    old: Mapping[str, JsonObject]
    new: Mapping[str, JsonObject]
    renamed: Mapping[str, str]


def compare_schemas(
    old: JsonObject, new: JsonObject, world: World, path: str = ""
) -> Iterator[Difference]:
    """Yield what differs between two schemas, without what differs inside types of one name.

    Descriptions, titles, comments and javaType never differ.
    """
    before, after = reference(old), reference(new)
    if not before and not after:
        yield from _compare_inline(old, new, world, path)
    elif not before or world.renamed.get(before, before) != after:
        yield Difference(
            ChangeKind.REFERENCE_CHANGED, path, before=describe(old), after=describe(new)
        )
        # A name is never sent: the two shapes decide. No type contains itself, so this ends.
        shapes = world.old.get(before, old), world.new.get(after, new)
        yield from compare_schemas(*shapes, world, path)


def _compare_inline(
    old: JsonObject, new: JsonObject, world: World, path: str
) -> Iterator[Difference]:
    yield from compare_kinds(old, new, path)
    yield from _compare_default(old, new, path)
    if not are_comparable(old, new):
        return
    yield from compare_values(old, new, path)
    if ("enum" in old) is ("enum" in new):
        yield from compare_constraints(old, new, path)
    if "items" in old or "items" in new:
        items = as_object(old.get("items")), as_object(new.get("items"))
        yield from compare_schemas(*items, world, f"{path}[]")
    if old.get("type") == "object":
        yield from _compare_objects(old, new, world, path)


def _compare_default(old: JsonObject, new: JsonObject, path: str) -> Iterator[Difference]:
    before, after = old.get("default"), new.get("default")
    if "default" not in old and "default" in new:
        yield Difference(ChangeKind.DEFAULT_ADDED, path, after=after)
    elif "default" in old and "default" not in new:
        yield Difference(ChangeKind.DEFAULT_REMOVED, path, before=before)
    elif difference(before, after):
        yield Difference(ChangeKind.DEFAULT_CHANGED, path, before=before, after=after)


def _compare_objects(
    old: JsonObject, new: JsonObject, world: World, path: str
) -> Iterator[Difference]:
    if is_closed(old) is not is_closed(new):
        kind = ChangeKind.OBJECT_CLOSED if is_closed(new) else ChangeKind.OBJECT_OPENED
        yield Difference(kind, path)
    before, after = as_object(old.get("properties")), as_object(new.get("properties"))
    for name in sorted(before.keys() | after.keys()):
        inside = child(path, name)
        if name not in before:
            yield _added(old, new, name, inside)
        elif name not in after:
            yield _removed(old, new, name, inside)
        else:
            yield from _compare_necessity(_requires(old, name), _requires(new, name), inside)
            fields = as_object(before[name]), as_object(after[name])
            yield from compare_schemas(*fields, world, inside)


def _requires(schema: JsonObject, name: str) -> bool:
    return name in as_names(schema.get("required"))


def _compare_necessity(before: bool, after: bool, path: str) -> Iterator[Difference]:
    if before is not after:
        kind = ChangeKind.FIELD_NOW_REQUIRED if after else ChangeKind.FIELD_NOW_OPTIONAL
        yield Difference(kind, path)


def _added(old: JsonObject, new: JsonObject, name: str, path: str) -> Difference:
    """A field that is new; whether the old object is closed decides about the old receiver."""
    kind = {
        (True, False): ChangeKind.OPTIONAL_FIELD_ADDED,
        (True, True): ChangeKind.REQUIRED_FIELD_ADDED,
        (False, False): ChangeKind.OPEN_OPTIONAL_FIELD_ADDED,
        (False, True): ChangeKind.OPEN_REQUIRED_FIELD_ADDED,
    }[is_closed(old), _requires(new, name)]
    return Difference(kind, path, after=_describe_field(new, name))


def _removed(old: JsonObject, new: JsonObject, name: str, path: str) -> Difference:
    """A field that is gone; whether the new object is closed decides about the old sender."""
    kind = {
        (True, False): ChangeKind.OPTIONAL_FIELD_REMOVED,
        (True, True): ChangeKind.REQUIRED_FIELD_REMOVED,
        (False, False): ChangeKind.OPEN_OPTIONAL_FIELD_REMOVED,
        (False, True): ChangeKind.OPEN_REQUIRED_FIELD_REMOVED,
    }[is_closed(new), _requires(old, name)]
    return Difference(kind, path, before=_describe_field(old, name))


def _describe_field(schema: JsonObject, name: str) -> str:
    return describe(as_object(as_object(schema.get("properties")).get(name)))
