"""Repairs for what real stations get wrong: each has a name, and is done only if chosen.

A repair changes the tree of a payload that was rejected, at a place that a finding names, so that
it can be read once more, as strictly as before. What it cannot mend stays rejected. Nothing inside
`customData` is touched: that belongs to the vendor.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import NamedTuple, cast

from ocppj.classify import (
    ABSENT,
    NUMERIC,
    Fault,
    Finding,
    Findings,
    Path,
    pointer,
    value_at,
)


class RepairName(StrEnum):
    """The repairs that there are."""

    UNKNOWN_KEY_DROPPED = "unknown key dropped"
    DATE_TIME_TAKEN_AS_UTC = "date-time without zone taken as UTC"
    NUMBER_READ_FROM_STRING = "number written as string"
    NULL_TAKEN_AS_ABSENT = "null for an absent field"
    UNLISTED_VALUE_KEPT = "enum value outside the list kept"


EVERY_REPAIR: frozenset[RepairName] = frozenset(RepairName)
"""All of them, for `repairs=`."""


@dataclass(frozen=True, slots=True)
class Repair:
    """One repair that was done: which, and the JSON pointer of the field."""

    name: RepairName
    pointer: str


class KeptText(NamedTuple):
    """A text that stands outside the list of an enum, and where it goes in the model."""

    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class Mended:
    """What one round of repairs did to a tree. `left` is what no chosen repair is for."""

    repairs: tuple[Repair, ...]
    kept: tuple[KeptText, ...]
    left: tuple[Finding, ...]


def mend(found: Findings, chosen: Collection[RepairName]) -> Mended:
    """Repair the tree of `found` in place, wherever a chosen repair fits a finding."""
    repairs: list[Repair] = []
    kept: list[KeptText] = []
    left: list[Finding] = []
    for finding in found.findings:
        value = value_at(found.tree, finding.path)
        rule = _rule_for(finding, value)
        if rule is None or rule.name not in chosen:
            left.append(finding)
            continue
        repairs.append(Repair(rule.name, pointer(finding.path)))
        if rule.name is RepairName.UNLISTED_VALUE_KEPT:
            kept.append(KeptText(finding.path, str(value)))
        rule.mend(_Place(value_at(found.tree, finding.path[:-1]), finding, value))
    return Mended(tuple(repairs), tuple(kept), tuple(left))


def unlisted(listed: object, text: str) -> object:
    """`text` as a member of the enum of `listed`, though its list does not have it.

    The field keeps its type: `value` and comparison with a string work as always, and the message
    can be written again. A field that has no enum gets the text itself.
    """
    if not isinstance(listed, Enum):
        return text
    member = str.__new__(cast("type[str]", type(listed)), text)
    # The way of enum itself, see "Supporting __new__" in its documentation.
    vars(member).update(_name_=text, _value_=text)
    return member


def is_listed(value: Enum) -> bool:
    """Whether an enum's list has `value`, or a repair kept it."""
    return any(value is member for member in type(value))


class _Place(NamedTuple):
    """A value that is to be repaired, and what it stands in."""

    parent: object
    finding: Finding
    value: object

    def drop(self) -> None:
        cast("dict[object, object]", self.parent).pop(self.finding.path[-1])

    def put(self, value: object) -> None:
        cast("dict[object, object]", self.parent)[self.finding.path[-1]] = value


class _Rule(NamedTuple):
    name: RepairName
    fits: Callable[[Finding, object], bool]
    mend: Callable[[_Place], None]


_NAIVE = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?", re.ASCII).fullmatch
# As JSON writes numbers. Longer ones are no measured values, and could be too large for a float.
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,19})(\.\d{1,20})?([eE][+-]?\d\d?)?", re.ASCII).fullmatch

_RULES = (
    _Rule(
        RepairName.UNKNOWN_KEY_DROPPED,
        lambda finding, value: finding.fault is Fault.UNKNOWN_KEY,
        _Place.drop,
    ),
    _Rule(
        RepairName.NULL_TAKEN_AS_ABSENT,
        lambda finding, value: value is None and isinstance(finding.path[-1], str),
        _Place.drop,
    ),
    _Rule(
        RepairName.DATE_TIME_TAKEN_AS_UTC,
        lambda finding, value: (
            finding.fault is Fault.NOT_A_DATE_TIME and _NAIVE(str(value)) is not None
        ),
        lambda place: place.put(f"{place.value}Z"),
    ),
    _Rule(
        RepairName.NUMBER_READ_FROM_STRING,
        lambda finding, value: (
            finding.bound in NUMERIC and isinstance(value, str) and _NUMBER(value) is not None
        ),
        lambda place: place.put(json.loads(str(place.value))),
    ),
    _Rule(
        RepairName.UNLISTED_VALUE_KEPT,
        lambda finding, value: finding.example != "",
        # Something that the list has takes its place until the model is there.
        lambda place: place.put(place.finding.example),
    ),
)


def _rule_for(finding: Finding, value: object) -> _Rule | None:
    """The repair that fits, chosen or not."""
    # OCPP 2.1 Part 4, 9: what stands in customData is the vendor's.
    if not finding.path or value is ABSENT or "customData" in finding.path[:-1]:
        return None
    return next((rule for rule in _RULES if rule.fits(finding, value)), None)
