"""What `ocppgen inspect` shows: the rows of its tables, and nothing about how they look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from difflib import get_close_matches

from ..diagnostics import Diagnostic, GeneratorError, Severity
from ..json_values import JsonObject, JsonValue
from ..protocol.ir import ActionIR, Initiator, ProtocolIR
from ..schema.schema_shapes import as_names, as_object, child, describe, is_closed, kind, reference

_DIRECTIONS = {
    Initiator.CHARGING_STATION: "CS -> CSMS",
    Initiator.CSMS: "CSMS -> CS",
    Initiator.BOTH: "CS <-> CSMS",
}
_CONSTRAINTS = ("minLength", "maxLength", "minimum", "maximum", "multipleOf", "format", "pattern")


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One Action of the list: name, who sends to whom, "B Provisioning", "CALL", what it is for."""

    action: str
    direction: str
    block: str
    kind: str
    summary: str

    def as_json(self) -> JsonObject:
        """All fields, by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of a message: "chargingStation.modem.iccid", "charging_station.modem.iccid".

    A list's own row has the type of its items; the fields of its items follow with "[]" in their
    names. `cardinality` is "1", "0..1" or, for a list, "1..*", "0..4". `constraints` are written
    as in the schema: "maxLength 20".
    """

    wire_name: str
    python_name: str
    type: str
    cardinality: str
    constraints: tuple[str, ...]

    def as_json(self) -> JsonObject:
        """All fields, by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message of an Action and its fields, each followed by those inside it."""

    message: str
    fields: tuple[FieldRow, ...]

    def as_json(self) -> JsonObject:
        """The name of the message and its rows."""
        return {"message": self.message, "fields": [row.as_json() for row in self.fields]}


def actions_rows(ir: ProtocolIR) -> tuple[ActionRow, ...]:
    """The Actions of the protocol, by name."""
    return tuple(_action_row(action) for action in sorted(ir.actions, key=lambda a: a.name))


def _action_row(action: ActionIR) -> ActionRow:
    block = f"{action.block.letter} {action.block.title}"
    direction = _DIRECTIONS[action.initiator]
    return ActionRow(action.name, direction, block, action.kind.value, action.summary)


def fields_rows(ir: ProtocolIR, action: str) -> tuple[MessageView, ...]:
    """The request of one Action and, where it has one, its response.

    Raises GeneratorError if there is no such Action, with the names that come nearest.
    """
    found = _find(ir, action)
    messages = [found.request] if found.response is None else [found.request, found.response]
    return tuple(MessageView(name, tuple(_fields(ir, name, "", ""))) for name in messages)


def _find(ir: ProtocolIR, name: str) -> ActionIR:
    by_name = {action.name: action for action in ir.actions}
    if name not in by_name:
        raise GeneratorError(
            Diagnostic(
                Severity.ERROR,
                "inspect",
                f'OCPP {ir.version} has no Action "{name}"',
                hint=_suggestion(name, by_name),
            )
        )
    return by_name[name]


def _suggestion(name: str, known: dict[str, ActionIR]) -> str:
    plain = {action.casefold(): action for action in known}
    near = get_close_matches(name.casefold(), plain, n=3)
    if not near:
        return "Run inspect without a name to list all Actions."
    return f"Did you mean {' or '.join(plain[match] for match in near)}?"


def _fields(ir: ProtocolIR, type_name: str, wire: str, python: str) -> Iterator[FieldRow]:
    """The rows of a type's fields; `wire` and `python` are the names that lead to it."""
    type_ = ir.types[type_name]
    required = as_names(type_.schema.get("required"))
    properties = as_object(type_.schema.get("properties"))
    for name, value in properties.items():
        schema = as_object(value)
        wire_name, python_name = child(wire, name), child(python, type_.fields.get(name, name))
        item, depth = _item(schema)
        yield FieldRow(
            wire_name,
            python_name,
            describe(item),
            _cardinality(schema, name in required),
            tuple(_constraints(ir, schema, item)),
        )
        if _is_shown(ir, reference(item), at_top=not wire):
            inside = "[]" * depth
            yield from _fields(ir, reference(item), wire_name + inside, python_name + inside)


def _is_shown(ir: ProtocolIR, type_name: str, at_top: bool) -> bool:
    """Whether the fields of a type follow its row: of an open type (customData) at the top only.

    Every object of OCPP has a customData, and a table that shows all of them hides the rest.
    """
    type_ = ir.types.get(type_name)
    return type_ is not None and not type_.is_enum and (at_top or is_closed(type_.schema))


def _item(schema: JsonObject) -> tuple[JsonObject, int]:
    """What a list holds in the end, and how many lists are around it."""
    depth = 0
    while kind(schema) == "array":
        schema, depth = as_object(schema.get("items")), depth + 1
    return schema, depth


def _cardinality(schema: JsonObject, required: bool) -> str:
    if kind(schema) != "array":
        return "1" if required else "0..1"
    # A list that is left out has no items, whatever minItems says of one that is there.
    lower = schema.get("minItems", 0) if required else 0
    return f"{lower}..{schema.get('maxItems', '*')}"


def _constraints(ir: ProtocolIR, schema: JsonObject, item: JsonObject) -> Iterator[str]:
    fewest = schema.get("minItems")
    if isinstance(fewest, int) and fewest > 1:
        yield f"minItems {fewest}"
    for keyword in _CONSTRAINTS:
        if keyword in item:
            yield f"{keyword} {_plain(item[keyword])}"
    target = ir.types.get(reference(item))
    for holder in (schema, item, target.schema if target and schema is item else {}):
        if "default" in holder:
            yield f"default {_plain(holder['default'])}"
            return


def _plain(value: JsonValue) -> str:
    """A value as a reader writes it: 0 for 0.0, true for True."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
