"""The values of a diff: one change, and all of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..json_values import JsonValue
from .rules import RULES, ChangeKind, Impact, Rule

_UNREACHED = Rule(
    Impact.COMPATIBLE, Impact.COMPATIBLE, "no message that both bundles have carries it"
)


class Scope(StrEnum):
    """What the subject of a change is, in the order in which reports show them."""

    ACTION = "action"
    MESSAGE = "message"
    TYPE = "type"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between two schemas, before anybody asks who uses them.

    `path` is the way from the schema's root in wire names: "" the schema itself,
    "chargingStation.modem" a field of a field, "evse[]" the items of a list. `keyword` is set for
    constraints only. `before` and `after` are null where there is nothing to show.
    """

    kind: ChangeKind
    path: str = ""
    keyword: str = ""
    before: JsonValue = None
    after: JsonValue = None


@dataclass(frozen=True, slots=True)
class Change:
    """One structural change of the protocol.

    `subject` is the name of the Action, message or type (the new name where it has two).
    `messages` are those that the change reaches, by name: what both bundles can send, else, for
    something added or removed, what the one bundle can. `actions` are the Actions of these.
    """

    scope: Scope
    subject: str
    difference: Difference
    messages: tuple[str, ...]
    actions: tuple[str, ...]

    @property
    def kind(self) -> ChangeKind:
        """What kind of change it is."""
        return self.difference.kind

    @property
    def group(self) -> tuple[Scope, str]:
        """What reports show it under: its type, or the Action that its message belongs to."""
        if self.scope is Scope.MESSAGE:
            return Scope.ACTION, self.actions[0]
        return self.scope, self.subject

    @property
    def rule(self) -> Rule:
        """The row of the table that judges it."""
        return RULES[self.kind] if self.messages else _UNREACHED

    @property
    def sender(self) -> Impact:
        """The impact on a sender built on the old bundle, facing a receiver of the new."""
        return self.rule.sender

    @property
    def receiver(self) -> Impact:
        """The impact on a receiver built on the old bundle, hearing a sender of the new."""
        return self.rule.receiver

    @property
    def because(self) -> str:
        """Why, for both."""
        return self.rule.because


@dataclass(frozen=True, slots=True)
class Diff:
    """All structural changes from one bundle to another, in the order of reports.

    `old` and `new` say where the bundles are from; either may be "".
    """

    changes: tuple[Change, ...]
    old: str = ""
    new: str = ""

    @property
    def breaking_for_sender(self) -> int:
        """How many changes break a sender."""
        return sum(change.sender is Impact.BREAKING for change in self.changes)

    @property
    def breaking_for_receiver(self) -> int:
        """How many changes break a receiver."""
        return sum(change.receiver is Impact.BREAKING for change in self.changes)
