"""What can be wrong with what a peer sends, and the value that says so of one frame."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ocppj.core.frames import MessageType


class Trouble(StrEnum):
    """Everything that a peer can get wrong. `ocppj.core.reactions` says what follows from each."""

    # The frame cannot be read.
    NOT_UTF8 = "not UTF-8"
    NOT_JSON = "not JSON"
    TOO_DEEP = "nested too deep"
    NOT_AN_ARRAY = "not a JSON array"
    NO_TYPE = "no message type"
    UNKNOWN_TYPE = "unknown message type"
    NO_ID = "no message id"
    LONG_ID = "message id too long"
    BROKEN_BODY = "not JSON after the message id"
    WRONG_LENGTH = "wrong number of elements"
    NO_ACTION = "no action"
    NO_OBJECT = "payload is no object"
    BAD_ERROR = "malformed error"
    # The frame is good, the moment is not.
    DUPLICATE_CALL = "CALL with the id of one that is being handled"
    TOO_MANY_CALLS = "too many CALLs at once"
    LATE_ANSWER = "answer after the time-out"
    UNASKED_ANSWER = "answer to no CALL"
    UNREAD_BY_PEER = "the peer could not read a frame"
    BINARY = "binary frame"
    CLOSED = "frame after the close"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Text that is no frame: what is wrong, and as much of the head as could be read.

    `message_type` is None where it is missing or unknown, `message_id` where it is missing or
    not usable. `description` is in our words: it never repeats what the peer wrote.
    """

    trouble: Trouble
    description: str
    message_type: MessageType | None = None
    message_id: str | None = None
