"""What a session tells the layer above.

A CALL or SEND of the peer's that is to be handled is handed on as the frame it is, `Call` or
`Send`. Each CALL of our own ends with exactly one of `Answered`, `Failed`, `Spoiled`, `TimedOut`
and `Abandoned`, unless it was withdrawn while it waited for its turn. The rest is for an observer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ocppj.core.frames import Call, MessageType, Send
from ocppj.core.troubles import Trouble
from ocppj.errors import ErrorCode


@dataclass(frozen=True, slots=True)
class Answered:
    """Our CALL got its CALLRESULT. The payload is not validated."""

    message_id: str
    action: str
    payload: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Our CALL got a CALLERROR. `code` is an `ErrorCode` unless the peer made one up."""

    message_id: str
    action: str
    code: ErrorCode | str
    description: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Spoiled:
    """Our CALL got an answer that cannot be read. `description` does not repeat it."""

    message_id: str
    action: str
    trouble: Trouble
    description: str


@dataclass(frozen=True, slots=True)
class TimedOut:
    """Our CALL got no answer in time, and counts as not sent (Part 4, 4.1.1)."""

    message_id: str
    action: str


@dataclass(frozen=True, slots=True)
class Abandoned:
    """The connection closed. `sent` tells a CALL without an answer from one that never left."""

    message_id: str
    action: str
    sent: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ResultRefused:
    """The peer could not use an answer of ours, and said so with a CALLRESULTERROR.

    Nothing more will come of it: it is not a CALL, and nothing is to be sent again by itself.
    Whether we ever sent an answer of that id is not checked, as answers are not kept.
    """

    message_id: str
    code: ErrorCode | str
    description: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something from the peer was dropped without an answer."""

    trouble: Trouble
    message_type: MessageType | None
    message_id: str | None
    description: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Something from the peer was answered with an error before any handler saw it.

    `message_id` is the one that was answered, `code` what the peer was told (in the spelling of
    2.x): by CALLRESULTERROR if `message_type` is CALLRESULT, else by CALLERROR.
    """

    trouble: Trouble
    message_type: MessageType | None
    message_id: str
    description: str
    code: ErrorCode


Ended = Answered | Failed | Spoiled | TimedOut | Abandoned
Event = Call | Send | Ended | ResultRefused | Ignored | Refused
