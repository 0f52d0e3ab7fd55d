"""ProtocolIR to one JSON schema document that datamodel-code-generator turns into good classes."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import cast

from ..json_values import JsonObject, JsonValue
from ..protocol.ir import ProtocolIR, TypeIR

# Everything else a schema may say is either documentation or has no effect on a value.
_MEANING = ("type", "properties", "required", "items", "enum", "$ref", "format", "default")
_BOUNDS = ("minimum", "maximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems")


def document(ir: ProtocolIR, json_value: str, *, descriptions: bool) -> JsonObject:
    """All types of the protocol under "definitions".

    `json_value` is the import path of the type that stands for any JSON value. Without
    `descriptions` the document holds no text of the schemas: types carry their summary, fields
    their constraints in words.
    """
    writer = _Writer(ir, json_value, descriptions)
    return {
        "$schema": "http://json-schema.org/draft-06/schema#",
        "definitions": {name: writer.type(type_) for name, type_ in ir.types.items()},
    }


class _Writer:
    def __init__(self, ir: ProtocolIR, json_value: str, descriptions: bool) -> None:
        self._ir = ir
        self._json_value = json_value
        self._descriptions = descriptions

    def type(self, type_: TypeIR) -> JsonObject:
        said = self._said(type_.schema)
        text = type_.summary if not said else f"{type_.summary}\n\n{said}"
        if type_.is_enum:
            names = [type_.members[str(value)] for value in _list(type_.schema["enum"])]
            return {
                "type": "string",
                "enum": type_.schema["enum"],
                "x-enum-varnames": names,
                "description": text,
            }
        fields = _object(type_.schema.get("properties", {}))
        return {
            "type": "object",
            "properties": {name: self._field(_object(field)) for name, field in fields.items()},
            "required": type_.schema.get("required", []),
            "description": text,
        }

    def _field(self, schema: JsonObject) -> JsonObject:
        written = dict(self._value(schema))
        default = self._default(schema)
        if default is not None:
            written["default"] = default
        text = "\n\n".join(filter(None, (self._said(schema), constraints(schema, default))))
        return {**written, "description": text} if text else written

    def _value(self, schema: JsonObject) -> JsonObject:
        """What a value must be; an empty schema is any JSON value."""
        meaning = {key: schema[key] for key in (*_MEANING, *_BOUNDS) if key in schema}
        if not meaning:
            return {"customTypePath": self._json_value}
        if meaning.get("format") == "uri":  # a URL is kept as the peer wrote it
            del meaning["format"]
        if "items" in meaning:
            meaning["items"] = self._value(_object(meaning["items"]))
        return meaning

    def _default(self, schema: JsonObject) -> JsonValue:
        """What an absent field means: said by the field, or by the enum it refers to."""
        target = self._ir.types.get(str(schema.get("$ref", "")).rpartition("/")[2])
        inherited = target.schema.get("default") if target and target.is_enum else None
        return schema.get("default", inherited)

    def _said(self, schema: JsonObject) -> str:
        text = schema.get("description")
        return clean(text) if self._descriptions and isinstance(text, str) else ""


def constraints(schema: JsonObject, default: JsonValue = None) -> str:
    """The bounds of a field in words, "" if it has none: "1 to 5 items, each at most 20 ..."."""
    parts = []
    if schema.get("type") == "array":
        parts.append(_span(schema.get("minItems"), schema.get("maxItems"), " items"))
        inner = constraints(_object(schema.get("items", {}))).rstrip(".")
        parts.append(f"each {inner[:1].lower()}{inner[1:]}" if inner else "")
    elif schema.get("type") == "string":
        parts.append(_span(schema.get("minLength"), schema.get("maxLength"), " characters"))
    else:
        parts.append(_span(schema.get("minimum"), schema.get("maximum"), ""))
    if "multipleOf" in schema:
        parts.append(f"a multiple of {schema['multipleOf']}")
    if default is not None:
        parts.append(f"when absent {str(default).lower() if default is False else default}")
    text = ", ".join(filter(None, parts))
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _span(low: JsonValue, high: JsonValue, unit: str) -> str:
    if low is not None and high is not None:
        return f"{_number(low)} to {_number(high)}{unit}"
    if low is not None:
        return f"at least {_number(low)}{_unit(low, unit)}"
    if high is not None:
        return f"at most {_number(high)}{_unit(high, unit)}"
    return ""


def _unit(bound: JsonValue, unit: str) -> str:
    return unit.removesuffix("s") if bound == 1 else unit


def _number(bound: JsonValue) -> JsonValue:
    # The schemas write the bounds of integers as floats.
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound


def clean(text: str) -> str:
    """A description without HTML entities, AsciiDoc marks and line breaks in odd places."""
    text = html.unescape(text).replace("\r\n", "\n").replace("\\", "")
    text = re.sub(r"&lt;br&gt;|<br\s*/?>|\s\+\s*\n", "\n", text)
    text = re.sub(r"(?<!\w)[*_`]{1,2}([^*_`\n]+)[*_`]{1,2}(?!\w)", r"\1", text)
    lines = (re.sub(r"\s+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line).replace('"""', "'''")


def _object(value: JsonValue) -> JsonObject:
    return cast(Mapping[str, JsonValue], value)


def _list(value: JsonValue) -> list[JsonValue]:
    return cast(list[JsonValue], value)
