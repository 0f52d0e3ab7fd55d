"""A Charging Station that plays the tester: it sends frames by hand, and judges all that comes."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from tests.generated.published import errors
from tests.runtime.ref.csms.running import PASSWORD, Served
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from ocpp21.actions import ACTIONS
from ocppj import ErrorCode, Kind

Payload: TypeAlias = dict[str, Any]
Answer: TypeAlias = Payload | Callable[[Payload], Payload] | None

CUSTOM = {"vendorId": "com.example", "bay": [1, {"of": 2}]}
NOW = "2025-06-01T12:00:00Z"
_CODES = {code.value for code in ErrorCode}
_LENGTHS = {2: 4, 3: 3, 4: 5, 5: 5, 6: 4}


class Refused(Exception):
    """The CSMS has answered with CALLERROR. `code` is its code."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code


class Judge:
    """Finds what is wrong with the frames of a CSMS."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.sent: dict[str, str] = {}  # our CALLs that wait: message id to Action
        self._waits: str | None = None
        self._used: set[str] = set()

    def read(self, text: str) -> Any:
        """Judge a frame that the CSMS has sent."""
        frame = json.loads(text)
        self.faults += [f"{fault} in {text[:1000]}" for fault in self._find(frame)]
        return frame

    def answered(self, message_id: str) -> None:
        """The tester has answered."""
        if self._waits == message_id:
            self._waits = None

    def _find(self, frame: Any) -> Iterator[str]:
        if not isinstance(frame, list) or not frame or _LENGTHS.get(frame[0]) != len(frame):
            yield "no frame of OCPP-J"
        elif not isinstance(frame[1], str) or len(frame[1]) > 36:
            yield "no message id"
        elif frame[0] == 2:
            yield from self._call(*frame[1:])
        elif frame[0] == 3:
            yield from self._result(*frame[1:])
        elif frame[0] == 4:
            yield from self._error(*frame[1:])
        else:
            yield "a CSMS does not send that"

    def _call(self, message_id: str, action: str, payload: Any) -> Iterator[str]:
        if self._waits is not None:
            yield f"a CALL while {self._waits} waits"  # OCPP 2.1 Part 4, 4.1.1
        if message_id in self._used:
            yield "a message id for the second time"  # OCPP 2.1 Part 4, 4.1.4
        self._waits = message_id
        self._used.add(message_id)
        yield from _schema(f"{action}Request", payload)

    def _result(self, message_id: str, payload: Any) -> Iterator[str]:
        action = self.sent.get(message_id)
        if action is None:
            yield "an answer to nothing"
        elif ACTIONS[action].kind is Kind.SEND:
            yield "an answer to a SEND"
        else:
            yield from _schema(f"{action}Response", payload)

    def _error(self, message_id: str, code: str, text: Any, details: Any) -> Iterator[str]:
        if message_id not in self.sent and message_id != "-1":
            yield "an error for nothing"
        if code not in _CODES or code == ErrorCode.INTERNAL_ERROR.value:
            yield "a code that may not be"
        if not isinstance(text, str) or len(text) > 255 or not isinstance(details, dict):
            yield "no proper error"


class Probe:
    """One connection. `answers` has what requests of the CSMS are answered with, by Action.

    None keeps the tester silent; what is not there is answered with NotSupported.
    """

    def __init__(self, socket: ClientConnection, answers: Mapping[str, Answer]) -> None:
        self.judge = Judge()
        self.answers = dict(answers)
        self.asked: list[tuple[str, Payload]] = []
        self.unasked: list[Any] = []
        self._socket = socket
        self._ids = (f"tester-{number}" for number in itertools.count(1))
        self._results: dict[str, asyncio.Future[Payload]] = {}
        self._news = asyncio.Event()

    async def call(
        self,
        action: str,
        payload: Payload,
        *,
        message_id: str | None = None,
        checked: bool = True,
    ) -> Payload:
        """Send a CALL; gives the payload of the answer. Raises `Refused`."""
        name = message_id or next(self._ids)
        if checked:
            payload = {**payload, "customData": CUSTOM}
            assert errors(f"{action}Request", payload) == set()
        self.judge.sent[name] = action
        result = self._results[name] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps([2, name, action, payload]))
        return await result

    async def send(self, action: str, payload: Payload) -> None:
        """Send a SEND."""
        name = next(self._ids)
        self.judge.sent[name] = action
        await self._socket.send(json.dumps([6, name, action, payload]))

    async def boot(self, reason: str = "PowerUp") -> Payload:
        """Boot."""
        machine = {"model": "X1", "vendorName": "Tester", "customData": CUSTOM}
        return await self.call("BootNotification", {"reason": reason, "chargingStation": machine})

    async def event(self, kind: str, seq_no: int, id: str = "T1", **more: Any) -> Payload:
        """Send an event of a transaction."""
        message_id = more.pop("message_id", None)
        info = {"transactionId": id, "customData": CUSTOM, **more.pop("info", {})}
        minute = f"2025-06-01T12:{seq_no:02}:00Z"
        return await self.call(
            "TransactionEvent",
            {
                "eventType": kind,
                "timestamp": minute,
                "triggerReason": more.pop("trigger", "MeterValuePeriodic"),
                "seqNo": seq_no,
                "transactionInfo": info,
                **more,
            },
            message_id=message_id,
        )

    async def wait_for(self, action: str, number: int = 0) -> Payload:
        """The request of that Action that came first, or that with a higher number."""
        while True:
            found = [payload for name, payload in self.asked if name == action]
            if len(found) > number:
                return found[number]
            self._news.clear()
            await self._news.wait()

    async def run(self) -> None:
        """Read until the connection ends."""
        try:
            async for text in self._socket:
                assert isinstance(text, str)
                await self._take(self.judge.read(text))
        except ConnectionClosed:
            pass

    async def _take(self, frame: Any) -> None:
        match frame:
            case [2, message_id, action, payload]:
                await self._answer(message_id, action, payload)
            case [3, message_id, payload] if message_id in self._results:
                self._results.pop(message_id).set_result(payload)
            case [4, message_id, code, text, _] if message_id in self._results:
                self._results.pop(message_id).set_exception(Refused(code, text))
            case _:
                self.unasked.append(frame)

    async def _answer(self, message_id: str, action: str, payload: Payload) -> None:
        self.asked.append((action, payload))
        self._news.set()
        if action in self.answers and self.answers[action] is None:
            return
        given = self.answers.get(action)
        answer = given(payload) if callable(given) else given
        if answer is None:
            frame: list[Any] = [4, message_id, "NotSupported", "", {}]
        else:
            frame = [3, message_id, {**answer, "customData": CUSTOM}]
            assert errors(f"{action}Response", frame[2]) == set()
        self.judge.answered(message_id)
        await self._socket.send(json.dumps(frame))


@asynccontextmanager
async def joined(
    served: Served,
    identity: str = "CS001",
    *,
    password: str | None = PASSWORD,
    user: str | None = None,
    booted: bool = True,
    answers: Mapping[str, Answer] | None = None,
) -> AsyncIterator[Probe]:
    """A station that is connected, and has booted. At the end the CSMS's frames are judged."""
    headers = {}
    if password is not None:
        text = f"{identity if user is None else user}:{password}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(text).decode()}"
    async with connect(
        f"{served.service.ocpp_url}/{identity}",
        subprotocols=[Subprotocol("ocpp2.1")],
        additional_headers=headers,
        proxy=None,
    ) as socket:
        made = Probe(socket, answers or {})
        reading = asyncio.create_task(made.run())
        try:
            if booted:
                assert (await made.boot())["status"] == "Accepted"
            yield made
        finally:
            await socket.close()
            await reading
    assert made.judge.faults == []
    assert made.unasked == []


def _schema(message: str, payload: Any) -> Iterator[str]:
    for pointer, keyword in sorted(errors(message, payload)):
        yield f"{message} breaks its schema at {pointer!r} ({keyword})"
