"""Packages made of msgspec structs: how to read and write, and what msgspec's errors mean.

msgspec stops at the first thing that is wrong, and says it in one sentence, which may hold a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from functools import cache
from typing import Protocol, TypeVar, cast

import msgspec
from msgspec.inspect import EnumType, ListType, LiteralType, StructType, Type, type_info

from ocppj.classify import (
    LARGEST,
    Fault,
    Finding,
    Findings,
    Path,
    not_a,
    ordered,
    read_tree,
    unwritable,
)

ModelT = TypeVar("ModelT")
RecoveredT = TypeVar("RecoveredT")

_TYPES = {
    "str": "a string",
    "int": "an integer",
    "float": "a number",
    "bool": "a boolean",
    "array": "an array",
    "object": "an object",
    "datetime": "a string",
}
_PLACE = re.compile(r" - at `\$([^`]*)`$")
_UNKNOWN = "Object contains unknown field `"
_STEP = re.compile(r"\[(\d+)\]|\.([^.\[]+)")

_SENTENCES: tuple[tuple[re.Pattern[str], Fault], ...] = tuple(
    (re.compile(pattern, re.DOTALL), fault)
    for pattern, fault in (
        (r"Object missing required field `(?P<key>.*)`", Fault.MISSING),
        (r"Object contains unknown field `(?P<key>.*)`", Fault.UNKNOWN_KEY),
        (r"Expected `array` of length <= (?P<bound>\d+)", Fault.TOO_MANY_ITEMS),
        (r"Expected `array` of length >= (?P<bound>\d+)", Fault.TOO_FEW_ITEMS),
        (r"Expected `str` of length <= (?P<bound>\d+)", Fault.TOO_LONG),
        (r"Expected `str` of length >= (?P<bound>\d+)", Fault.TOO_SHORT),
        (r"Expected `(?:int|float)` [<>]=? (?P<bound>\S+)", Fault.OUT_OF_RANGE),
        (r"Number out of range", Fault.OUT_OF_RANGE),
        (r"Expected a multiple of (?P<bound>\S+) for .*", Fault.NOT_A_MULTIPLE),
        (r"Expected `(?P<type>\w+)`(?:, got .*)?", Fault.WRONG_TYPE),
        (r"Invalid enum value .*", Fault.NOT_IN_LIST),
        (r"Invalid RFC3339 encoded datetime", Fault.NOT_A_DATE_TIME),
        (r"Expected `datetime` with a timezone component", Fault.NOT_A_DATE_TIME),
    )
)


class _Model(Protocol):
    @classmethod
    def read_json(cls, text: str, /) -> object: ...

    def write_json(self) -> str: ...


def reader(
    model: type[ModelT], recover: Callable[[Findings | None], RecoveredT]
) -> Callable[[str], tuple[ModelT, tuple[()]] | RecoveredT]:
    """A function that makes an instance of `model` from the text of a payload.

    Beside it stands an empty tuple, for repairs. A text that `model` does not take goes to
    `recover`: what is wrong with it, or None if it is no JSON.
    """
    decode = cast("Callable[[str], ModelT]", cast("type[_Model]", model).read_json)

    def read(text: str) -> tuple[ModelT, tuple[()]] | RecoveredT:
        try:
            return decode(text), ()
        except msgspec.DecodeError as error:
            found = find(model, error, text)
        return recover(found)  # out of the handler: no error of ours is to hold msgspec's

    return read


def writer(model: type[ModelT]) -> Callable[[ModelT], str]:
    """A function that writes an instance of `model` as the text of a payload.

    Whether the text follows the schema is not checked.
    """
    encode = cast("Callable[[ModelT], str]", cast("type[_Model]", model).write_json)

    def write(instance: ModelT) -> str:
        if not isinstance(instance, model):
            raise not_a(model, instance)
        try:
            return encode(instance)
        except (msgspec.MsgspecError, ValueError, TypeError, NotImplementedError):
            pass
        raise unwritable(model)

    return write


def find(model: type[object], error: Exception, text: str) -> Findings | None:
    """What msgspec found wrong with `text`, which is one thing; None if that is no JSON."""
    if not isinstance(error, msgspec.ValidationError):
        return None
    try:
        tree = read_tree(text)
    except ValueError:
        return None
    return ordered(tree, [_finding(model, str(error))], 1)


def put(instance: object, path: Path, change: Callable[[object], object]) -> None:
    """Change the value at `path` of a struct."""
    owner = instance
    for step in path[:-1]:
        owner = _get(owner, step)
    changed = change(_get(owner, path[-1]))
    if isinstance(owner, list):
        cast("list[object]", owner)[cast(int, path[-1])] = changed
    else:
        setattr(owner, _name(owner, path[-1]), changed)


def _get(owner: object, step: str | int) -> object:
    if isinstance(owner, list):
        return cast("list[object]", owner)[cast(int, step)]
    value: object = getattr(owner, _name(owner, step))
    return value


def _name(owner: object, step: str | int) -> str:
    """The Python name of a field."""
    struct = cast(msgspec.Struct, owner)
    return struct.__struct_fields__[struct.__struct_encode_fields__.index(cast(str, step))]


def _finding(model: type[object], sentence: str) -> Finding:
    sentence, path = _place(sentence)
    for pattern, fault in _SENTENCES:
        said = pattern.fullmatch(sentence)
        if said:
            words = said.groupdict()
            bound = _TYPES.get(words.get("type", ""), words.get("bound", LARGEST))
            path = (*path, words["key"]) if "key" in words else path
            example = _example(model, path) if fault is Fault.NOT_IN_LIST else ""
            return Finding(fault, path, fault.value, bound, example)
    return Finding(Fault.OTHER, path, Fault.OTHER.value)


def _place(sentence: str) -> tuple[str, Path]:
    """Cut the place off a sentence."""
    place = _PLACE.search(sentence)
    before = sentence[: place.start()] if place else sentence
    key = before.removeprefix(_UNKNOWN)
    if place is None or (key != before and not key.endswith("`")):
        return sentence, ()  # a key of the peer's may read like a place
    return before, _steps(place[1])


def _steps(place: str) -> Path:
    """The steps of "[0].name", as far as they are told: "[...]" is some key or other."""
    steps = _STEP.findall(place.partition("[...]")[0])
    return tuple(int(index) if index else name for index, name in steps)


def _example(model: type[object], path: Path) -> str:
    """A value that the enum at `path` has; an empty text if there is none."""
    type_: Type | None = _type_info(cast(Hashable, model))
    for step in path:
        match type_:
            case StructType(fields=fields):
                type_ = next((each.type for each in fields if each.encode_name == step), None)
            case ListType(item_type=item):
                type_ = item
    match type_:
        case EnumType(cls=enum):
            return str(next(iter(enum)).value)
        case LiteralType(values=values):
            return str(values[0])
    return ""


@cache
def _type_info(model: Hashable) -> Type:
    return type_info(model)
