"""The careful way to read a frame: every element in turn, as JSON, and what is wrong if it fails.

`ocppj.core.decoder` comes here with frames of an unusual shape and with those whose payload did
not parse.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import NamedTuple

from ocppj.core.frames import (
    Call,
    CallError,
    CallResult,
    CallResultError,
    Frame,
    MessageType,
    Send,
)
from ocppj.core.message_ids import MESSAGE_ID_LIMIT
from ocppj.core.troubles import Trouble, Unreadable


def read(text: str) -> Frame | Unreadable:
    """The frame that `text` holds, all of it checked to be JSON of the right shape."""
    reader = _Reader(text)
    try:
        return reader.frame()
    except _ReadError as error:
        return Unreadable(error.trouble, error.description, reader.kind, reader.message_id)


class _ReadError(Exception):
    def __init__(self, trouble: Trouble, description: str) -> None:
        super().__init__(trouble, description)
        self.trouble = trouble
        self.description = description


class _Element(NamedTuple):
    value: object
    text: str


class _Number:
    """Stands for every number: read as one, a number of a million digits would take long."""


_NUMBER = _Number()
_NULL = _Element(None, "null")
_TYPES = {str(kind.value): kind for kind in MessageType}
_LONGEST = 5
_SURROGATE = re.compile("[\ud800-\udfff]").search
_SPACE = re.compile(r"[ \t\n\r]*")


def _number(_digits: str) -> _Number:
    return _NUMBER


def _no_constant(name: str) -> object:
    raise _ReadError(Trouble.NOT_JSON, f"not JSON: {name}")


_read_value = json.JSONDecoder(
    parse_int=_number, parse_float=_number, parse_constant=_no_constant
).raw_decode


class _Reader:
    """Walks through one frame. `kind` and `message_id` are set as soon as they are read."""

    def __init__(self, text: str) -> None:
        self.kind: MessageType | None = None
        self.message_id: str | None = None
        self._text = text
        self._position = 0

    def frame(self) -> Frame:
        self._open()
        self.kind = self._read_kind()
        self.message_id = self._read_id()
        return _SHAPES[self.kind](self.message_id, self._read_rest())

    def _open(self) -> None:
        if self._mark() != "[":
            self._value()
            self._expect_end()
            raise _ReadError(Trouble.NOT_AN_ARRAY, "a frame is a JSON array")
        self._position += 1

    def _read_kind(self) -> MessageType:
        if self._mark() == "]":
            raise _ReadError(Trouble.NO_TYPE, "the array is empty")
        first = self._value()
        if first.value is not _NUMBER:
            raise _ReadError(Trouble.NO_TYPE, "the first element is no number")
        kind = _TYPES.get(first.text)
        if kind is None:
            self._salvage_id()
            raise _ReadError(Trouble.UNKNOWN_TYPE, "unknown message type number")
        return kind

    def _salvage_id(self) -> None:
        """Read the id behind an unknown type, for those versions that answer it."""
        try:
            self.message_id = self._read_id()
        except _ReadError:
            self.message_id = None

    def _read_id(self) -> str:
        found = self._second()
        if found is None or not isinstance(found.value, str) or not found.value:
            raise _ReadError(Trouble.NO_ID, "the second element is no message id")
        # OCPP 2.1 Part 4, 4.1.4
        if len(found.value) > MESSAGE_ID_LIMIT:
            text = f"the message id has {len(found.value)} characters, {MESSAGE_ID_LIMIT} may be"
            raise _ReadError(Trouble.LONG_ID, text)
        return found.value

    def _second(self) -> _Element | None:
        """The element that should be the id; None where there is no string, however odd."""
        try:
            return self._next()
        except _ReadError as error:
            if error.trouble is Trouble.TOO_DEEP:
                return None
            raise

    def _read_rest(self) -> list[_Element]:
        """What follows the id, up to one element more than any frame has."""
        if _SURROGATE(self._text):  # no UTF-8 holds one, so this was not read from the wire
            raise _ReadError(Trouble.BROKEN_BODY, "a lone surrogate is not text")
        rest: list[_Element] = []
        try:
            while len(rest) < _LONGEST - 1 and (element := self._next()):
                rest.append(element)
        except _ReadError as error:
            if error.trouble is Trouble.NOT_JSON:
                raise _ReadError(Trouble.BROKEN_BODY, error.description) from None
            raise
        return rest

    def _next(self) -> _Element | None:
        """The element behind the next comma; None where the array ends, and the text with it."""
        mark = self._mark()
        if mark not in (",", "]"):
            raise self._not_json()
        self._position += 1
        if mark == ",":
            self._mark()
            return self._value()
        self._expect_end()
        return None

    def _value(self) -> _Element:
        start = self._position
        try:
            value, self._position = _read_value(self._text, start)
        except RecursionError:
            raise _ReadError(Trouble.TOO_DEEP, "nested too deep") from None
        except json.JSONDecodeError as error:
            self._position = error.pos
            raise self._not_json() from None
        return _Element(value, self._text[start : self._position])

    def _mark(self) -> str:
        """Skip white space; the character there, or an empty text at the end."""
        space = _SPACE.match(self._text, self._position)
        self._position = space.end() if space else self._position
        return self._text[self._position : self._position + 1]

    def _expect_end(self) -> None:
        if self._mark():
            raise self._not_json()

    def _not_json(self) -> _ReadError:
        return _ReadError(Trouble.NOT_JSON, f"not JSON at character {self._position}")


def _as_call(message_id: str, rest: list[_Element]) -> Call:
    return Call(message_id, *_action_and_payload(rest))


def _as_send(message_id: str, rest: list[_Element]) -> Send:
    return Send(message_id, *_action_and_payload(rest))


def _as_result(message_id: str, rest: list[_Element]) -> CallResult:
    _expect_length(rest, 1, 1)
    return CallResult(message_id, _object(rest[0], Trouble.NO_OBJECT))


def _as_error(message_id: str, rest: list[_Element]) -> CallError:
    return CallError(message_id, *_error_fields(rest))


def _as_result_error(message_id: str, rest: list[_Element]) -> CallResultError:
    return CallResultError(message_id, *_error_fields(rest))


_SHAPES: dict[MessageType, Callable[[str, list[_Element]], Frame]] = {
    MessageType.CALL: _as_call,
    MessageType.CALLRESULT: _as_result,
    MessageType.CALLERROR: _as_error,
    MessageType.CALLRESULTERROR: _as_result_error,
    MessageType.SEND: _as_send,
}


def _expect_length(rest: list[_Element], least: int, most: int) -> None:
    if not least <= len(rest) <= most:
        raise _ReadError(Trouble.WRONG_LENGTH, "wrong number of elements for this message type")


def _action_and_payload(rest: list[_Element]) -> tuple[str, str]:
    _expect_length(rest, 2, 2)
    action = rest[0].value
    if not isinstance(action, str) or not action:
        raise _ReadError(Trouble.NO_ACTION, "the third element is no action")
    return action, _object(rest[1], Trouble.NO_OBJECT)


def _error_fields(rest: list[_Element]) -> tuple[str, str, str]:
    """Code, description and details; an error counts even where a peer left out the last two."""
    _expect_length(rest, 1, 3)
    code, description, details = (*rest, _NULL, _NULL)[:3]
    said = "" if description.value is None else description.value
    if not isinstance(code.value, str) or not isinstance(said, str):
        raise _ReadError(Trouble.BAD_ERROR, "errorCode or errorDescription is no string")
    return code.value, said, _object(details, Trouble.BAD_ERROR)


def _object(element: _Element, trouble: Trouble) -> str:
    """The text of an object. OCPP 2.1 Part 4, 4.1.5: null may stand for an empty one."""
    if element.value is None:
        return "{}"
    if not isinstance(element.value, dict):
        raise _ReadError(trouble, "an element is no JSON object")
    return element.text
