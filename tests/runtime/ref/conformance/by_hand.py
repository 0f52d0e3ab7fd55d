"""A CSMS by hand: it says any text to a Charging Station, in memory, and hears what comes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, cast

from tests.runtime.ref.station.tester import virtual_date
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from ocppj import NetworkProfile
from ocppj.testing import Network

Answer = Callable[[Any], "dict[str, Any] | None"]


class ByHand:
    """Answers what the station calls, with what is most welcome or what `answers` say (None is no
    answer), and says what it is told to say.

    `connect` is the `connector` of the station, `heard` its CALLs and SENDs so far, `connections`
    how many there were.
    """

    def __init__(self, now: Callable[[], datetime] = virtual_date) -> None:
        self.answers: dict[str, Answer] = {}
        self.heard: list[tuple[str, Any]] = []
        self.network = Network(self._serve)
        self.connections = 0
        self._now = now
        self._end: _End | None = None
        self._count = 0
        self._results: dict[str, list[Any]] = {}
        self._odd: list[list[Any]] = []
        self._news = asyncio.Event()

    async def connect(
        self, protocol: Callable[[], asyncio.Protocol], profile: NetworkProfile
    ) -> object:
        """Connect a station."""
        return await self.network.connect(protocol, profile)

    def of(self, action: str) -> list[Any]:
        """The payloads of that Action so far."""
        return [payload for name, payload in self.heard if name == action]

    async def seen(self, action: str, count: int = 1) -> Any:
        """Wait until that came so often."""
        while len(found := self.of(action)) < count:
            await self._wait()
        return found[count - 1]

    def say(self, text: str | bytes) -> None:
        """Say a text, whatever it is."""
        assert self._end is not None
        self._end.say(text.encode(errors="surrogatepass") if isinstance(text, str) else text)

    async def call(self, action: str, payload: Any) -> list[Any]:
        """Call the station; gives the frame that it answers with."""
        self._count += 1
        message_id = f"by-hand-{self._count}"
        self.say(json.dumps([2, message_id, action, payload]))
        return await self.answer(message_id)

    async def answer(self, message_id: str) -> list[Any]:
        """The frame that answers that message."""
        while message_id not in self._results:
            await self._wait()
        return self._results.pop(message_id)

    async def _wait(self) -> None:
        self._news.clear()
        await self._news.wait()

    def _serve(self) -> asyncio.Protocol:
        self.connections += 1
        self._end = _End(self._take)
        return self._end

    def _take(self, text: str) -> Iterator[str]:
        match json.loads(text):
            case [2, message_id, action, payload]:
                self.heard.append((action, payload))
                answer = self.answers.get(action, lambda _: self._welcome(action, payload))(payload)
                if answer is not None:
                    yield json.dumps([3, message_id, answer])
            case [6, _, action, payload]:
                self.heard.append((action, payload))
            case [3 | 4, message_id, *_] as frame:
                self._results[message_id] = frame
        self._news.set()

    def _welcome(self, action: str, payload: Any) -> dict[str, Any]:
        now, accepted = self._now().isoformat(), {"status": "Accepted"}
        answers: dict[str, dict[str, Any]] = {
            "Authorize": {"idTokenInfo": accepted},
            "BootNotification": {**accepted, "currentTime": now, "interval": 300},
            "Heartbeat": {"currentTime": now},
            "DataTransfer": accepted,
            "OpenPeriodicEventStream": accepted,
            "SignCertificate": accepted,
            "TransactionEvent": {"idTokenInfo": accepted} if "idToken" in payload else {},
        }
        return answers.get(action, {})


class _End(asyncio.Protocol):
    """The CSMS's end of one connection."""

    def __init__(self, take: Callable[[str], Iterator[str]]) -> None:
        self._take = take

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._websocket = ServerProtocol(subprotocols=[Subprotocol("ocpp2.1")])

    def data_received(self, data: bytes) -> None:
        websocket = self._websocket
        websocket.receive_data(data)
        for event in websocket.events_received():
            if isinstance(event, Request):
                websocket.send_response(websocket.accept(event))
            elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                for answer in self._take(bytes(event.data).decode()):
                    websocket.send_text(answer.encode())
        self._flush()

    def say(self, data: bytes) -> None:
        """Send a text frame."""
        self._websocket.send_text(data)
        self._flush()

    def eof_received(self) -> bool:
        return False

    def _flush(self) -> None:
        for data in self._websocket.data_to_send():
            if data:
                self._transport.write(data)
            else:
                self._transport.close()
