"""Compare the kinds of value that two schemas allow, and the constraints they put on them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ..json_values import JsonObject, JsonValue
from ..schema.schema_shapes import ANY, describe, kind
from ..schema.structure import ANNOTATIONS, difference
from .changes import Difference
from .rules import ChangeKind

_COMPARED_ELSEWHERE = frozenset(
    {"$ref", "additionalProperties", "default", "enum", "items", "properties", "required", "type"}
)
# Draft-06: additionalItems means nothing beside an `items` that is one schema.
_IDLE = frozenset({"additionalItems"})
_UPPER = frozenset({"maxItems", "maxLength", "maximum"})
_LOWER = frozenset({"minItems", "minLength", "minimum"})
_JUDGED = _UPPER | _LOWER | {"format", "multipleOf", "pattern"}
_NO_LIMIT = frozenset({"minItems", "minLength"})


def compare_kinds(old: JsonObject, new: JsonObject, path: str) -> Iterator[Difference]:
    """Yield the difference in `type`, if there is one."""
    before, after = kind(old), kind(new)
    if before == after:
        return
    if after == ANY or (before, after) == ("integer", "number"):
        change = ChangeKind.KIND_WIDENED
    elif before == ANY or (before, after) == ("number", "integer"):
        change = ChangeKind.KIND_NARROWED
    else:
        change = ChangeKind.KIND_CHANGED
    yield Difference(change, path, before=describe(old), after=describe(new))


def are_comparable(old: JsonObject, new: JsonObject) -> bool:
    """Whether constraints of the one mean something for values of the other."""
    return kind(old) == kind(new) or {kind(old), kind(new)} == {"integer", "number"}


def compare_constraints(old: JsonObject, new: JsonObject, path: str) -> Iterator[Difference]:
    """Yield a difference for each constraint that is added, removed or another.

    A keyword that this module does not know may mean anything: it counts as changed.
    """
    before, after = _constraints(old), _constraints(new)
    for keyword in sorted(before.keys() | after.keys()):
        values = before.get(keyword), after.get(keyword)
        if difference(*values):
            yield Difference(_judge(keyword, *values), path, keyword, *values)


def _constraints(schema: JsonObject) -> JsonObject:
    """What the schema constrains and nobody else compares."""
    apart = ANNOTATIONS | _COMPARED_ELSEWHERE | _IDLE
    return {
        keyword: value
        for keyword, value in schema.items()
        if keyword not in apart and not (keyword in _NO_LIMIT and value == 0)
    }


def _judge(keyword: str, before: JsonValue, after: JsonValue) -> ChangeKind:
    if keyword not in _JUDGED:
        return ChangeKind.CONSTRAINT_CHANGED
    if before is None:
        return ChangeKind.CONSTRAINT_ADDED
    if after is None:
        return ChangeKind.CONSTRAINT_REMOVED
    narrower = _is_narrower(keyword, before, after)
    if narrower is None:
        return ChangeKind.CONSTRAINT_CHANGED
    return ChangeKind.CONSTRAINT_NARROWED if narrower else ChangeKind.CONSTRAINT_WIDENED


def _is_narrower(keyword: str, before: JsonValue, after: JsonValue) -> bool | None:
    """Whether the new value allows less; None where neither includes the other."""
    old, new = _number(before), _number(after)
    if old is None or new is None:
        return None
    if keyword in _UPPER:
        return new < old
    if keyword in _LOWER:
        return new > old
    if (new / old).denominator == 1:
        return True  # what is a multiple of 0.5 is one of 0.1 too
    return False if (old / new).denominator == 1 else None


def _number(value: JsonValue) -> Fraction | None:
    """The number as it is written, so that 0.1 is a tenth; None for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Fraction(str(value))
