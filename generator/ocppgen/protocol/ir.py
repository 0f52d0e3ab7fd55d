"""The protocol, as every emitter sees it: Actions, sides, blocks, modules and Python names.

The IR is thin on purpose. It does not model JSON Schema a second time: a type keeps its schema,
and what the IR adds is what no schema says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..json_values import JsonObject


class Initiator(StrEnum):
    """Which side may start an Action."""

    CHARGING_STATION = "CS"
    CSMS = "CSMS"
    BOTH = "BOTH"


class MessageKind(StrEnum):
    """A CALL is answered, a SEND never is (OCPP 2.1 Part 4, 4.1.3)."""

    CALL = "CALL"
    SEND = "SEND"


@dataclass(frozen=True, slots=True)
class Block:
    """A functional block: letter "B", title "Provisioning", module "provisioning"."""

    letter: str
    title: str
    module: str


@dataclass(frozen=True, slots=True)
class ActionIR:
    """One Action: "BootNotification", `boot_notification`, BOOT_NOTIFICATION, and its messages.

    `request` and `response` are type names; a SEND has no response.
    """

    name: str
    method: str
    member: str
    initiator: Initiator
    kind: MessageKind
    block: Block
    since: str
    summary: str
    request: str
    response: str | None


@dataclass(frozen=True, slots=True)
class TypeIR:
    """One generated class: a message, a datatype or an enum.

    `schema` is its JSON schema with references as "#/definitions/<type name>". `fields` maps wire
    names to Python names; `members` maps enum values to member names; one of the two is empty.
    `module` is dotted and relative to the package: "enums", "datatypes", "messages.provisioning".
    """

    name: str
    schema: JsonObject
    module: str
    summary: str
    fields: Mapping[str, str]
    members: Mapping[str, str]
    is_message: bool

    @property
    def is_enum(self) -> bool:
        """Whether the class is an enum of strings."""
        return bool(self.members)


@dataclass(frozen=True, slots=True)
class ProtocolIR:
    """One version of OCPP, ready to be written as one Python package.

    `version` is "2.1", `subprotocol` "ocpp2.1", `package` "ocpp21". `actions` stand in the order
    of their names, `types` in an order in which each stands after the types it refers to.
    `custom_data` names the type of a vendor's customData by vendor id.
    """

    version: str
    subprotocol: str
    package: str
    actions: tuple[ActionIR, ...]
    types: Mapping[str, TypeIR]
    custom_data: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The functional blocks that have an Action, by letter."""
        return tuple(sorted({action.block for action in self.actions}, key=lambda b: b.letter))
