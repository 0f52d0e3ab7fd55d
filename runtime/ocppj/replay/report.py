"""What a replay found: differences as values."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ocppj.classify import Path, pointer
from ocppj.core import Call, CallResult, Frame, Send, Unreadable
from ocppj.recording import Recorded


@dataclass(frozen=True, slots=True)
class Changed:
    """A frame came that is not as recorded.

    `pointers` are JSON pointers to what differs: below "/payload", or "/action", "/code",
    "/description" and below "/details"; "/type" is the type of the frame. Just "" stands for a
    frame that cannot be read.
    """

    recorded: Recorded
    received: str
    pointers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A frame that was recorded did not come."""

    recorded: Recorded


@dataclass(frozen=True, slots=True)
class Unexpected:
    """A frame came that was not recorded. If it is a CALL, it was refused."""

    received: str


@dataclass(frozen=True, slots=True)
class Unsent:
    """A recorded frame was not sent: the peer was gone, or it answers a CALL that did not come."""

    recorded: Recorded


Difference = Changed | Missing | Unexpected | Unsent


@dataclass(frozen=True, slots=True)
class Report:
    """How the replay of one conversation went. `closed` says why, if the peer ended it early."""

    identity: str
    sent: int
    received: int
    differences: tuple[Difference, ...]
    closed: str | None = None

    @property
    def same(self) -> bool:
        """Whether everything was as recorded."""
        return not self.differences and self.closed is None


def compare(
    recorded: Frame | Unreadable, received: Frame | Unreadable, ignored: Collection[str]
) -> tuple[str, ...]:
    """JSON pointers to what differs, message ids aside.

    Properties whose names are `ignored` are the same, whatever they say, if both sides have them.
    Two frames that cannot be read differ if there are different things wrong with them.
    """
    if isinstance(recorded, Unreadable) or isinstance(received, Unreadable):
        return () if _trouble(recorded) == _trouble(received) else ("",)
    try:
        pairs = _parts(recorded), _parts(received)
        return tuple(pointer(path) for path in _compare(*pairs, (), ignored))
    except (ValueError, RecursionError):
        return () if recorded[1:] == received[1:] else ("",)


def _trouble(frame: Frame | Unreadable) -> object:
    return frame.trouble if isinstance(frame, Unreadable) else None


def _parts(frame: Frame) -> dict[str, object]:
    """All of a frame but its id."""
    match frame:
        case Call() | Send():
            said = {"action": frame.action, "payload": json.loads(frame.payload)}
        case CallResult():
            said = {"payload": json.loads(frame.payload)}
        case _:
            details = json.loads(frame.details)
            said = {"code": frame.code, "description": frame.description, "details": details}
    return {"type": frame.message_type.name, **said}


def _compare(
    recorded: object, received: object, path: Path, ignored: Collection[str]
) -> Iterator[Path]:
    if isinstance(recorded, dict) and isinstance(received, dict):
        for key in {**recorded, **received}:
            if key not in recorded or key not in received:
                yield (*path, key)
            elif key not in ignored:
                yield from _compare(recorded[key], received[key], (*path, key), ignored)
    elif isinstance(recorded, list) and isinstance(received, list):
        for index in range(max(len(recorded), len(received))):
            here = (*path, index)
            if index >= min(len(recorded), len(received)):
                yield here
            else:
                yield from _compare(recorded[index], received[index], here, ignored)
    elif recorded != received or isinstance(recorded, bool) is not isinstance(received, bool):
        yield path
