"""One name, one type: all schemas of a bundle become one set of definitions."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Findings
from ..json_values import JsonObject, JsonValue, pointer
from ..source.bundle import SchemaBundle, SchemaFile
from . import hoist, keywords
from .definitions import Definitions, TypeDefinition
from .message_names import message_names
from .structure import difference, references, structure, walk
from .type_names import why_no_type_name

__all__ = ["Definitions", "TypeDefinition", "merge"]

_LEFT_OUT = frozenset({"$schema", "$id", "id", "definitions", "comment"})
_PATCH = "Correct one of the two, or patch it with an erratum (--errata FILE)."


def merge(bundle: SchemaBundle) -> Definitions:
    """Check every schema of `bundle` and gather its messages, datatypes and enums by name.

    Objects and enums that stand in the middle of a schema become types of their own. Raises
    GeneratorError with all that is wrong.
    """
    findings = Findings("merge")
    merger = _Merger(findings)
    messages = message_names(bundle, findings)
    for name, file in bundle.files.items():
        merger.add_file(file, messages[name])
    findings.raise_errors()
    merger.check_names()
    _check_recursion(merger.types, findings)
    findings.raise_errors()
    return hoist.hoist(Definitions.of(merger.types.values()))


class _Merger:
    """The types gathered so far, and the file that each was first seen in."""

    def __init__(self, findings: Findings) -> None:
        self.types: dict[str, TypeDefinition] = {}
        self._findings = findings

    def add_file(self, file: SchemaFile, message: str) -> None:
        """Take in one message schema and the definitions beside it."""
        keywords.check(file.schema, file.name, (), self._findings)
        definitions = _definitions(file.schema)
        self._check_references(file, file.schema, (), definitions)
        for name, schema in definitions.items():
            at = ("definitions", name)
            self._check_references(file, schema, at, definitions)
            self._add(TypeDefinition(name, schema, (file.name,), is_message=False), at)
        schema = {key: value for key, value in file.schema.items() if key not in _LEFT_OUT}
        self._add(TypeDefinition(message, schema, (file.name,), is_message=True), ())

    def _add(self, new: TypeDefinition, at: tuple[str, ...]) -> None:
        known = self.types.get(new.name)
        file = new.sources[0]
        if known is None:
            self._check_kind(new, at)
            self.types[new.name] = new
        elif known.is_message != new.is_message:
            self._clash(known, file, at)
        elif known.is_message:
            return  # two files for one message: message_names has said so
        else:
            if known.schema != new.schema or difference(known.schema, new.schema):
                keywords.check(new.schema, file, at, self._findings)
                self._compare(known, new, at)
            sources = tuple(sorted({*known.sources, file}))
            self.types[new.name] = TypeDefinition(known.name, known.schema, sources, False)

    def _check_kind(self, new: TypeDefinition, at: tuple[str, ...]) -> None:
        if new.is_message:
            return
        keywords.check(new.schema, new.sources[0], at, self._findings)
        if new.schema.get("type") != "object" and "enum" not in new.schema:
            self._findings.error(
                f"{new.name} is neither an object nor an enum",
                new.sources[0],
                pointer(*at),
                "Write the schema where it is used, in place of the $ref.",
            )

    def _clash(self, known: TypeDefinition, file: str, at: tuple[str, ...]) -> None:
        self._findings.error(
            f"{known.name} is the name of a message and of a definition, also in"
            f" {known.sources[0]}",
            file,
            pointer(*at),
            "Rename the definition.",
        )

    def _compare(self, known: TypeDefinition, new: TypeDefinition, at: tuple[str, ...]) -> None:
        found = difference(structure(known.schema), structure(new.schema))
        if found:
            place, first, second = found
            contrast = _contrast(first, second, f"{known.sources[0]}#{pointer(*at)}")
            message = f"{new.name} has two shapes: {place} {contrast}"
            self._findings.error(message, new.sources[0], pointer(*at) + place, _PATCH)

    def _check_references(
        self, file: SchemaFile, schema: JsonObject, at: tuple[str, ...], known: JsonObject
    ) -> None:
        for steps, inner in walk(schema):
            reference = inner.get("$ref")
            if isinstance(reference, str) and reference.startswith("#/definitions/"):
                name = reference.removeprefix("#/definitions/")
                if name not in known:
                    self._findings.error(
                        f'"$ref" leads nowhere: the file defines no "{name}"',
                        file.name,
                        pointer(*at, *steps, "$ref"),
                        "Add the definition to the file, or correct the name.",
                    )

    def check_names(self) -> None:
        """Report every name that cannot be a Python class of the generated package."""
        for each in self.types.values():
            reason = why_no_type_name(each.name)
            if reason:
                at = "" if each.is_message else pointer("definitions", each.name)
                hint = "Rename the file." if each.is_message else "Rename the definition."
                self._findings.error(f"{each.name} {reason}", each.sources[0], at, hint)


def _contrast(first: JsonValue, second: JsonValue, where: str) -> str:
    """How `second` differs from `first`, which stands at `where`, as the end of a sentence."""
    if not isinstance(first, list) or not isinstance(second, list):
        return f"is {_said(second)} here and {_said(first)} in {where}"
    here = [each for each in second if each not in first]
    there = [each for each in first if each not in second]
    return f"holds {keywords.shown(here)} only here and {keywords.shown(there)} only in {where}"


def _said(value: JsonValue) -> str:
    return "missing" if value is None else keywords.shown(value)


def _definitions(schema: JsonObject) -> dict[str, JsonObject]:
    found = schema.get("definitions")
    if not isinstance(found, dict):
        return {}
    return {name: inner for name, inner in found.items() if isinstance(inner, dict)}


def _check_recursion(types: dict[str, TypeDefinition], findings: Findings) -> None:
    edges = {name: sorted(references(each.schema)) for name, each in types.items()}
    done: set[str] = set()
    known: set[frozenset[str]] = set()
    for cycle in (cycle for name in types for cycle in _cycles(name, edges, (), done)):
        if frozenset(cycle) in known:
            continue
        known.add(frozenset(cycle))
        findings.error(
            f"the definition contains itself: {' -> '.join(cycle)}",
            types[cycle[0]].sources[0],
            pointer("definitions", cycle[0]),
            "OCPP knows no recursive type: break the circle.",
        )


def _cycles(
    name: str, edges: dict[str, list[str]], path: tuple[str, ...], done: set[str]
) -> Iterator[tuple[str, ...]]:
    """Circles that a way from `name` leads into; `path` has led to it, `done` leads into none."""
    if name in path:
        yield (*path[path.index(name) :], name)
    elif name not in done:
        for target in edges[name]:
            yield from _cycles(target, edges, (*path, name), done)
        done.add(name)
