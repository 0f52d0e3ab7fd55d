"""Finding and changing one place in a JSON value, leaving the value as it was."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Literal, TypeAlias

from ..json_values import JsonObject, JsonValue

APPEND = "-"  # RFC 6901: the element after the last


class Absent(Enum):
    """Nothing stands at a place; null would be something."""

    ABSENT = "absent"


ABSENT: Literal[Absent.ABSENT] = Absent.ABSENT
Slot: TypeAlias = "JsonValue | Absent"


class NoSuchPlace(LookupError):
    """A pointer leads into nothing; the text says how far it leads."""


def parse(text: str) -> tuple[str, ...]:
    """The steps of a JSON pointer. Raises ValueError where it is none."""
    if text and not text.startswith("/"):
        raise ValueError('a JSON pointer begins with "/"')
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:])


def resolve(value: JsonValue, steps: Sequence[str]) -> Slot:
    """What stands at `steps`, or ABSENT where something could be put.

    Raises NoSuchPlace where nothing can: what should hold it does not exist.
    """
    current: Slot = value
    for step in steps:
        if isinstance(current, Absent):
            raise NoSuchPlace(f'there is nothing that could hold "{step}"')
        current = _child(current, step)
    return current


def _child(value: JsonValue, step: str) -> Slot:
    if isinstance(value, dict):
        found: JsonValue = value.get(step)
        return found if step in value else ABSENT
    if not isinstance(value, list):
        raise NoSuchPlace(f'"{step}" is looked for in what is neither object nor list')
    if step == APPEND:
        return ABSENT
    if not step.isdecimal() or int(step) >= len(value):
        raise NoSuchPlace(f'the list has {len(value)} elements, and none at "{step}"')
    element: JsonValue = value[int(step)]
    return element


def changed(value: JsonObject, steps: Sequence[str], new: Slot) -> JsonObject:
    """A copy of `value` with `new` at `steps`, which `resolve` has found; ABSENT removes."""
    copy = _changed(value, steps, new)
    if not isinstance(copy, dict):
        raise ValueError("the whole document cannot be replaced")
    return copy


def _changed(value: Slot, steps: Sequence[str], new: Slot) -> Slot:
    if not steps:
        return new
    step = steps[0]
    if isinstance(value, dict):
        inner = _changed(value.get(step, ABSENT), steps[1:], new)
        return {key: each for key, each in {**value, step: inner}.items() if each is not ABSENT}
    if not isinstance(value, list):
        raise ValueError(f"no place for {step}")
    index = len(value) if step == APPEND else int(step)
    inner = _changed(value[index] if index < len(value) else ABSENT, steps[1:], new)
    elements: list[Slot] = [*value[:index], inner, *value[index + 1 :]]
    return [each for each in elements if not isinstance(each, Absent)]
