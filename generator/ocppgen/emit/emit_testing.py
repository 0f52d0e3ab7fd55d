"""ProtocolIR to the package's `testing` module: hypothesis strategies and the table they read.

The table holds names, types and bounds, no text of the schemas. The strategies come from it and
not from the models, so that they are the same for every kind of model.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from ..json_values import JsonObject, JsonValue
from ..output.filetree import FileTree
from ..protocol.ir import ProtocolIR, TypeIR
from ..schema.schema_shapes import as_names, as_object, reference
from .template_engine import environment, render

_FILES = ("__init__.py", "_broken.py", "_shapes.py", "_valid.py")
_BOUNDS = {
    "minimum": "minimum",
    "maximum": "maximum",
    "multipleOf": "multiple_of",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
}


def emit(ir: ProtocolIR, header: str, templates: Path | None = None) -> FileTree:
    """The files of the sub-package `testing`, not yet formatted.

    `header` and `templates` are those of `emit_templates.emit`. Raises GeneratorError for a
    mistake in a template.
    """
    env = environment(templates)
    context = {
        "header": header.rstrip("\n"),
        "ir": ir,
        "example": _example(ir),
        "shapes": _shapes(ir),
        "enums": _enums(ir),
    }
    names = (f"testing/{name}" for name in _FILES)
    return FileTree({name: render(env, f"{name}.jinja2", context) for name in names})


def _example(ir: ProtocolIR) -> str:
    """A message for the examples in docstrings."""
    requests = [action.request for action in ir.actions]
    wanted = "BootNotificationRequest"
    return wanted if wanted in requests else next(iter(requests), "SomeRequest")


def _enums(ir: ProtocolIR) -> str:
    """A JSON object with the values of every enum, one enum a line."""
    return _lines({name: list(type_.members) for name, type_ in ir.types.items() if type_.is_enum})


def _shapes(ir: ProtocolIR) -> str:
    """A JSON object with every message and datatype, one field a line."""
    objects = (type_ for type_ in ir.types.values() if not type_.is_enum)
    return ",\n".join(f"{json.dumps(type_.name)}: {_shape(type_, ir)}" for type_ in objects)


def _shape(type_: TypeIR, ir: ProtocolIR) -> str:
    required = as_names(type_.schema.get("required"))
    fields = as_object(type_.schema.get("properties"))
    rules = {name: _rule(as_object(schema), ir) for name, schema in fields.items()}
    must = {name: rule for name, rule in rules.items() if name in required}
    may = {name: rule for name, rule in rules.items() if name not in required}
    is_open = json.dumps(type_.schema.get("additionalProperties") is not False)
    return f'{{"open": {is_open}, "required": {_table(must)}, "optional": {_table(may)}}}'


def _table(rules: Mapping[str, JsonValue]) -> str:
    return f"{{\n{_lines(rules)}\n}}" if rules else "{}"


def _lines(values: Mapping[str, JsonValue]) -> str:
    return ",\n".join(
        f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in sorted(values.items())
    )


def _rule(schema: JsonObject, ir: ProtocolIR) -> JsonObject:
    """What a value must be, as `_shapes.Rule` of the template says it."""
    target = reference(schema)
    if target:
        return {"type": "enum" if ir.types[target].is_enum else "object", "name": target}
    kind = schema.get("format", schema.get("type", "any"))
    rule: dict[str, JsonValue] = {"type": kind}
    rule |= {_BOUNDS[key]: _number(schema[key]) for key in _BOUNDS if key in schema}
    if "items" in schema:
        rule["items"] = _rule(as_object(schema["items"]), ir)
    elif kind == "array":
        rule["items"] = {"type": "any"}
    return rule


def _number(bound: JsonValue) -> JsonValue:
    # The schemas write the bounds of integers as floats.
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound
