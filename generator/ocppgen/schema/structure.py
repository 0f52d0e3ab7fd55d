"""What two schemas have in common and where they differ, beside the words that describe them."""

from __future__ import annotations

from collections.abc import Iterator

from ..json_values import JsonObject, JsonValue, pointer

ANNOTATIONS = frozenset({"title", "description", "comment", "javaType"})
_UNORDERED = frozenset({"required", "enum"})


def subschemas(schema: JsonObject) -> Iterator[tuple[tuple[str, ...], JsonObject]]:
    """Yield the schemas directly inside `schema`, each with the steps that lead to it."""
    properties = schema.get("properties")
    if isinstance(properties, dict):
        for name, inner in properties.items():
            if isinstance(inner, dict):
                yield ("properties", name), inner
    items = schema.get("items")
    if isinstance(items, dict):
        yield ("items",), items


def walk(
    schema: JsonObject, steps: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], JsonObject]]:
    """Yield `schema` and every schema inside it, outer ones first, each with its steps."""
    yield steps, schema
    for more, inner in subschemas(schema):
        yield from walk(inner, steps + more)


def references(schema: JsonObject) -> set[str]:
    """Names of the definitions that `schema` refers to directly."""
    found = (inner.get("$ref") for _, inner in walk(schema))
    return {ref.rpartition("/")[2] for ref in found if isinstance(ref, str)}


def structure(schema: JsonObject) -> JsonObject:
    """`schema` without descriptions and the like, its sets sorted: equal for one shape.

    Compare with `difference`: Python itself takes 1 and true for equal.
    """
    kept = {key: _number(value) for key, value in schema.items() if key not in ANNOTATIONS}
    for key in _UNORDERED & kept.keys():
        names = kept[key]
        if isinstance(names, list):
            kept[key] = sorted(names, key=str)
    properties = kept.get("properties")
    if isinstance(properties, dict):
        kept["properties"] = {
            name: structure(inner) if isinstance(inner, dict) else inner
            for name, inner in properties.items()
        }
    items = kept.get("items")
    if isinstance(items, dict):
        kept["items"] = structure(items)
    return kept


def _number(value: JsonValue) -> JsonValue:
    """OCPP writes 0 and 0.0 for the same bound."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def difference(first: JsonValue, second: JsonValue) -> tuple[str, JsonValue, JsonValue] | None:
    """The first place (a JSON pointer) where two JSON values differ, and both values there.

    None where they are equal. A missing value is shown as None.
    """
    return next(_differences(first, second, ()), None)


def _differences(
    first: JsonValue, second: JsonValue, steps: tuple[str, ...]
) -> Iterator[tuple[str, JsonValue, JsonValue]]:
    if isinstance(first, dict) and isinstance(second, dict):
        for key in dict.fromkeys([*first, *second]):
            here, there = first.get(key), second.get(key)
            if key in first and key in second:
                yield from _differences(here, there, (*steps, key))
            else:
                yield pointer(*steps, key), here, there
    elif isinstance(first, bool) is not isinstance(second, bool) or first != second:
        yield pointer(*steps), first, second
