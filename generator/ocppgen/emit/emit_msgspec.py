"""ProtocolIR to msgspec Structs: enums, datatypes and messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from datamodel_code_generator.enums import DataModelType

from ..json_values import JsonObject, JsonValue
from ..output.filetree import FileTree
from ..protocol.ir import ProtocolIR, TypeIR
from ..resources import TEMPLATES
from .classes import ClassSource, Flavour, write_classes
from .model_schema import document
from .modules import write_modules
from .template_engine import environment, render

MSGSPEC = Flavour(DataModelType.MsgspecStruct, closed="ClosedModel", opened="OpenModel")
_ORIGINS = {
    "Annotated": "typing",
    "ClosedModel": "._base",
    "DateTime": "._base",
    "JsonValue": "._base",
    "Meta": "msgspec",
    "OpenModel": "._base",
    "StrEnum": "enum",
    "UNSET": "msgspec",
    "UnsetType": "msgspec",
    "check_multiples": "._base",
    "field": "msgspec",
}


def emit(
    ir: ProtocolIR, header: str, *, descriptions: bool = False, templates: Path | None = None
) -> FileTree:
    """`_base.py`, `enums.py`, `datatypes.py` and `messages/`, not yet formatted.

    `header` is the comment each file begins with, `templates` a folder whose templates replace
    ours of the same name; with `descriptions` the texts of the schemas become docstrings.
    """
    schema = _for_msgspec(document(ir, "_base.JsonValue", descriptions=descriptions))
    classes = write_classes(schema, ir, MSGSPEC, TEMPLATES)
    checked = {name: _check_multiples(source, ir.types[name]) for name, source in classes.items()}
    base = render(environment(templates), "msgspec/_base.py.jinja2", {"header": header})
    return FileTree({"_base.py": base}) | write_modules(checked, ir, _ORIGINS, header)


def _for_msgspec(schema: JsonObject) -> JsonObject:
    types = _object(schema["definitions"])
    return {**schema, "definitions": {name: _type(_object(x)) for name, x in types.items()}}


def _type(schema: JsonObject) -> JsonObject:
    if "properties" not in schema:
        return schema
    fields = _object(schema["properties"])
    return {**schema, "properties": {name: _value(_object(x)) for name, x in fields.items()}}


def _value(schema: JsonObject) -> JsonObject:
    """What a value must be, as far as msgspec can say it."""
    kept = dict(schema)
    if _is_fractional(schema):
        del kept["multipleOf"]
    if kept.get("format") == "date-time":
        said = {"description": kept["description"]} if "description" in kept else {}
        return {**said, "customTypePath": "_base.DateTime"}
    if "items" in kept:
        kept["items"] = _value(_object(kept["items"]))
    return kept


def _is_fractional(schema: JsonObject) -> bool:
    """Whether the value has a step that msgspec would check by an exact remainder of floats."""
    return schema.get("type") == "number" and "multipleOf" in schema


def _check_multiples(source: ClassSource, type_: TypeIR) -> ClassSource:
    """The class with a check after construction of what `_value` dropped; mostly there is none."""
    fields = _object(type_.schema.get("properties", {}))
    # Of a list, what each item must be.
    values = {name: _object(_object(x).get("items", x)) for name, x in fields.items()}
    steps = [
        f"{type_.fields[name]}={value['multipleOf']!r}"
        for name, value in values.items()
        if _is_fractional(value)
    ]
    if not steps:
        return source
    call = f"check_multiples(self, {', '.join(steps)})"
    text = f"{source.text}\n\n    def __post_init__(self) -> None:\n        {call}"
    return replace(source, text=text, needs=source.needs | {"check_multiples"})


def _object(value: JsonValue) -> JsonObject:
    return cast(Mapping[str, JsonValue], value)
