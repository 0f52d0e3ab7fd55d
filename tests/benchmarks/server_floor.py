"""The floor: the sans-I/O layer of websockets in an asyncio Protocol, and nothing above it.

Whatever comes, it sends the same answer. `python -m tests.benchmarks.server_floor uvloop`.
"""

from __future__ import annotations

import asyncio
import sys
from typing import cast

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from .server_loop import run

_ANSWER = b'[3,"8f6f6c1e-6c0c-4c43-8a3c-5e0b9c6d1a12",{"currentTime":"2025-06-01T10:00:00.123Z"}]'


class Floor(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # that of uvloop is no subclass
        self._websocket = ServerProtocol(subprotocols=[Subprotocol("ocpp2.1")])

    def data_received(self, data: bytes) -> None:
        websocket = self._websocket
        websocket.receive_data(data)
        for event in websocket.events_received():
            if isinstance(event, Frame):
                if event.opcode is Opcode.TEXT:
                    websocket.send_text(_ANSWER)
            elif isinstance(event, Request):
                websocket.send_response(websocket.accept(event))
        self._transport.write(b"".join(websocket.data_to_send()))

    def eof_received(self) -> bool:
        return False


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Floor, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    run(main(), sys.argv[1])
