"""One end of a connection in memory, which behaves as asyncio's transport over TCP does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocppj.testing.stream import Stream


class MemoryTransport(asyncio.Transport):
    """Give it to a protocol with `begin`, once both of its streams are there."""

    def __init__(self, peername: tuple[str, int], on_lost: Callable[[], None]) -> None:
        super().__init__({"peername": peername})
        self._loop = asyncio.get_running_loop()
        self._on_lost = on_lost
        self._protocol: asyncio.Protocol = asyncio.Protocol()
        self._outgoing: Stream | None = None
        self._incoming: Stream | None = None
        self._reading = True
        self._closing = self._lost = self._paused = False
        self._high, self._low = 64 * 1024, 16 * 1024

    def begin(self, protocol: asyncio.Protocol, outgoing: Stream, incoming: Stream) -> None:
        """Connect."""
        self._outgoing, self._incoming = outgoing, incoming
        self._protocol = protocol
        protocol.connection_made(self)

    # What protocols use

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send bytes; without effect once it is closed."""
        if not self._closing and data:
            self._out.write(bytes(data))
            self._pace()

    def close(self) -> None:
        """Close it, once all is sent."""
        if not self._closing:
            self._closing = True
            self._out.finish()
            self._into.go_on()

    def abort(self) -> None:
        """Close it at once."""
        if not self._lost:
            self._closing = True
            self._out.abort()
            self.lose(None)
            self._into.go_on()

    def is_closing(self) -> bool:
        """Whether it is closed, or will be."""
        return self._closing

    def get_protocol(self) -> asyncio.BaseProtocol:
        """The protocol that it is given to."""
        return self._protocol

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Give it to another protocol."""
        assert isinstance(protocol, asyncio.Protocol)
        self._protocol = protocol

    def pause_reading(self) -> None:
        """Let what arrives wait."""
        self._reading = False

    def resume_reading(self) -> None:
        """Take what has arrived."""
        if not self._reading:
            self._reading = True
            self._into.go_on()

    def is_reading(self) -> bool:
        """Whether what arrives is taken."""
        return self._reading and not self._closing

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """When to pause and to resume the protocol's writing, in bytes."""
        if high is None:
            high = 64 * 1024 if low is None else 4 * low
        self._high, self._low = high, high // 4 if low is None else low
        self._pace()

    def get_write_buffer_limits(self) -> tuple[int, int]:
        """The lower and the upper bound."""
        return self._low, self._high

    def get_write_buffer_size(self) -> int:
        """Bytes that are not on their way."""
        return self._out.unsent

    def can_write_eof(self) -> bool:
        """It cannot be closed in one direction only."""
        return False

    # What streams use

    def receive(self, data: bytes) -> None:
        """Bytes have arrived."""
        self._protocol.data_received(data)

    def receive_end(self) -> None:
        """The other end has closed the connection."""
        if not self._closing and not self._protocol.eof_received():
            self.close()

    def sent_some(self) -> None:
        """Less is waiting to be sent."""
        if not self._lost:
            self._pace()

    def sent_all(self) -> None:
        """All is sent, and nothing more comes."""
        self.lose(None)

    def lose(self, error: Exception | None) -> None:
        """It is over."""
        if not self._lost:
            self._lost = self._closing = True
            self._loop.call_soon(self._end, error)

    def _end(self, error: Exception | None) -> None:
        self._protocol.connection_lost(error)
        self._on_lost()

    def _pace(self) -> None:
        size = self._out.unsent
        if not self._paused and size > self._high:
            self._paused = True
            self._protocol.pause_writing()
        elif self._paused and size <= self._low:
            self._paused = False
            self._protocol.resume_writing()

    @property
    def _out(self) -> Stream:
        assert self._outgoing is not None
        return self._outgoing

    @property
    def _into(self) -> Stream:
        assert self._incoming is not None
        return self._incoming
