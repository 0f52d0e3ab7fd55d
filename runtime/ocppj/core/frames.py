"""The five frames of OCPP-J as values, and their text (OCPP 2.1 Part 4, 4.2).

A payload stays the text of a JSON object, as it came or as it goes: the layer above turns it into
a model in one step. The frames are tuples, as these are the cheapest immutable values there are,
but a frame equals only a frame of its own type.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import IntEnum
from json.encoder import encode_basestring_ascii as quote
from typing import ClassVar, NamedTuple

from ocppj.errors import DESCRIPTION_LIMIT, OCPPUsageError

NO_ID = "-1"
"""The message id of a CALLERROR to a frame whose own id cannot be read (Part 4, 4.2.3)."""


class MessageType(IntEnum):
    """The first element of a frame (OCPP 2.1 Part 4, 4.1.3)."""

    CALL = 2
    CALLRESULT = 3
    CALLERROR = 4
    CALLRESULTERROR = 5
    SEND = 6


class _Typed:
    """Makes a tuple equal only to one of its own type: a CALL is not a SEND."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return super().__hash__()


class _Request(NamedTuple):
    message_id: str
    action: str
    payload: str


class _Result(NamedTuple):
    message_id: str
    payload: str


class _Error(NamedTuple):
    message_id: str
    code: str
    description: str = ""
    details: str = "{}"


class Call(_Typed, _Request):
    """`[2, message_id, action, payload]`: a request that wants one answer."""

    __slots__ = ()
    message_type: ClassVar[MessageType] = MessageType.CALL


class CallResult(_Typed, _Result):
    """`[3, message_id, payload]`: the answer to the CALL of that id."""

    __slots__ = ()
    message_type: ClassVar[MessageType] = MessageType.CALLRESULT


class CallError(_Typed, _Error):
    """`[4, message_id, code, description, details]`: the CALL of that id is refused.

    `details` is the text of a JSON object, `code` as the peer spelt it.
    """

    __slots__ = ()
    message_type: ClassVar[MessageType] = MessageType.CALLERROR


class CallResultError(_Typed, _Error):
    """`[5, message_id, code, description, details]`: the CALLRESULT of that id was not usable."""

    __slots__ = ()
    message_type: ClassVar[MessageType] = MessageType.CALLRESULTERROR


class Send(_Typed, _Request):
    """`[6, message_id, action, payload]`: a message that must never be answered."""

    __slots__ = ()
    message_type: ClassVar[MessageType] = MessageType.SEND


Frame = Call | CallResult | CallError | CallResultError | Send


def encode(frame: Frame) -> str:
    """The text of `frame`; an error's description is cut to what the wire allows."""
    match frame:
        case CallResult():
            return result_text(frame.message_id, frame.payload)
        case Call() | Send():
            head = f"[{frame.message_type.value},{quote(frame.message_id)}"
            return f"{head},{quote(frame.action)},{frame.payload}]"
    head = f"[{frame.message_type.value},{quote(frame.message_id)},{quote(frame.code)}"
    # OCPP 2.1 Part 4, 4.2.3: errorDescription is string[255].
    return f"{head},{quote(frame.description[:DESCRIPTION_LIMIT])},{frame.details}]"


def result_text(message_id: str, payload: str) -> str:
    """The text of a CALLRESULT."""
    return f"[3,{quote(message_id)},{payload}]"


def details_text(details: Mapping[str, object]) -> str:
    """The text of errorDetails. Raises `OCPPUsageError` for what JSON cannot say."""
    try:
        return json.dumps(dict(details), separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise OCPPUsageError("errorDetails hold something that is not JSON") from error


def read_details(text: str) -> dict[str, object]:
    """What the errorDetails of a decoded frame say; empty where they are nested too deep."""
    try:
        read: dict[str, object] = json.loads(text, parse_int=_number)
    except RecursionError:
        return {}
    return read


def _number(text: str) -> int | float:
    """A JSON integer; as a float where Python refuses to read so many digits."""
    try:
        return int(text)
    except ValueError:
        return float(text)
