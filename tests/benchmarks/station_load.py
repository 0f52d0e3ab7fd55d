"""What the stations of the station benchmark have in common, and the CSMS that they talk to."""

from __future__ import annotations

import asyncio
import re
import sys
from datetime import UTC, datetime
from typing import cast

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

INTERVAL = 10
"""Seconds between the meter values of one station."""

_CALL = re.compile(rb'\[2,\s*"([^"]+)",\s*"([A-Za-z]+)"')
_WANTED = "TransactionEvent"


def identity(number: int) -> str:
    """Who a station is."""
    return f"CS{number:05}"


async def next_line() -> None:
    """Wait for a line on standard input."""
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


class Csms:
    """Welcomes whatever comes, and counts it. It reads no more of a message than its Action."""

    def __init__(self) -> None:
        self.events = 0
        self.messages = 0

    def answer(self, data: bytes) -> bytes | None:
        """The answer to a frame, if it wants one."""
        found = _CALL.match(data)
        if found is None:
            return None
        action = found[2].decode()
        self.messages += 1
        self.events += action == _WANTED
        return b'[3,"%b",%b]' % (found[1], self._payload(action, data).encode())

    def _payload(self, action: str, data: bytes) -> str:
        now = f'"currentTime":"{datetime.now(UTC).isoformat()}"'
        accepted = '"idTokenInfo":{"status":"Accepted"}'
        return {
            "BootNotification": f'{{"status":"Accepted","interval":86400,{now}}}',
            "Heartbeat": f"{{{now}}}",
            "Authorize": f"{{{accepted}}}",
            _WANTED: f"{{{accepted}}}" if b'"idToken"' in data else "{}",
        }.get(action, "{}")


class Line(asyncio.Protocol):
    """One connection of it."""

    def __init__(self, csms: Csms) -> None:
        self._csms = csms

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
                answer = self._csms.answer(bytes(event.data))
                if answer is not None:
                    websocket.send_text(answer)
        self._transport.write(b"".join(websocket.data_to_send()))

    def eof_received(self) -> bool:
        return False
