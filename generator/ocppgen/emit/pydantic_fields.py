"""Fields of pydantic models, said in as few words as pydantic needs.

A wire name that is the camelCase of its Python name is found by the models' base class, and a bound
alone is a plain marker: both make a class quicker to create, and easier to read.
"""

from __future__ import annotations

import ast
from typing import cast

from ..protocol.ir import TypeIR

_MARKERS = {
    "max_length": "MaxLen",
    "min_length": "MinLen",
    "ge": "Ge",
    "le": "Le",
    "multiple_of": "MultipleOf",
}
MARKERS = tuple(_MARKERS.values())


def camel(name: str) -> str:
    """The wire name that a field has unless it names another; `_base` holds the same rule."""
    first, *others = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)


def simplify(node: ast.ClassDef, type_: TypeIR) -> ast.ClassDef:
    """`node` with an alias on just those fields whose wire name does not follow the rule."""
    wire_names = {python: wire for wire, python in type_.fields.items()}
    for statement in node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(name)):
                wire = wire_names[name]
                statement.annotation = _annotation(
                    statement.annotation, None if wire == camel(name) else wire
                )
    return node


def _annotation(annotation: ast.expr, alias: str | None) -> ast.expr:
    type_, words = _taken_apart(_Marked().visit(annotation))
    if alias is not None:
        call = ast.Call(ast.Name("Field"), [], [ast.keyword("alias", ast.Constant(alias))])
        words = [call, *words]
    if not words:
        return type_
    return ast.Subscript(ast.Name("Annotated"), ast.Tuple([type_, *words]))


def _taken_apart(annotation: ast.expr) -> tuple[ast.expr, list[ast.expr]]:
    match annotation:
        case ast.Subscript(value=ast.Name("Annotated"), slice=ast.Tuple(elts=[type_, *words])):
            return type_, words
    return annotation, []


class _Marked(ast.NodeTransformer):
    """Turns `Annotated[T, Field(alias=..., ge=0)]` into `Annotated[T, Ge(0)]`, at any depth."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Subscript(
                value=ast.Name("Annotated"),
                slice=ast.Tuple(elts=[type_, ast.Call(func=ast.Name("Field"), keywords=said)]),
            ):
                words = [_marker(word) for word in said if word.arg in _MARKERS]
                if not words:
                    return type_
                node.slice = ast.Tuple([type_, *words])
        return node


def _marker(word: ast.keyword) -> ast.expr:
    return ast.Call(ast.Name(_MARKERS[cast(str, word.arg)]), [word.value], [])
