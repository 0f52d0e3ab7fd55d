"""The words of a diff: one sentence for one change, one line for all."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..json_values import JsonValue
from .changes import Change, Diff
from .rules import ChangeKind, Impact

_K = ChangeKind
_SHOWN_VALUES = 8

_SENTENCES: Mapping[ChangeKind, str] = {
    _K.ACTION_ADDED: "Action added",
    _K.ACTION_REMOVED: "Action removed",
    _K.MESSAGE_ADDED: "message {after} added",
    _K.MESSAGE_REMOVED: "message {before} removed",
    _K.TYPE_ADDED: "type added",
    _K.TYPE_REMOVED: "type removed",
    _K.TYPE_RENAMED: "renamed, was {before}",
    _K.OPTIONAL_FIELD_ADDED: "optional field added: {after}",
    _K.REQUIRED_FIELD_ADDED: "required field added: {after}",
    _K.OPTIONAL_FIELD_REMOVED: "optional field removed, was {before}",
    _K.REQUIRED_FIELD_REMOVED: "required field removed, was {before}",
    _K.OPEN_OPTIONAL_FIELD_ADDED: "optional field added to an open object: {after}",
    _K.OPEN_REQUIRED_FIELD_ADDED: "required field added to an open object: {after}",
    _K.OPEN_OPTIONAL_FIELD_REMOVED: "optional field removed from an open object, was {before}",
    _K.OPEN_REQUIRED_FIELD_REMOVED: "required field removed from an open object, was {before}",
    _K.FIELD_NOW_REQUIRED: "required, was optional",
    _K.FIELD_NOW_OPTIONAL: "optional, was required",
    _K.OBJECT_OPENED: "open to further keys, was closed",
    _K.OBJECT_CLOSED: "closed to further keys, was open",
    _K.KIND_NARROWED: "narrowed from {before} to {after}",
    _K.KIND_WIDENED: "widened from {before} to {after}",
    _K.KIND_CHANGED: "changed from {before} to {after}",
    _K.REFERENCE_CHANGED: "type {after}, was {before}",
    _K.CONSTRAINT_ADDED: "{keyword} {after} added",
    _K.CONSTRAINT_REMOVED: "{keyword} {before} removed",
    _K.CONSTRAINT_NARROWED: "{keyword} narrowed from {before} to {after}",
    _K.CONSTRAINT_WIDENED: "{keyword} widened from {before} to {after}",
    _K.CONSTRAINT_CHANGED: "{keyword} changed from {before} to {after}",
    _K.VALUES_LISTED: "one of {after}, was any {before}",
    _K.VALUES_UNLISTED: "any {after}, was one of {before}",
    _K.VALUE_ADDED: "value {after} added",
    _K.VALUE_REMOVED: "value {before} removed",
    _K.VALUE_RENAMED: "value {before} renamed to {after}",
    _K.DEFAULT_ADDED: "default {after} added",
    _K.DEFAULT_REMOVED: "default {before} removed",
    _K.DEFAULT_CHANGED: "default changed from {before} to {after}",
}

_QUOTED = frozenset(
    {
        *(_K.VALUE_ADDED, _K.VALUE_REMOVED, _K.VALUE_RENAMED),
        *(_K.DEFAULT_ADDED, _K.DEFAULT_REMOVED, _K.DEFAULT_CHANGED),
        *(_K.CONSTRAINT_ADDED, _K.CONSTRAINT_REMOVED, _K.CONSTRAINT_CHANGED),
    }
)
"""Kinds whose `before` and `after` are values from the schemas, not words; lists always are."""


def sentence(change: Change) -> str:
    """Say what changed, without where: "maxLength narrowed from 50 to 20"."""
    difference = change.difference
    quoted = change.kind in _QUOTED
    return _SENTENCES[change.kind].format(
        keyword=difference.keyword,
        before=_show(difference.before, quoted),
        after=_show(difference.after, quoted),
    )


def _show(value: JsonValue, quoted: bool) -> str:
    if isinstance(value, list | tuple):
        shown = ", ".join(_show(each, True) for each in value[:_SHOWN_VALUES])
        more = len(value) - _SHOWN_VALUES
        return f"{shown} and {more} more" if more > 0 else shown
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str) and not quoted:
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def verdict(change: Change) -> str:
    """Say whom the change breaks: "breaks sender and receiver", or "compatible"."""
    sides = (("sender", change.sender), ("receiver", change.receiver))
    broken = [side for side, impact in sides if impact is Impact.BREAKING]
    return f"breaks {' and '.join(broken)}" if broken else "compatible"


def summary(diff: Diff) -> str:
    """One line: how many changes there are, and how many break whom."""
    count = len(diff.changes)
    if not count:
        return "No structural change."
    noun = "structural change" if count == 1 else "structural changes"
    return (
        f"{count} {noun}: {diff.breaking_for_sender} breaking for a sender, "
        f"{diff.breaking_for_receiver} breaking for a receiver."
    )


def reached(change: Change, shown: int) -> str:
    """Name the first messages that a change reaches, and count the rest."""
    if not change.messages:
        return "no message that both bundles have"
    names = ", ".join(change.messages[:shown])
    more = len(change.messages) - shown
    return f"{names} and {more} more" if more > 0 else names
