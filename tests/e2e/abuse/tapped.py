"""A CSMS on a real socket that tells what each read of the socket brought.

So a client can send one piece at a time: the next one only when the last one was taken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast


class Tap(asyncio.Protocol):
    """Stands between a transport and the protocol that serves it."""

    def __init__(self, served: asyncio.Protocol) -> None:
        self.pieces: list[int] = []
        self.size = 0
        self.closing = False
        self.lost = False
        self.served = served
        self._changed = asyncio.Event()

    async def taken(self, size: int) -> None:
        """Wait until so many bytes have been read in all, or it is over."""
        while self.size < size and not self.lost:
            self._changed.clear()
            await self._changed.wait()

    async def over(self) -> None:
        """Wait until the connection is."""
        while not self.lost:
            self._changed.clear()
            await self._changed.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.served.connection_made(_Pipe(self, cast(asyncio.Transport, transport)))

    def data_received(self, data: bytes) -> None:
        self.pieces.append(len(data))
        self.size += len(data)
        self.served.data_received(data)
        self._changed.set()

    def pause_writing(self) -> None:
        self.served.pause_writing()

    def resume_writing(self) -> None:
        self.served.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self.served.connection_lost(exc)
        self.lost = True
        self._changed.set()


class _Pipe(asyncio.Transport):
    """The transport, except that another protocol does not take the tap's place."""

    def __init__(self, tap: Tap, transport: asyncio.Transport) -> None:
        super().__init__()
        self._tap = tap
        self._transport = transport

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._tap.served = cast(asyncio.Protocol, protocol)

    def get_extra_info(self, name: str, default: object = None) -> object:
        return self._transport.get_extra_info(name, default)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._transport.write(data)

    def close(self) -> None:
        self._tap.closing = True
        self._transport.close()

    def abort(self) -> None:
        self._tap.closing = True
        self._transport.abort()

    def pause_reading(self) -> None:
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._transport.resume_reading()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self._transport.set_write_buffer_limits(high, low)

    def get_write_buffer_size(self) -> int:
        return self._transport.get_write_buffer_size()


class TappedServer:
    """Listens, and has a tap for each connection, in the order in which they come."""

    def __init__(self, protocol: Callable[[], asyncio.Protocol]) -> None:
        self.taps: asyncio.Queue[Tap] = asyncio.Queue()
        self.port = 0
        self._protocol = protocol
        self._server: asyncio.Server | None = None

    async def listen(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._tap, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def _tap(self) -> Tap:
        tap = Tap(self._protocol())
        self.taps.put_nowait(tap)
        return tap
