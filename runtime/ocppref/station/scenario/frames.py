"""The frames of a station, in order, to look at and to wait for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from ocppj import Link, MessageType, Observer
from ocppref.station.scenario.matching import explain
from ocppref.station.scenario.source import Data

_TYPES = {
    MessageType.CALL: "call",
    MessageType.SEND: "send",
    MessageType.CALLRESULT: "result",
    MessageType.CALLERROR: "error",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame. `direction` is "out" from the station to the CSMS, "in" from the CSMS.

    `type` is call, send, result or error; `action` is that of the CALL for an answer. The payload
    of an error is its code, description and details. `at` is in seconds of the event loop.
    """

    number: int
    at: float
    direction: str
    type: str
    action: str
    message_id: str
    payload: Mapping[str, Data]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a frame may be like; None is anything. Without a type it is a CALL or a SEND."""

    action: str | None = None
    type: str | None = None
    direction: str | None = None
    fields: Mapping[str, Data] = field(default_factory=dict)

    def explain(self, frame: Frame) -> str | None:
        """Why a frame is another one: None if it is of another kind at all, "" if it is this."""
        types = ("call", "send") if self.type is None else (self.type,)
        if frame.type not in types or self.direction not in (None, frame.direction):
            return None
        if self.action not in (None, frame.action):
            return None
        return explain(self.fields, frame.payload)


class NotSeen(Exception):
    """No such frame came in time. The text says what came instead."""


class Reader:
    """Reads frames, and remembers the Actions of CALLs, which their answers do not tell."""

    def __init__(self) -> None:
        self._asked: dict[tuple[str, str], str] = {}
        self._count = 0

    @property
    def is_waiting(self) -> bool:
        """Whether a CALL is still to be answered."""
        return bool(self._asked)

    def forget(self) -> None:
        """The connection is gone, so that nothing will be answered any more."""
        self._asked.clear()

    def read(self, direction: str, text: str) -> Frame | None:
        """The frame; None for what is none."""
        read = _read(text)
        if read is None:
            return None
        type, message_id, action, payload = read
        if type == "call":
            self._asked[direction, message_id] = action
        elif type in ("result", "error"):
            asker = "in" if direction == "out" else "out"
            action = self._asked.pop((asker, message_id), "")
        at = asyncio.get_running_loop().time()
        self._count += 1
        return Frame(self._count - 1, at, direction, type, action, message_id, payload)


class Frames(Observer):
    """An observer that keeps what passes. Give it to a `Station` among its observers.

    `mark` is the number of the frame after the one that was last waited for: a frame that comes
    before somebody waits for it is found all the same, and none is found twice.
    """

    def __init__(self) -> None:
        self.all: list[Frame] = []
        self.mark = 0
        self.listeners: list[Callable[[Frame], object]] = []
        self._reader = Reader()
        self._news = asyncio.Event()

    def frame_in(self, link: Link, text: str) -> None:
        """Keep it."""
        self._keep("in", text)

    def frame_out(self, link: Link, text: str) -> None:
        """Keep it."""
        self._keep("out", text)

    def connection_closed(self, link: Link, code: int, reason: str) -> None:
        """Wait for no answers any more."""
        self._reader.forget()

    def matching(self, pattern: Pattern) -> Iterator[Frame]:
        """Those that are like that, in order."""
        return (each for each in self.all if pattern.explain(each) == "")

    def last(self, pattern: Pattern) -> Frame | None:
        """The last of that kind, whatever its fields are."""
        return next(
            (each for each in reversed(self.all) if pattern.explain(each) is not None), None
        )

    async def wait_for(
        self,
        action: str | None = None,
        fields: Mapping[str, Data] | None = None,
        *,
        timeout: float = 30.0,  # noqa: ASYNC109 - it is part of what is expected
        type: str | None = None,
        direction: str | None = None,
        fresh: bool = False,
    ) -> Frame:
        """Wait for a frame. With `fresh` only one that comes from now on will do.

        Raises `NotSeen` after `timeout` seconds.
        """
        pattern = Pattern(action, type, direction, fields or {})
        if fresh:
            self.mark = len(self.all)
        start = at = self.mark
        try:
            async with asyncio.timeout(timeout):
                while True:
                    for frame in self.all[at:]:
                        if pattern.explain(frame) == "":
                            self.mark = frame.number + 1
                            return frame
                    at = len(self.all)
                    await self.news()
        except TimeoutError:
            raise NotSeen(self._why(pattern, start, timeout)) from None

    async def settle(self, seconds: float = 0.2) -> None:
        """Wait until all CALLs are answered, and nothing more has passed for so long."""
        count = -1
        while count != len(self.all) or self._reader.is_waiting:
            count = len(self.all)
            await asyncio.sleep(seconds)

    async def news(self) -> None:
        """Wait for the next frame, whatever it is."""
        self._news.clear()
        await self._news.wait()

    def _keep(self, direction: str, text: str) -> None:
        frame = self._reader.read(direction, text)
        if frame is None:
            return
        self.all.append(frame)
        self._news.set()
        for listener in self.listeners:
            listener(frame)

    def _why(self, pattern: Pattern, start: int, timeout: float) -> str:
        reasons = [why for frame in self.all[start:] if (why := pattern.explain(frame))]
        what = f"{pattern.action or 'frame'}{' ' + pattern.type if pattern.type else ''}"
        if reasons:
            return f"no such {what} within {timeout:g} s; of the last one, {reasons[-1]}"
        came = [each.action for each in self.all[start:] if each.type in ("call", "send")]
        return f"no {what} within {timeout:g} s; there was {', '.join(came[-8:]) or 'nothing'}"


def _read(text: str) -> tuple[str, str, str, dict[str, Data]] | None:
    """Type, message id, Action and payload; None for what is no such frame."""
    try:
        frame = json.loads(text)
        type = _TYPES[MessageType(frame[0])]
        match type, frame:
            case "result", [_, str(message_id), dict(payload)]:
                return type, message_id, "", cast("dict[str, Data]", payload)
            case "error", [_, str(message_id), code, description, details]:
                about = {"errorCode": code, "errorDescription": description}
                return type, message_id, "", {**about, "errorDetails": details}
            case _, [_, str(message_id), str(action), dict(payload)]:
                return type, message_id, action, cast("dict[str, Data]", payload)
    except (KeyError, ValueError, IndexError, TypeError, RecursionError):
        pass
    return None
