"""Corrections laid over a bundle: what stands in the schemas and should not, with the reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator

from ..diagnostics import Diagnostic, Findings, GeneratorError, Severity
from ..json_values import JsonObject, pointer
from ..schema.keywords import shown
from ..schema.structure import difference
from .bundle import SchemaBundle, SchemaFile
from .errata_files import STAGE, Patch, Target
from .errata_files import read as read
from .errata_files import read_folder as read_folder
from .json_pointer import APPEND, Absent, NoSuchPlace, Slot, changed, resolve

_Place = tuple[str, tuple[str, ...]]
_STALE = "Look whether the schemas say now what the erratum wanted: remove it, or correct it."


def apply(bundle: SchemaBundle, patches: Iterable[Patch]) -> SchemaBundle:
    """Lay `patches` over `bundle`, in order: each sees what those before it left behind.

    A changed file gets the SHA-256 of its new JSON, so that the digest tells. Raises
    GeneratorError with every patch that has no place to go to, finds other than it expects, or
    changes nothing.
    """
    findings = Findings(STAGE)
    schemas = {name: file.schema for name, file in bundle.files.items()}
    for patch in patches:
        try:
            schemas |= _patched(patch, schemas)
        except GeneratorError as error:
            findings.items.extend(error.diagnostics)
    findings.raise_errors()
    files = bundle.files.values()
    return SchemaBundle.of(bundle.origin, (_file(file, schemas[file.name]) for file in files))


def _file(file: SchemaFile, schema: JsonObject) -> SchemaFile:
    if schema is file.schema:
        return file
    text = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    return SchemaFile(file.name, hashlib.sha256(text.encode()).hexdigest(), schema)


def _patched(patch: Patch, schemas: dict[str, JsonObject]) -> dict[str, JsonObject]:
    """The schemas that `patch` changes, changed."""
    places = list(_places(patch.target, schemas))
    if not places:
        message = f"the bundle has no file {patch.target}"
        raise _error(message, patch.place, None, "Correct the name, or remove the erratum.")
    return {name: _change(patch, name, schemas[name], steps) for name, steps in places}


def _places(target: Target, schemas: dict[str, JsonObject]) -> Iterator[_Place]:
    """The files that `target` is about, each with the steps to the place in it."""
    prefix = ("definitions", target.name) if target.kind == "definition" else ()
    for name, schema in schemas.items():
        definitions = schema.get("definitions")
        defined = definitions if isinstance(definitions, dict) else {}
        if target.name == name if target.kind == "file" else target.name in defined:
            yield name, (*prefix, *target.steps)


def _change(patch: Patch, name: str, schema: JsonObject, steps: tuple[str, ...]) -> JsonObject:
    try:
        found = resolve(schema, steps)
        if steps[-1] == APPEND:
            found = _appended_already(patch, resolve(schema, steps[:-1]))
    except NoSuchPlace as error:
        message = f"the erratum {patch.place} has no place to go to: {error}"
        raise _error(message, name, steps, "Correct the pointer.") from None
    if not _same(found, patch.expected):
        message = f"the erratum {patch.place} is stale: it expects {_said(patch.expected)},"
        raise _error(f"{message} but here is {_said(found)}", name, steps, _STALE)
    if _same(found, patch.value):
        message = f"the erratum {patch.place} changes nothing: here is {_said(found)} already"
        raise _error(message, name, steps, "Remove the erratum.")
    return changed(schema, steps, patch.value)


def _appended_already(patch: Patch, elements: Slot) -> Slot:
    """What to add to a list may have come into it by now."""
    known = isinstance(elements, list) and patch.value in elements
    return patch.value if known else Absent.ABSENT


def _same(first: Slot, second: Slot) -> bool:
    if isinstance(first, Absent) or isinstance(second, Absent):
        return first is second
    return difference(first, second) is None


def _said(value: Slot) -> str:
    return "nothing" if isinstance(value, Absent) else shown(value)


def _error(message: str, file: str, steps: tuple[str, ...] | None, hint: str) -> GeneratorError:
    where = None if steps is None else pointer(*steps)
    return GeneratorError(Diagnostic(Severity.ERROR, STAGE, message, file, where, hint))
