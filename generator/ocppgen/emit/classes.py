"""datamodel-code-generator's work, taken apart into one syntax tree per class."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import cast

from datamodel_code_generator import generate
from datamodel_code_generator.enums import DataModelType, InputFileType
from datamodel_code_generator.format import PythonVersion

from ..json_values import JsonObject
from ..protocol.ir import ProtocolIR, TypeIR
from .docstrings import docstring


@dataclass(frozen=True, slots=True)
class Flavour:
    """One kind of model: which classes to write and what they inherit from.

    `closed` refuses unknown keys, `opened` keeps them; both are names in the package's `_base`.
    `polish` has the last word on the class of a type that is no enum.
    """

    output: DataModelType
    closed: str
    opened: str
    polish: Callable[[ast.ClassDef, TypeIR], ast.ClassDef] = lambda node, type_: node


@dataclass(frozen=True, slots=True)
class ClassSource:
    """The source of one class, unformatted, and every name it needs to be evaluated."""

    name: str
    text: str
    needs: frozenset[str]


def write_classes(
    document: JsonObject, ir: ProtocolIR, flavour: Flavour, templates: Path
) -> Mapping[str, ClassSource]:
    """Every type of the document as a class, by type name."""
    tree = ast.parse(_generate(document, ir, flavour, templates))
    inline = _Inline(dict(filter(None, map(_alias, tree.body))))
    classes = [inline.visit(node) for node in tree.body if isinstance(node, ast.ClassDef)]
    return {node.name: _source(_polished(node, ir, flavour)) for node in classes}


def _polished(node: ast.ClassDef, ir: ProtocolIR, flavour: Flavour) -> ast.ClassDef:
    type_ = ir.types[node.name]
    return node if type_.is_enum else flavour.polish(node, type_)


def _generate(document: JsonObject, ir: ProtocolIR, flavour: Flavour, templates: Path) -> str:
    bases: dict[str, str | list[str]] = {
        name: f"_base.{flavour.opened}"
        for name, type_ in ir.types.items()
        if not type_.is_enum and type_.schema.get("additionalProperties") is not False
    }
    aliases = {
        f"{name}.{wire}": python
        for name, type_ in ir.types.items()
        for wire, python in type_.fields.items()
        if wire != python
    }
    text = generate(
        json.dumps(document),
        input_file_type=InputFileType.JsonSchema,
        output_model_type=flavour.output,
        target_python_version=PythonVersion.PY_311,
        custom_template_dir=templates,
        base_class=f"_base.{flavour.closed}",
        base_class_map=bases,
        aliases=aliases,
        use_annotated=True,
        field_constraints=True,
        set_default_enum_member=True,
        collapse_root_models=True,
        use_type_alias=True,
        strict_nullable=True,
        use_specialized_enum=True,
        use_standard_collections=True,
        use_union_operator=True,
        use_schema_description=True,
        use_field_description=True,
        use_single_line_docstring=True,
        skip_root_model=True,
        disable_timestamp=True,
        disable_future_imports=True,
        formatters=[],
    )
    assert isinstance(text, str)  # one document in, one module out
    return text


def _alias(statement: ast.stmt) -> tuple[str, ast.expr] | None:
    """The name and the type of `X = TypeAliasType("X", T)` or `X: TypeAlias = T`."""
    match statement:
        case ast.Assign(targets=[ast.Name(name)], value=ast.Call(args=[_, type_])):
            return name, type_
        case ast.AnnAssign(target=ast.Name(name), value=ast.expr() as type_):
            return name, type_
    return None


class _Inline(ast.NodeTransformer):
    """Puts the names that were made up for constrained list items back where they are used."""

    def __init__(self, aliases: Mapping[str, ast.expr]) -> None:
        self._aliases = aliases

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._aliases.get(node.id, node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        # JSON's null is itself a JSON value, so `JsonValue | None` says it twice.
        match node:
            case ast.BinOp(left=ast.Name("JsonValue"), right=ast.Constant(None)):
                return node.left
        return self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        node = cast(ast.Subscript, self.generic_visit(node))
        match node.slice:
            case ast.Tuple(elts=[type_, ast.Call(args=[], keywords=[])]):  # Annotated[T, Meta()]
                return type_
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        # The words are in the attribute's docstring; at run time nobody needs them.
        node.keywords = [word for word in node.keywords if word.arg != "description"]
        return self.generic_visit(node)


def _source(node: ast.ClassDef) -> ClassSource:
    needs = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
    local = {
        target.id
        for statement in node.body
        for target in _targets(statement)
        if isinstance(target, ast.Name)
    }
    builtin = {"str", "int", "float", "bool", "list"}
    return ClassSource(node.name, _text(node), frozenset(needs - local - builtin))


def _text(node: ast.ClassDef) -> str:
    arguments = ", ".join(map(ast.unparse, [*node.bases, *node.keywords]))
    lines = [f"class {node.name}({arguments}):"]
    for statement in node.body:
        match statement:
            case ast.Expr(value=ast.Constant(value=str(words))):
                lines.append(f"    {docstring(words, 4)}")
            case _:
                lines.append(indent(ast.unparse(statement), "    "))
    return "\n".join(lines)


def _targets(statement: ast.stmt) -> list[ast.expr]:
    if isinstance(statement, ast.Assign):
        return statement.targets
    return [statement.target] if isinstance(statement, ast.AnnAssign) else []
