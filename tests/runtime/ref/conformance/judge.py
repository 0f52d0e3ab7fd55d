"""Judges every frame of a Charging Station by the published schemas, and by OCPP 2.1 Part 4."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from tests.generated.published import SCHEMAS, errors

from ocpp21.actions import ACTIONS
from ocppj import ErrorCode, Kind, Link, Observer

_CODES = {code.value for code in ErrorCode}
_LENGTHS = {2: 4, 3: 3, 4: 5, 5: 5, 6: 4}


class Judge(Observer):
    """Watches one station, from its end of the connection.

    `faults` is all that was wrong, and `frames` all that the station has sent.
    """

    def __init__(self) -> None:
        self.frames: list[str] = []
        self.faults: list[str] = []
        self._asked: dict[str, str] = {}  # CALLs of the CSMS's that wait, by message id
        self._waits: str | None = None  # the CALL of the station that has no answer yet
        self._used: set[str] = set()

    def connection_opened(self, link: Link) -> None:
        self._asked.clear()
        self._waits = None

    def frame_in(self, link: Link, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            return
        match frame:
            case [2, str(message_id), str(action), *_]:
                self._asked.setdefault(message_id, action)
            case [3 | 4, str(message_id), *_] if message_id == self._waits:
                self._waits = None

    def call_ended(
        self, link: Link, exchange: Any, outcome: Any, seconds: float, code: object
    ) -> None:
        # After the timeout the next CALL may go out (OCPP 2.1 Part 4, 4.1.1).
        if exchange.message_id == self._waits:
            self._waits = None

    def frame_out(self, link: Link, text: str) -> None:
        self.frames.append(text)
        self.faults += [f"{fault} in {text[:2000]}" for fault in self._find(json.loads(text))]

    def _find(self, frame: Any) -> Iterator[str]:
        if not isinstance(frame, list) or _LENGTHS.get(frame[0]) != len(frame):
            yield "no frame of OCPP-J"
            return
        if not isinstance(frame[1], str) or len(frame[1]) > 36:
            yield "no message id"
        judges: dict[int, Callable[..., Iterator[str]]] = {
            2: self._call,
            3: self._result,
            4: self._error,
            5: self._error,
            6: self._send,
        }
        yield from judges[frame[0]](*frame[1:])

    def _call(self, message_id: str, action: str, payload: Any) -> Iterator[str]:
        if self._waits is not None:
            yield f"a CALL while another waits, {self._waits}"  # Part 4, 4.1.1
        self._waits = message_id
        yield from self._new(message_id)
        yield from _schema(f"{action}Request", payload)

    def _send(self, message_id: str, action: str, payload: Any) -> Iterator[str]:
        if action not in ACTIONS or ACTIONS[action].kind is not Kind.SEND:
            yield "a SEND of an Action that is a CALL"
        yield from self._new(message_id)
        yield from _schema(action, payload)

    def _new(self, message_id: str) -> Iterator[str]:
        if message_id in self._used:
            yield "a message id for the second time"  # Part 4, 4.1.4
        self._used.add(message_id)

    def _result(self, message_id: str, payload: Any) -> Iterator[str]:
        action = self._asked.pop(message_id, None)
        if action is None:
            yield "an answer to nothing"
        else:
            yield from _schema(f"{action}Response", payload)

    def _error(self, message_id: str, code: str, text: str, details: Any) -> Iterator[str]:
        self._asked.pop(message_id, None)
        if code not in _CODES:
            yield f"an unknown error code {code}"
        if code == ErrorCode.INTERNAL_ERROR.value:
            yield "an error of our own"
        if not isinstance(text, str) or len(text) > 255 or not isinstance(details, dict):
            yield "no proper error"


def _schema(message: str, payload: Any) -> Iterator[str]:
    if message not in SCHEMAS:
        yield f"{message} is no message of OCPP"
        return
    for pointer, keyword in sorted(errors(message, payload)):
        yield f"{message} breaks its schema at {pointer!r} ({keyword})"
