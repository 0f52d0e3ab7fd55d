"""A user's own folder (`--extend`) laid over a bundle: vendor Actions and vendors' customData.

    acme/
      actions.toml                      rows of the vendor's Actions, [blocks] of their own
      naming.toml                       exceptions, where they are needed
      AcmeRebootRequest.json            schemas of the vendor's messages
      custom_data/com.example.json      schema of that vendor's customData

A schema may refer to the types of the bundle without repeating their definitions.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..diagnostics import Findings
from ..json_values import JsonObject
from ..schema.schema_shapes import as_list, as_object
from ..schema.structure import references
from ..schema.type_names import why_no_type_name
from ..source import bundle
from ..source.bundle import SchemaBundle, SchemaFile
from . import actions, naming
from .actions import ActionTable
from .naming import Naming

_STAGE = "extend"
_CUSTOM_DATA = "CustomDataType"
_FOLDER = "custom_data"
_TITLE_HINT = 'give the schema a "title" of its own, such as AcmeCustomDataType'


@dataclass(frozen=True, slots=True)
class Extended:
    """A bundle with its tables, and the type name of each vendor's customData by vendor id."""

    bundle: SchemaBundle
    actions: ActionTable
    naming: Naming
    custom_data: Mapping[str, str] = field(default_factory=dict)


def extend(standard: Extended, folders: Iterable[Path], findings: Findings) -> Extended:
    """Lay the folders over the standard, each over what is there by then.

    Warnings go to `findings`. Raises GeneratorError for what cannot be read, and for a message, an
    Action or a vendor that is there already.
    """
    extended = standard
    for folder in folders:
        extended = _with_folder(extended, folder, findings)
    return extended


def _with_folder(below: Extended, folder: Path, findings: Findings) -> Extended:
    mine = Findings(_STAGE)
    label = folder.resolve().name
    files = bundle.load(folder, findings).files
    vendors = bundle.load(folder / _FOLDER).files if (folder / _FOLDER).is_dir() else {}
    messages = {
        name: dataclasses.replace(file, name=f"{label}/{name}")
        for name, file in files.items()
        if name not in vendors
    }
    types, custom_data = _vendor_types(vendors, f"{label}/{_FOLDER}", mine)
    known = _definitions(below.bundle)
    _check_vendors(custom_data, below, known, f"{label}/{_FOLDER}", mine)
    mine.raise_errors()
    added = {name: _completed(file, known) for name, file in {**messages, **types}.items()}
    _refuse_twice(added, below, mine)
    mine.raise_errors()
    together = sorted({**below.bundle.files, **added}.items())
    return Extended(
        SchemaBundle(below.bundle.origin, dict(together)),
        _actions(folder, label, below.actions, needed=bool(messages)),
        naming.read(folder / "naming.toml", f"{label}/naming.toml").over(below.naming),
        {**below.custom_data, **custom_data},
    )


def _vendor_types(
    vendors: Mapping[str, SchemaFile], label: str, findings: Findings
) -> tuple[Mapping[str, SchemaFile], Mapping[str, str]]:
    """Schemas of customData as files called after their types, and the types by vendor id."""
    files: dict[str, SchemaFile] = {}
    custom_data: dict[str, str] = {}
    for name, file in vendors.items():
        shown = f"{label}/{name}"
        type_name = _type_name(file, shown, findings)
        twin = files.setdefault(f"{type_name}.json", _without_vendor_id(file, shown))
        if twin.name != shown:
            findings.error(f"{twin.name} makes a {type_name} too", shown, "/title", _TITLE_HINT)
        custom_data[name.removesuffix(".json")] = type_name
    return files, custom_data


def _actions(folder: Path, label: str, below: ActionTable, needed: bool) -> ActionTable:
    path = folder / "actions.toml"
    return actions.read(path, below, f"{label}/{path.name}") if needed or path.exists() else below


def _definitions(below: SchemaBundle) -> Mapping[str, JsonObject]:
    found: dict[str, JsonObject] = {}
    for file in below.files.values():
        for name, schema in as_object(file.schema.get("definitions")).items():
            found.setdefault(name, as_object(schema))
    return found


def _completed(file: SchemaFile, known: Mapping[str, JsonObject]) -> SchemaFile:
    """The file with the definitions of the bundle that it refers to put in."""
    definitions = dict(as_object(file.schema.get("definitions")))
    waiting = [file.schema, *map(as_object, definitions.values())]
    while waiting:
        for name in sorted(references(waiting.pop())):
            if name not in definitions and name in known:
                definitions[name] = known[name]
                waiting.append(known[name])
    schema = {**file.schema, "definitions": definitions}
    return dataclasses.replace(file, schema=schema)


def _without_vendor_id(file: SchemaFile, shown: str) -> SchemaFile:
    """The vendor id is what the type is found by, so the type itself needs none."""
    properties = dict(as_object(file.schema.get("properties")))
    properties.pop("vendorId", None)
    required = [name for name in as_list(file.schema.get("required")) if name != "vendorId"]
    schema = {**file.schema, "properties": properties, "required": required}
    return dataclasses.replace(file, name=shown, schema=schema)


def _type_name(file: SchemaFile, shown: str, findings: Findings) -> str:
    """The schema's title if it has one, else made of the vendor id: ComExampleCustomDataType."""
    vendor = file.name.removesuffix(".json")
    parts = "".join(c if c.isalnum() else " " for c in vendor).split()
    made = "".join(part[0].upper() + part[1:] for part in parts) + _CUSTOM_DATA
    name = file.schema.get("title", made)
    reason = why_no_type_name(str(name))
    if reason:
        findings.error(f"{name} {reason}", shown, "/title", _TITLE_HINT)
    return str(name)


def _refuse_twice(added: Mapping[str, SchemaFile], below: Extended, findings: Findings) -> None:
    for name in sorted(added.keys() & below.bundle.files.keys()):
        hint = "an extension only adds; patch a message of the standard with an erratum"
        there = below.bundle.files[name].name
        findings.error(f"{there} is there already", added[name].name, hint=hint)


def _check_vendors(
    vendors: Mapping[str, str],
    below: Extended,
    known: Mapping[str, JsonObject],
    label: str,
    findings: Findings,
) -> None:
    for vendor in sorted(vendors.keys() & below.custom_data.keys()):
        hint = "keep one of the two files"
        findings.error(f"{vendor} has a type already", f"{label}/{vendor}.json", hint=hint)
    if vendors and _CUSTOM_DATA not in known:
        hint = "customData came with OCPP 2.0.1; take the folder out"
        findings.error("no message of this bundle has customData", label, hint=hint)
