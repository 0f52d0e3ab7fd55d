"""What is wrong with a payload: from the words of the library that read it to those of OCPP.

A library's error becomes `Finding`s, the finding that comes first in the document becomes an
`OCPPValidationError`. Which error code belongs to which fault is not laid down in Part 4, so it
stands in a table that users can override.

Nothing that either side sent gets into an error: values may be passwords or id tokens. What is
shown are bounds and types, which come from the schema, and keys that look like names of fields.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from types import MappingProxyType
from typing import TypeAlias

from ocppj.errors import DESCRIPTION_LIMIT, ErrorCode, OCPPUsageError, OCPPValidationError

Path: TypeAlias = tuple[str | int, ...]
"""The way from a payload to a field: names on the wire, and indexes."""


class Fault(StrEnum):
    """What can be wrong with a field, whichever library says so."""

    MISSING = "missing"
    UNKNOWN_KEY = "unknown key"
    TOO_MANY_ITEMS = "too many items"
    TOO_FEW_ITEMS = "too few items"
    WRONG_TYPE = "wrong type"
    NOT_IN_LIST = "not in the list of values"
    TOO_LONG = "too long"
    TOO_SHORT = "too short"
    OUT_OF_RANGE = "out of range"
    NOT_A_MULTIPLE = "not a multiple"
    NOT_A_DATE_TIME = "not a date-time"
    OTHER = "other"


DEFAULT_CODES: Mapping[str, ErrorCode] = MappingProxyType(
    {
        # OCPP 2.1 Part 4, 4.3: "occurrence" is about how often a field is there.
        Fault.MISSING: ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION,
        Fault.TOO_MANY_ITEMS: ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION,
        Fault.TOO_FEW_ITEMS: ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION,
        # No constraint of any field is broken: the object is not built as this Action wants it.
        Fault.UNKNOWN_KEY: ErrorCode.FORMAT_VIOLATION,
        Fault.WRONG_TYPE: ErrorCode.TYPE_CONSTRAINT_VIOLATION,
        # The JSON type is right, the value is not.
        Fault.NOT_IN_LIST: ErrorCode.PROPERTY_CONSTRAINT_VIOLATION,
        Fault.TOO_LONG: ErrorCode.PROPERTY_CONSTRAINT_VIOLATION,
        Fault.TOO_SHORT: ErrorCode.PROPERTY_CONSTRAINT_VIOLATION,
        Fault.OUT_OF_RANGE: ErrorCode.PROPERTY_CONSTRAINT_VIOLATION,
        Fault.NOT_A_MULTIPLE: ErrorCode.PROPERTY_CONSTRAINT_VIOLATION,
        Fault.NOT_A_DATE_TIME: ErrorCode.PROPERTY_CONSTRAINT_VIOLATION,
        # The one code that fits anything wrong with a payload.
        Fault.OTHER: ErrorCode.FORMAT_VIOLATION,
    }
)
"""The code for each fault. A user's table may also name a library's own kind of error."""

_REASONS: Mapping[Fault, str] = {
    Fault.MISSING: "required, but missing",
    Fault.UNKNOWN_KEY: "unknown key",
    Fault.TOO_MANY_ITEMS: "more than {bound} items",
    Fault.TOO_FEW_ITEMS: "fewer than {bound} items",
    Fault.WRONG_TYPE: "{bound} is wanted",
    Fault.NOT_IN_LIST: "not one of the values in the list",
    Fault.TOO_LONG: "longer than {bound} characters",
    Fault.TOO_SHORT: "shorter than {bound} characters",
    Fault.OUT_OF_RANGE: "out of range, the bound is {bound}",
    Fault.NOT_A_MULTIPLE: "not a multiple of {bound}",
    Fault.NOT_A_DATE_TIME: "not a date-time with offset, such as 2025-01-31T12:00:00Z",
    Fault.OTHER: "not valid",
}

_TYPED = frozenset({Fault.NOT_A_DATE_TIME, Fault.NOT_IN_LIST})  # say so of what is no text, too
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,49}").fullmatch

NUMERIC = frozenset({"an integer", "a number"})
"""What `Finding.bound` says where a number is wanted."""
_LARGEST = sys.float_info.max
LARGEST = "that of a 64-bit float"
"""The bound of numbers that have no other."""


class _Absent:
    """Stands for a value that is not there."""


ABSENT = _Absent()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `kind` is what the library calls it.

    `bound` is what the schema wants: a number, or a JSON type with its article. `example` is a
    value that the schema allows, where it has a list of them.
    """

    fault: Fault
    path: Path
    kind: str
    bound: str = ""
    example: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Findings:
    """All that is wrong with a payload, in document order as far as it was looked at.

    `tree` is the payload as `json` reads it, `count` how many findings there are in all.
    """

    tree: object
    findings: Sequence[Finding]
    count: int


def read_tree(text: str) -> object:
    """What `text` says, as plain values. Raises ValueError if it is no JSON (such as NaN)."""
    try:
        return json.loads(text, parse_int=_integer, parse_float=_float, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deep") from None


def value_at(tree: object, path: Path) -> object:
    """What stands at `path`; `ABSENT` if there is nothing."""
    value = tree
    for step in path:
        match value, step:
            case dict(), str() if step in value:
                value = value[step]
            case list(), int() if step < len(value):
                value = value[step]
            case _:
                return ABSENT
    return value


def ordered(tree: object, findings: Iterable[Finding], count: int) -> Findings:
    """The findings in the order of the document; what is missing counts at its object's end."""
    places = _Places()
    refined = [_refined(finding, value_at(tree, finding.path)) for finding in findings]
    return Findings(tree, sorted(refined, key=lambda each: places.of(tree, each.path)), count)


def validation_error(
    found: Findings, codes: Mapping[str, ErrorCode] = DEFAULT_CODES
) -> OCPPValidationError:
    """The error that tells of the first finding, and how many more there are."""
    first = found.findings[0]
    code = codes.get(first.kind) or codes.get(first.fault) or DEFAULT_CODES[first.fault]
    return OCPPValidationError(code, _reason(found), pointer(first.path))


def pointer(path: Path) -> str:
    """The JSON pointer of a path. A key that is no name, and may be anything, shows as "?"."""
    return "".join(f"/{step if isinstance(step, int) or _NAME(step) else '?'}" for step in path)


def describe(error: OCPPValidationError) -> str:
    """The text for an errorDescription: where, and what is wrong, in 255 characters at most."""
    place, reason = error.pointer or "payload", error.reason
    room = DESCRIPTION_LIMIT - len(reason) - 2
    if len(place) > room:
        place = f"{place[: max(room - 3, 0)]}..."
    return f"{place}: {reason}"[:DESCRIPTION_LIMIT]


def not_a(model: type[object], instance: object) -> OCPPUsageError:
    """The error for a message of the wrong type."""
    return OCPPUsageError(f"{model.__name__} is wanted here, not {type(instance).__name__}")


def unwritable(model: type[object]) -> OCPPValidationError:
    """The error for a message of the right type that holds something JSON has no words for."""
    reason = f"no JSON can be made of this {model.__name__}"
    return OCPPValidationError(ErrorCode.TYPE_CONSTRAINT_VIOLATION, reason)


def _reason(found: Findings) -> str:
    first = found.findings[0]
    reason = _REASONS[first.fault].format(bound=first.bound)
    if first.fault is Fault.WRONG_TYPE and value_at(found.tree, first.path) is None:
        reason = f"{reason}; a field without value is left out, not null"
    return reason if found.count == 1 else f"{reason} (and {found.count - 1} more)"


def _refined(finding: Finding, value: object) -> Finding:
    """Tell apart what a library says in one word."""
    if finding.fault in _TYPED and not isinstance(value, str):
        return Finding(Fault.WRONG_TYPE, finding.path, finding.kind, "a string")
    if finding.bound in NUMERIC and _is_huge(value):
        return Finding(Fault.OUT_OF_RANGE, finding.path, finding.kind, LARGEST)
    return finding


def _is_huge(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) > _LARGEST


class _Places:
    """Where paths lie in a document. What was counted out once is kept."""

    def __init__(self) -> None:
        self._known: dict[int, dict[object, int]] = {}

    def of(self, tree: object, path: Path) -> tuple[float, ...]:
        value, place = tree, []
        for step in path:
            place.append(self._index(value, step))
            value = value_at(value, (step,))
        return tuple(place)

    def _index(self, parent: object, step: str | int) -> float:
        if isinstance(step, int):
            return step
        if id(parent) not in self._known:
            keys = parent if isinstance(parent, dict) else ()
            self._known[id(parent)] = {key: index for index, key in enumerate(keys)}
        return self._known[id(parent)].get(step, inf)


def _float(digits: str) -> int | float:
    """A number. One that no float can hold becomes an integer of that kind, not infinity."""
    value = float(digits)
    return value if abs(value) <= _LARGEST else 10**309 * (1 if value > 0 else -1)


def _integer(digits: str) -> int | float:
    try:
        return int(digits)
    except ValueError:  # Python does not read so many digits
        return _float(digits)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
