"""A small bundle of our own and what the stages make of it, for the tests of those stages."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ocppgen.json_values import JsonObject
from ocppgen.output.filetree import FileTree
from ocppgen.protocol import build_ir, naming
from ocppgen.protocol.actions import ActionRow, ActionTable
from ocppgen.protocol.ir import Block, Initiator, MessageKind, ProtocolIR, TypeIR
from ocppgen.schema.merge import merge
from ocppgen.source.bundle import SchemaBundle, SchemaFile

PROVISIONING = Block("B", "Provisioning", "provisioning")
DIAGNOSTICS = Block("N", "Diagnostics", "diagnostics")


def closed(*required: str, **properties: JsonObject) -> JsonObject:
    """An object that allows nothing but `properties`."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": list(required),
    }


def ref(name: str) -> JsonObject:
    return {"$ref": f"#/definitions/{name}"}


TEXT: JsonObject = {"type": "string", "maxLength": 20}
CUSTOM: JsonObject = {
    "type": "object",
    "properties": {"vendorId": {"type": "string", "maxLength": 255}},
    "required": ["vendorId"],
}
DEFINITIONS: dict[str, JsonObject] = {
    "CustomDataType": CUSTOM,
    "EVSEType": closed("id", id={"type": "integer"}, customData=ref("CustomDataType")),
    "ModemType": closed(iccid=TEXT),
    "StartReasonEnumType": {"type": "string", "enum": ["PowerUp", "L1-N", "Energy.Import"]},
}


def message(schema: JsonObject, *definitions: str) -> JsonObject:
    """A message schema with some of DEFINITIONS beside it."""
    return {
        "$schema": "http://json-schema.org/draft-06/schema#",
        "definitions": {name: DEFINITIONS[name] for name in definitions},
        **schema,
    }


BOOT = message(
    closed(
        "reason", reason=ref("StartReasonEnumType"), modem=ref("ModemType"), evse=ref("EVSEType")
    ),
    *DEFINITIONS,
)
EMPTY = message(closed())
EVSE_ONLY = message(closed(evse=ref("EVSEType")), "EVSEType", "CustomDataType")
FILES: dict[str, JsonObject] = {
    "BootNotificationRequest": BOOT,
    "BootNotificationResponse": EMPTY,
    "ResetRequest": EVSE_ONLY,
    "ResetResponse": EMPTY,
    "DataTransferRequest": EMPTY,
    "DataTransferResponse": EMPTY,
    "NotifyStream": EVSE_ONLY,
}


def bundle(files: dict[str, JsonObject]) -> SchemaBundle:
    """The schemas as if they had been read from files called after the keys."""
    return SchemaBundle.of(
        "mini", (_file(f"{name}.json", schema) for name, schema in files.items())
    )


def _file(name: str, schema: JsonObject) -> SchemaFile:
    return SchemaFile(name, hashlib.sha256(json.dumps(schema).encode()).hexdigest(), schema)


def row(
    name: str,
    initiator: Initiator = Initiator.CSMS,
    kind: MessageKind = MessageKind.CALL,
    block: Block = PROVISIONING,
) -> ActionRow:
    return ActionRow(name, initiator, kind, block, "2.1", f"Someone sends {name} to someone.")


ROWS = (
    row("BootNotification", Initiator.CHARGING_STATION),
    row("Reset"),
    row("DataTransfer", Initiator.BOTH),
    row("NotifyStream", Initiator.CHARGING_STATION, MessageKind.SEND, DIAGNOSTICS),
)


def table(*rows: ActionRow) -> ActionTable:
    """A table of Actions as if read from actions.toml."""
    blocks = {each.block.letter: each.block for each in rows}
    return ActionTable("actions.toml", blocks, {each.name: each for each in rows})


def protocol(package: str = "mini") -> ProtocolIR:
    """The small protocol: four Actions, one of each direction and kind."""
    definitions = merge(bundle(FILES))
    return build_ir.build(definitions, table(*ROWS), naming.Naming(), "2.1", package)


def write_package(tree: FileTree, ir: ProtocolIR, folder: Path) -> Path:
    """Write `tree` and, in place of models, dataclasses whose fields are objects."""
    root = folder / ir.package
    sources = dict(tree.files)
    for type_ in ir.types.values():
        path = type_.module.replace(".", "/") + ".py"
        sources[path] = sources.get(path, "from dataclasses import dataclass\n") + _class(type_)
    for path, text in {**sources, "messages/__init__.py": "", "py.typed": ""}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def _class(type_: TypeIR) -> str:
    fields = [f"    {name}: object = None" for name in type_.fields.values()] or ["    pass"]
    return "\n".join(("", "", "@dataclass", f"class {type_.name}:", *fields, ""))
