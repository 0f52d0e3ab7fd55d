"""A client that says what it is told to, however wrong, over a real socket."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeAlias

from tests.e2e.abuse import websocket as ws

_READ = 256 * 1024
_CUT = struct.pack("ii", 1, 0)

Place: TypeAlias = int | Callable[[], asyncio.Protocol]
"""Where a server is: its port; or what serves the other end of a pair of sockets.

Over TCP bytes take their time, though little. In a pair they are there once they are sent.
"""


class Peer:
    """One connection. Use it with `with`: what is left of it is cut at the end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.stream = ws.ServerStream()
        self.received = 0
        self._reader = reader
        self._writer = writer
        self._frames: deque[ws.ServerFrame] = deque()

    @classmethod
    async def connect(cls, place: Place) -> Peer:
        """Connect, and say nothing yet."""
        reader, writer = await (_over_tcp(place) if isinstance(place, int) else _paired(place))
        connection: socket.socket = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CUT)  # it ends as if cut
        return cls(reader, writer)

    @classmethod
    async def open(cls, place: Place, identity: str, *, compressed: bool = False) -> Peer:
        """Connect, and do the handshake as it should be."""
        peer = await cls.connect(place)
        await peer.shake_hands(identity, compressed=compressed)
        return peer

    async def shake_hands(self, identity: str, *, compressed: bool = False) -> None:
        """Do the handshake."""
        await self.send(ws.handshake(identity, compressed=compressed))
        while not self.stream.status:
            assert await self._read(), "no answer to the handshake"
        assert self.stream.status == 101

    @property
    def is_lost(self) -> bool:
        """Whether the connection is known to be gone."""
        return self._writer.is_closing()

    async def send(self, data: bytes) -> None:
        """Send, as fast as the server takes it. What it does not take any more is lost."""
        if self.is_lost:
            return
        try:
            self._writer.write(data)
            await self._writer.drain()
        except ConnectionError:
            pass

    async def frame(self) -> ws.ServerFrame | None:
        """The next frame of the server's; None if no more comes."""
        while not self._frames:
            if not await self._read():
                return None
        return self._frames.popleft()

    async def ended(self) -> int | None:
        """Wait until the server has closed the connection; the code it gave, if any."""
        code = None
        while (frame := await self.frame()) is not None:
            if frame.opcode == ws.CLOSE:
                code = frame.close_code
        return code

    async def heartbeat(self, message_id: str) -> None:
        """A Heartbeat and its answer."""
        await self.send(ws.frame(f'[2,"{message_id}","Heartbeat",{{}}]'))
        frame = await self.frame()
        assert frame is not None, "the server is gone"
        assert frame.payload.startswith(f'[3,"{message_id}",{{"currentTime":'.encode()), frame

    def cut(self) -> None:
        """Cut the connection (RST), in the midst of whatever it is about."""
        self._writer.transport.abort()

    def finish(self) -> None:
        """Say nothing more (FIN), but go on to listen."""
        self._writer.write_eof()

    async def _read(self) -> bool:
        try:
            data = await self._reader.read(_READ)
        except ConnectionError:
            return False
        self.received += len(data)
        self._frames += self.stream.feed(data)
        return bool(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.cut()


async def _over_tcp(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return reader, writer


async def _paired(
    serve: Callable[[], asyncio.Protocol],
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    mine, served = socket.socketpair()
    await asyncio.get_running_loop().connect_accepted_socket(serve, served)
    return await asyncio.open_connection(sock=mine)
