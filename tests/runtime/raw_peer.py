"""A peer by hand: bytes on a socket, for what no proper WebSocket library would send."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from websockets.frames import Close, Frame, Opcode

KEY = "dGhlIHNhbXBsZSBub25jZQ=="


@dataclass
class RawPeer:
    """The station's end. `status` and `headers` are those of the answer to the handshake."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, opcode: Opcode, data: bytes, *, fin: bool = True, rsv1: bool = False) -> None:
        self.writer.write(Frame(opcode, data, fin, rsv1).serialize(mask=True))

    def say(self, *frame: object) -> None:
        """Send an OCPP-J frame."""
        self.send(Opcode.TEXT, json.dumps(frame).encode())

    async def frame(self) -> Frame:
        """The next WebSocket frame."""
        return await _read_frame(self.reader)

    async def hear(self) -> list[object]:
        """The next OCPP-J frame; pings are answered on the way."""
        while True:
            frame = await self.frame()
            if frame.opcode is Opcode.PING:
                self.send(Opcode.PONG, bytes(frame.data))
                continue
            assert frame.opcode is Opcode.TEXT, frame
            heard: list[object] = json.loads(bytes(frame.data))
            return heard

    async def goodbye(self) -> Close:
        """The close frame that has to come now, and then the end of the connection."""
        frame = await self.frame()
        assert frame.opcode is Opcode.CLOSE, frame
        return Close.parse(bytes(frame.data))

    async def at_end(self) -> bool:
        """Whether the connection ends here."""
        try:
            return await self.reader.read(1) == b""
        except ConnectionError:
            return True

    async def read_answer(self) -> None:
        """Read the answer to the handshake."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        self.status = int(head[0].split()[1])
        self.headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:] if line)
        }


def request(
    path: str = "/ocpp/CS001",
    *,
    subprotocols: str | None = "ocpp2.1",
    extra: Sequence[str] = (),
    method: str = "GET",
) -> bytes:
    """The text of a handshake."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: localhost",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {KEY}",
        "Sec-WebSocket-Version: 13",
        *([f"Sec-WebSocket-Protocol: {subprotocols}"] if subprotocols is not None else []),
        *extra,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@asynccontextmanager
async def raw_peer(
    port: int, handshake: bytes | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[RawPeer]:
    """Connect and send a handshake; b"" for none. Its answer is read, if it was a whole one."""
    reader, writer = await asyncio.open_connection(
        "localhost" if tls else "127.0.0.1", port, ssl=tls
    )
    peer = RawPeer(reader, writer)
    sent = request() if handshake is None else handshake
    writer.write(sent)
    try:
        if sent.endswith(b"\r\n\r\n"):
            await peer.read_answer()
        yield peer
    finally:
        writer.transport.abort()
        try:
            await writer.wait_closed()
        except OSError:
            pass


async def _read_frame(reader: asyncio.StreamReader) -> Frame:
    first, second = await reader.readexactly(2)
    size = second & 0x7F
    if size > 125:
        size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
    data = await reader.readexactly(size)
    return Frame(Opcode(first & 0x0F), data, bool(first & 0x80), bool(first & 0x40))


def token() -> str:
    """A message id that is new."""
    return os.urandom(8).hex()
