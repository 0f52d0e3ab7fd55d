"""Small questions about one JSON schema that `merge` let through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..json_values import JsonObject, JsonValue

ANY = "any value"
"""What a schema without `type` allows."""


def as_object(value: JsonValue) -> JsonObject:
    """The value as a schema or a table of schemas; empty if there is none."""
    return value if isinstance(value, Mapping) else {}


def as_list(value: JsonValue) -> tuple[JsonValue, ...]:
    """The items of a JSON list; () if there is none."""
    return tuple(value) if isinstance(value, list | tuple) else ()


def as_names(value: JsonValue) -> tuple[str, ...]:
    """The strings in a JSON list; () if there is none."""
    return tuple(item for item in as_list(value) if isinstance(item, str))


def child(path: str, name: str) -> str:
    """The dotted path of a field: child("evse[]", "id") == "evse[].id"."""
    return f"{path}.{name}" if path else name


def reference(schema: JsonObject) -> str:
    """The name of the type that the schema refers to, "" if it is no reference."""
    target = schema.get("$ref")
    return target.removeprefix("#/definitions/") if isinstance(target, str) else ""


def kind(schema: JsonObject) -> str:
    """The one JSON type that the schema allows, or ANY."""
    name = schema.get("type")
    return name if isinstance(name, str) else ANY


def is_closed(schema: JsonObject) -> bool:
    """Whether an object of this schema must not have keys that the schema does not name."""
    return schema.get("additionalProperties") is False


def describe(schema: JsonObject) -> str:
    """Name what the schema allows: "EVSEType", "array of integer", "string", "any value"."""
    if reference(schema):
        return reference(schema)
    if kind(schema) == "array":
        return f"array of {describe(as_object(schema.get('items')))}"
    return kind(schema)


def references(schema: JsonObject, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path, type name) for each reference in the schema, nested ones included."""
    if reference(schema):
        yield path, reference(schema)
    for name, field in sorted(as_object(schema.get("properties")).items()):
        yield from references(as_object(field), child(path, name))
    if "items" in schema:
        yield from references(as_object(schema["items"]), f"{path}[]")
