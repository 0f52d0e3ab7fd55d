"""Which JSON Schema keywords a bundle may use, and what each must hold.

What is not in this table would be lost on the way to Python, so it stops the build.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..diagnostics import Findings
from ..json_values import JsonObject, JsonValue, pointer
from .structure import ANNOTATIONS, subschemas

_Steps = tuple[str | int, ...]
_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_FORMATS = ("date-time", "uri")
_HINT = "Correct the schema, or patch it with an erratum (--errata FILE)."
_UNKNOWN_HINT = "Say it with a keyword that ocppgen knows, or remove it with an erratum (--errata)."
ROOT_ONLY = frozenset({"$schema", "$id", "id", "definitions"})


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_factor(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _is_names(value: JsonValue) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(each, str) for each in value)
        and len(set(map(str, value))) == len(value)
    )


def _is_schemas(value: JsonValue) -> bool:
    return isinstance(value, dict) and all(isinstance(each, dict) for each in value.values())


@dataclass(frozen=True, slots=True)
class _Keyword:
    """What a keyword holds, in words and as a check, and the types it says something about."""

    holds: str
    accepts: Callable[[JsonValue], bool]
    types: tuple[str, ...] = _TYPES


_TEXT = _Keyword("a string", lambda value: isinstance(value, str))
_FLAG = _Keyword("true or false", lambda value: isinstance(value, bool))
_NUMERIC = ("integer", "number")
_KEYWORDS = {
    **dict.fromkeys(("$schema", "$id", "id", *ANNOTATIONS), _TEXT),
    "definitions": _Keyword("an object of schemas", _is_schemas),
    "type": _Keyword(f"one of {', '.join(_TYPES)}", lambda value: value in _TYPES),
    "default": _Keyword("a value", lambda value: True),
    # OCPP writes additionalProperties on string enums too, where it means nothing.
    "additionalProperties": _Keyword("true or false", _FLAG.accepts, ("object", "string")),
    "properties": _Keyword("an object of schemas", _is_schemas, ("object",)),
    "required": _Keyword("a list of names, each once", _is_names, ("object",)),
    "items": _Keyword("one schema", lambda value: isinstance(value, dict), ("array",)),
    "additionalItems": _Keyword("true or false", _FLAG.accepts, ("array",)),
    "minItems": _Keyword("a whole number, 0 or more", _is_count, ("array",)),
    "maxItems": _Keyword("a whole number, 0 or more", _is_count, ("array",)),
    "maxLength": _Keyword("a whole number, 0 or more", _is_count, ("string",)),
    "enum": _Keyword(
        "a list of strings, each once, at least one",
        lambda value: _is_names(value) and value != [],
        ("string",),
    ),
    "format": _Keyword(
        f"one of {', '.join(_FORMATS)}", lambda value: value in _FORMATS, ("string",)
    ),
    "minimum": _Keyword("a number", _is_number, _NUMERIC),
    "maximum": _Keyword("a number", _is_number, _NUMERIC),
    "multipleOf": _Keyword("a number above 0", _is_factor, _NUMERIC),
}


def check(schema: JsonObject, file: str, at: _Steps, findings: Findings) -> None:
    """Report every keyword in `schema` (at `at` in `file`) that is unknown, misplaced or wrong.

    What stands under "definitions" is not looked at: check each with its own `at`.
    """
    _Checker(file, findings).check(schema, at, is_root=not at)


class _Checker:
    def __init__(self, file: str, findings: Findings) -> None:
        self._file = file
        self._findings = findings

    def check(self, schema: JsonObject, at: _Steps, is_root: bool) -> None:
        for keyword in schema:
            if keyword != "$ref":
                self._check_keyword(schema, keyword, at, is_root)
        if "$ref" in schema:
            self._check_reference(schema, at)
        else:
            self._check_sense(schema, at)
        for steps, inner in subschemas(schema):
            self.check(inner, (*at, *steps), is_root=False)

    def _error(self, message: str, at: _Steps, hint: str = _HINT) -> None:
        self._findings.error(message, self._file, pointer(*at), hint)

    def _check_keyword(self, schema: JsonObject, keyword: str, at: _Steps, is_root: bool) -> None:
        known = _KEYWORDS.get(keyword)
        there = (*at, keyword)
        kind = schema.get("type")
        if known is None:
            self._error(f'unknown keyword "{keyword}"', there, _UNKNOWN_HINT)
        elif keyword in ROOT_ONLY and not is_root:
            self._error(f'"{keyword}" belongs at the top of a file only', there)
        elif not known.accepts(schema[keyword]):
            self._error(f'"{keyword}" must hold {known.holds}, not {shown(schema[keyword])}', there)
        elif isinstance(kind, str) and kind in _TYPES and kind not in known.types:
            self._error(f'"{keyword}" says nothing about type "{kind}"', there)

    def _check_reference(self, schema: JsonObject, at: _Steps) -> None:
        reference = schema["$ref"]
        if not isinstance(reference, str) or not reference.startswith("#/definitions/"):
            message = f'"$ref" must be "#/definitions/<name>", not {shown(reference)}'
            self._error(message, (*at, "$ref"))
        elif len(schema) > 1:
            others = ", ".join(f'"{key}"' for key in schema if key != "$ref")
            hint = "JSON Schema ignores what stands beside a $ref: move it, or take it out."
            self._error(f'"$ref" must stand alone, not beside {others}', at, hint)

    def _check_sense(self, schema: JsonObject, at: _Steps) -> None:
        kind = schema.get("type")
        if kind is None and (schema.keys() & _KEYWORDS.keys()) - ANNOTATIONS - ROOT_ONLY:
            self._error('the schema has no "type"', at)
        for low, high in (("minimum", "maximum"), ("minItems", "maxItems")):
            if _is_above(schema.get(low), schema.get(high)):
                message = f'"{low}" {schema[low]} is above "{high}" {schema[high]}'
                self._error(message, (*at, low))
        self._check_required(schema, at)
        self._check_default(schema, at)

    def _check_required(self, schema: JsonObject, at: _Steps) -> None:
        required, properties = schema.get("required"), schema.get("properties", {})
        if not isinstance(required, list) or not isinstance(properties, dict):
            return
        for index, name in enumerate(required):
            if isinstance(name, str) and name not in properties:
                message = f'"{name}" is required, but is none of the properties'
                self._error(message, (*at, "required", index))

    def _check_default(self, schema: JsonObject, at: _Steps) -> None:
        if "default" not in schema:
            return
        default, allowed = schema["default"], schema.get("enum")
        if isinstance(allowed, list) and default not in allowed:
            message = f"the default {shown(default)} is none of the enum's values"
            self._error(message, (*at, "default"))
        elif not _has_type(default, schema.get("type")):
            message = f'the default {shown(default)} is not of type "{schema.get("type")}"'
            self._error(message, (*at, "default"))


def shown(value: JsonValue) -> str:
    """A JSON value for a message, shortened."""
    import json

    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _is_above(low: JsonValue, high: JsonValue) -> bool:
    if isinstance(low, int | float) and isinstance(high, int | float):
        return low > high
    return False


def _has_type(value: JsonValue, kind: JsonValue) -> bool:
    match kind:
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return _is_number(value) and float(str(value)).is_integer()
        case "number":
            return _is_number(value)
        case "string":
            return isinstance(value, str)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
    return True
