"""A bad network on real sockets, and a bad grid.

It is between the socket and WebSocket, and TCP stays what it is: nothing is put out of order and
no byte is changed. What is lost or doubled is a whole message, as by a proxy in between; what is
cut is the connection, in the midst of a message; and one that is half-open stays open at the CSMS,
which is what makes it bad.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
from collections import Counter, deque
from collections.abc import Callable
from typing import cast

from ocppj import Connector, NetworkProfile, connect_socket
from ocppref.fleet.frames import Piece, Splitter
from ocppref.fleet.plan import CALM, RATES, Chaos

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time: closing it is a reset


class Weather:
    """How bad it is now, for all connections of a process.

    `incidents` counts what has happened, by the names of `Chaos`.
    """

    def __init__(self, chaos: Chaos) -> None:
        self.chaos = chaos
        self.incidents: Counter[str] = Counter()
        self.dead: set[_Line] = set()

    def calm_down(self) -> None:
        """From now on all is well. What is half-open is reset, so that both sides know it."""
        self.chaos = CALM
        for line in tuple(self.dead):
            line.reset()

    def strike(self, number: float) -> str | None:
        """What befalls a message; `number` is from 0 up to 1."""
        for name in RATES:
            share: float = getattr(self.chaos, name)
            if number < share:
                self.incidents[name] += 1
                return name
            number -= share
        return None


class BadNetwork:
    """The `Connector` of one station. `power_lost` is called when the power is to go."""

    def __init__(
        self,
        weather: Weather,
        dice: random.Random,
        power_lost: Callable[[], object],
        connector: Connector = connect_socket,
    ) -> None:
        self.weather = weather
        self.dice = dice
        self.power_lost = power_lost
        self._connector = connector

    async def __call__(
        self, protocol: Callable[[], asyncio.Protocol], profile: NetworkProfile, /
    ) -> object:
        """Connect. Raises OSError if that cannot be."""
        return await self._connector(lambda: _Line(self, protocol()), profile)


class _Line(asyncio.Protocol):
    """One connection, as the socket sees it."""

    def __init__(self, network: BadNetwork, protocol: asyncio.Protocol) -> None:
        self._network = network
        self._inner = protocol
        self._socket: asyncio.Transport | None = None
        self._wire: _Wire | None = None
        self._out = _Way(self, self._send)
        self._into = _Way(self, self._receive)
        self._is_dead = False

    # What the socket tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._socket = cast(asyncio.Transport, transport)
        self._wire = _Wire(self, self._socket, self._inner)
        self._inner.connection_made(self._wire)

    def data_received(self, data: bytes) -> None:
        if not self._is_dead:
            self._into.feed(data)

    def eof_received(self) -> bool | None:
        return None

    def connection_lost(self, exc: Exception | None) -> None:
        self._network.weather.dead.discard(self)
        self._out.stop()
        self._into.stop()
        if self._wire is not None:
            self._wire.lose(exc)

    def pause_writing(self) -> None:
        if self._wire is not None:
            self._wire.pause_writing()

    def resume_writing(self) -> None:
        if self._wire is not None:
            self._wire.resume_writing()

    # What the station does

    def write(self, data: bytes) -> None:
        if not self._is_dead:
            self._out.feed(data)

    def go_on(self) -> None:
        """The station reads again."""
        self._into.arrive()

    def close(self) -> None:
        """Close it once all is sent; one that is dead stays as it is, for the CSMS."""
        if self._is_dead or self._socket is None:
            self._forget()
        else:
            self._out.finish(self._socket.close)

    def abort(self) -> None:
        if self._is_dead or self._socket is None:
            self._forget()
        else:
            self._socket.abort()

    def reset(self) -> None:
        """Cut it, for both sides."""
        if self._socket is not None:
            raw = self._socket.get_extra_info("socket")
            with contextlib.suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self._socket.abort()

    def _forget(self) -> None:
        if self._wire is not None:
            wire = self._wire
            asyncio.get_running_loop().call_soon(wire.lose, None)

    # What befalls pieces

    @property
    def delay(self) -> float:
        """Seconds that the next piece takes."""
        longest = self._network.weather.chaos.delay
        return longest * self._network.dice.random() if longest else 0.0

    def draw(self, piece: Piece) -> str | None:
        """What befalls a piece."""
        if not piece.is_message:
            return None
        return self._network.weather.strike(self._network.dice.random())

    def suffer(self, fault: str) -> None:
        """A fault of the whole connection."""
        loop = asyncio.get_running_loop()
        if fault == "cut":
            loop.call_soon(self.reset)
            return
        self._is_dead = True
        self._network.weather.dead.add(self)
        if fault == "power":
            loop.call_soon(self._network.power_lost)

    def _send(self, data: bytes) -> bool:
        if self._socket is not None and not self._is_dead:
            self._socket.write(data)
        return True

    def _receive(self, data: bytes) -> bool:
        if self._is_dead or self._wire is None:
            return True
        return self._wire.receive(data)


class _Way:
    """One direction: pieces on their way, in order."""

    __slots__ = ("_deliver", "_finished", "_flying", "_is_cut", "_line", "_splitter", "_timer")

    def __init__(self, line: _Line, deliver: Callable[[bytes], bool]) -> None:
        self._line = line
        self._deliver = deliver
        self._splitter = Splitter()
        self._flying: deque[tuple[float, bytes]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._finished: Callable[[], object] | None = None
        self._is_cut = False

    def feed(self, data: bytes) -> None:
        """Bytes set out."""
        for piece in self._splitter.feed(data):
            if self._is_cut:
                return
            self._set_out(piece)
        self.arrive()

    def finish(self, finished: Callable[[], object]) -> None:
        """Nothing more comes: call `finished` once all has arrived."""
        self._finished = finished
        if rest := self._splitter.rest():
            self._fly(rest)
        self.arrive()

    def stop(self) -> None:
        """It is over."""
        self._flying.clear()
        self._finished = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def arrive(self) -> None:
        """Deliver what is due."""
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._flying and self._flying[0][0] <= loop.time():
            due, data = self._flying.popleft()
            if not self._deliver(data):
                self._flying.appendleft((due, data))
                return  # nobody reads; `go_on` comes
        if self._flying:
            self._timer = loop.call_at(self._flying[0][0], self.arrive)
        elif self._finished is not None:
            finished, self._finished = self._finished, None
            finished()

    def _set_out(self, piece: Piece) -> None:
        fault = self._line.draw(piece)
        if fault == "drop":
            return
        if fault in ("halfopen", "power"):
            self._line.suffer(fault)
            return
        if fault == "cut":
            self._is_cut = True
            self._fly(piece.data[: len(piece.data) // 2])
            self._line.suffer(fault)
            return
        self._fly(piece.data)
        if fault == "duplicate":
            self._fly(piece.data)

    def _fly(self, data: bytes) -> None:
        due = asyncio.get_running_loop().time() + self._line.delay
        if self._flying:
            due = max(due, self._flying[-1][0])  # nothing overtakes
        self._flying.append((due, data))


class _Wire(asyncio.Transport):
    """One connection, as the station sees it."""

    def __init__(
        self, line: _Line, transport: asyncio.Transport, protocol: asyncio.Protocol
    ) -> None:
        super().__init__()
        self._line = line
        self._socket = transport
        self._protocol = protocol
        self._is_reading = True
        self._is_closing = self._is_lost = False

    def receive(self, data: bytes) -> bool:
        """Hand on what has come; False if the station does not read now."""
        if self._is_closing:
            return True
        if self._is_reading:
            self._protocol.data_received(data)
            return True
        return False

    def lose(self, error: Exception | None) -> None:
        """It is over."""
        self._is_closing = True
        if not self._is_lost:
            self._is_lost = True
            self._protocol.connection_lost(error)

    def pause_writing(self) -> None:
        """The socket takes no more for now."""
        if not self._is_lost:
            self._protocol.pause_writing()

    def resume_writing(self) -> None:
        """The socket takes more."""
        if not self._is_lost:
            self._protocol.resume_writing()

    # What protocols use

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self._is_closing and data:
            self._line.write(bytes(data))

    def close(self) -> None:
        if not self._is_closing:
            self._is_closing = True
            self._line.close()

    def abort(self) -> None:
        self._is_closing = True
        if not self._is_lost:
            self._line.abort()

    def is_closing(self) -> bool:
        return self._is_closing or self._socket.is_closing()

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._protocol

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._protocol = cast(asyncio.Protocol, protocol)

    def pause_reading(self) -> None:
        self._is_reading = False

    def resume_reading(self) -> None:
        if not self._is_reading:
            self._is_reading = True
            self._line.go_on()

    def is_reading(self) -> bool:
        return self._is_reading and not self._is_closing

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self._socket.set_write_buffer_limits(high, low)

    def get_write_buffer_limits(self) -> tuple[int, int]:
        return self._socket.get_write_buffer_limits()

    def get_write_buffer_size(self) -> int:
        return self._socket.get_write_buffer_size()

    def get_extra_info(self, name: str, default: object = None) -> object:
        return self._socket.get_extra_info(name, default)

    def can_write_eof(self) -> bool:
        return False
