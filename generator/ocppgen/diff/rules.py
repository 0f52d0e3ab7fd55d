"""What each kind of structural change means for the two sides of a message.

Two questions decide a row, and both are asked from where a user stands: with code built on the old
bundle, facing a peer of the new one.

- Sender: may something that the old bundle allows be refused, or misread, by the new one?
- Receiver: may something that the new bundle allows be refused, or misread, by the old one?

So what narrows breaks the sender, and what widens breaks the receiver: OCPP's objects are closed,
and a receiver must refuse an unknown key or value. A default says what an absent field means; a
bundle without one lets it mean anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Impact(StrEnum):
    """Whether one side, built on the old bundle, still gets on with the new one."""

    BREAKING = "breaking"
    COMPATIBLE = "compatible"


class ChangeKind(StrEnum):
    """Every kind of structural change that a diff tells apart, in the order of reports."""

    ACTION_ADDED = "action-added"
    ACTION_REMOVED = "action-removed"
    MESSAGE_ADDED = "message-added"
    MESSAGE_REMOVED = "message-removed"
    TYPE_ADDED = "type-added"
    TYPE_REMOVED = "type-removed"
    TYPE_RENAMED = "type-renamed"
    OPTIONAL_FIELD_ADDED = "optional-field-added"
    REQUIRED_FIELD_ADDED = "required-field-added"
    OPTIONAL_FIELD_REMOVED = "optional-field-removed"
    REQUIRED_FIELD_REMOVED = "required-field-removed"
    OPEN_OPTIONAL_FIELD_ADDED = "optional-field-added-to-open-object"
    OPEN_REQUIRED_FIELD_ADDED = "required-field-added-to-open-object"
    OPEN_OPTIONAL_FIELD_REMOVED = "optional-field-removed-from-open-object"
    OPEN_REQUIRED_FIELD_REMOVED = "required-field-removed-from-open-object"
    FIELD_NOW_REQUIRED = "field-now-required"
    FIELD_NOW_OPTIONAL = "field-now-optional"
    OBJECT_OPENED = "object-opened"
    OBJECT_CLOSED = "object-closed"
    REFERENCE_CHANGED = "reference-changed"
    KIND_NARROWED = "kind-narrowed"
    KIND_WIDENED = "kind-widened"
    KIND_CHANGED = "kind-changed"
    CONSTRAINT_ADDED = "constraint-added"
    CONSTRAINT_REMOVED = "constraint-removed"
    CONSTRAINT_NARROWED = "constraint-narrowed"
    CONSTRAINT_WIDENED = "constraint-widened"
    CONSTRAINT_CHANGED = "constraint-changed"
    VALUES_LISTED = "values-listed"
    VALUES_UNLISTED = "values-unlisted"
    VALUE_ADDED = "value-added"
    VALUE_REMOVED = "value-removed"
    VALUE_RENAMED = "value-renamed"
    DEFAULT_ADDED = "default-added"
    DEFAULT_REMOVED = "default-removed"
    DEFAULT_CHANGED = "default-changed"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: the impact on the old sender, on the old receiver, and the reason for both."""

    sender: Impact
    receiver: Impact
    because: str


_OK = Impact.COMPATIBLE
_BREAKS = Impact.BREAKING
_K = ChangeKind

RULES: Mapping[ChangeKind, Rule] = {
    _K.ACTION_ADDED: Rule(_OK, _BREAKS, "the old side never sends it and cannot answer it"),
    _K.ACTION_REMOVED: Rule(_BREAKS, _OK, "the new side cannot answer it and never sends it"),
    _K.MESSAGE_ADDED: Rule(_BREAKS, _BREAKS, "one side waits for an answer, the other has none"),
    _K.MESSAGE_REMOVED: Rule(_BREAKS, _BREAKS, "one side waits for an answer, the other has none"),
    _K.TYPE_ADDED: Rule(_OK, _OK, "a type's name is never sent; its uses are reported apart"),
    _K.TYPE_REMOVED: Rule(_OK, _OK, "a type's name is never sent; its uses are reported apart"),
    _K.TYPE_RENAMED: Rule(_OK, _OK, "a type's name is never sent"),
    _K.OPTIONAL_FIELD_ADDED: Rule(_OK, _BREAKS, "a closed object refuses the unknown key"),
    _K.REQUIRED_FIELD_ADDED: Rule(
        _BREAKS, _BREAKS, "the old sender leaves it out; a closed object refuses the unknown key"
    ),
    _K.OPTIONAL_FIELD_REMOVED: Rule(_BREAKS, _OK, "a closed object refuses the key it lost"),
    _K.REQUIRED_FIELD_REMOVED: Rule(
        _BREAKS, _BREAKS, "a closed object refuses the key it lost; the old receiver misses it"
    ),
    _K.OPEN_OPTIONAL_FIELD_ADDED: Rule(
        _OK, _OK, "an open object takes any key, unless one used it for something else before"
    ),
    _K.OPEN_REQUIRED_FIELD_ADDED: Rule(
        _BREAKS, _OK, "the old sender leaves it out; an open object takes any key"
    ),
    _K.OPEN_OPTIONAL_FIELD_REMOVED: Rule(
        _OK, _OK, "an open object takes any key, unless one uses it for something else now"
    ),
    _K.OPEN_REQUIRED_FIELD_REMOVED: Rule(
        _OK, _BREAKS, "an open object takes any key; the old receiver misses it"
    ),
    _K.FIELD_NOW_REQUIRED: Rule(_BREAKS, _OK, "the old sender may leave it out"),
    _K.FIELD_NOW_OPTIONAL: Rule(_OK, _BREAKS, "the new sender may leave it out"),
    _K.OBJECT_OPENED: Rule(_OK, _BREAKS, "the new sender may add keys that the old side refuses"),
    _K.OBJECT_CLOSED: Rule(_BREAKS, _OK, "the old sender may add keys that the new side refuses"),
    _K.KIND_NARROWED: Rule(_BREAKS, _OK, "values of the kinds that are gone are refused"),
    _K.KIND_WIDENED: Rule(_OK, _BREAKS, "values of the new kinds are refused by the old side"),
    _K.KIND_CHANGED: Rule(_BREAKS, _BREAKS, "each side may send what the other refuses"),
    _K.REFERENCE_CHANGED: Rule(
        _OK, _OK, "a type's name is never sent; where the shapes differ is reported apart"
    ),
    _K.CONSTRAINT_ADDED: Rule(_BREAKS, _OK, "the old sender does not keep to it"),
    _K.CONSTRAINT_REMOVED: Rule(_OK, _BREAKS, "the new sender does not keep to it"),
    _K.CONSTRAINT_NARROWED: Rule(_BREAKS, _OK, "the old sender may go beyond it"),
    _K.CONSTRAINT_WIDENED: Rule(_OK, _BREAKS, "the new sender may go beyond the old one"),
    _K.CONSTRAINT_CHANGED: Rule(_BREAKS, _BREAKS, "neither constraint includes the other"),
    _K.VALUES_LISTED: Rule(_BREAKS, _OK, "the old sender may send a value that is not listed"),
    _K.VALUES_UNLISTED: Rule(_OK, _BREAKS, "the new sender may send a value that was not listed"),
    _K.VALUE_ADDED: Rule(_OK, _BREAKS, "the old receiver refuses the new value"),
    _K.VALUE_REMOVED: Rule(_BREAKS, _OK, "the new receiver refuses the old value"),
    _K.VALUE_RENAMED: Rule(_BREAKS, _BREAKS, "each side refuses the other's spelling"),
    _K.DEFAULT_ADDED: Rule(_OK, _BREAKS, "the new sender means the default by an absent field"),
    _K.DEFAULT_REMOVED: Rule(_BREAKS, _OK, "the old sender means the default by an absent field"),
    _K.DEFAULT_CHANGED: Rule(_BREAKS, _BREAKS, "an absent field means something else"),
}
"""For each kind of change: what it does to a sender and to a receiver built on the old bundle."""
