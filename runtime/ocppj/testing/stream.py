"""One direction of a connection in memory: bytes that are sent, on their way, and arrived."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from enum import Enum, auto
from typing import Protocol

from ocppj.contract import Side
from ocppj.testing.faults import Fault, Faults
from ocppj.testing.pieces import Piece, Pieces

WINDOW = 64 * 1024
"""Bytes under way, as the buffers of a kernel hold; what is more waits at the sender."""

_READ = 64 * 1024  # bytes that arrive at once
_SOON = 1e-6  # closer than that is now: seconds are rounded


class _Ending(Enum):
    CLOSED = auto()
    RESET = auto()


class Conditions(Protocol):
    """The connection that the stream is a half of."""

    @property
    def faults(self) -> Faults: ...

    @property
    def is_half_open(self) -> bool: ...

    def strike(self, sender: Side, piece: Piece) -> Fault | None:
        """What befalls a piece. The connection may be half-open from then on."""
        ...

    def share(self) -> float:
        """A random number from 0 up to 1."""
        ...

    def reset(self) -> None:
        """Cut the connection, for both sides."""
        ...


class Source(Protocol):
    """The end that sends."""

    def sent_some(self) -> None:
        """Less is waiting to be sent."""
        ...

    def sent_all(self) -> None:
        """All is sent, and nothing more comes."""
        ...


class Target(Protocol):
    """The end that receives."""

    def is_reading(self) -> bool: ...

    def is_closing(self) -> bool: ...

    def receive(self, data: bytes) -> None: ...

    def receive_end(self) -> None:
        """The other end has closed the connection."""
        ...


class Stream:
    """Carries bytes, in order, and whatever befalls them."""

    def __init__(
        self, conditions: Conditions, sender: Side, source: Source, target: Target
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._conditions = conditions
        self._sender = sender
        self._source = source
        self._target = target
        self._pieces = Pieces()
        self._unsent: deque[Piece] = deque()
        self._finishing = self._finished = False
        self._flying: deque[tuple[float, bytes | _Ending]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._arrived = bytearray()
        self._ending: _Ending | None = None
        self._under_way = 0
        self._waking = False

    @property
    def unsent(self) -> int:
        """Bytes that wait at the sender."""
        return sum(len(piece.data) for piece in self._unsent)

    def write(self, data: bytes) -> None:
        """Send bytes."""
        self._queue(self._pieces.feed(data))

    def finish(self) -> None:
        """Send what there is, then close."""
        self._finishing = True
        self._queue(self._pieces.flush())

    def abort(self) -> None:
        """Close. What waits at the sender is lost."""
        self._unsent.clear()
        self._finishing = True
        self._push()

    def go_on(self) -> None:
        """The target reads again, or does not want to any more."""
        if not self._waking:
            self._waking = True
            self._loop.call_soon(self._hand_over)

    # At the sender

    def _queue(self, pieces: Iterable[Piece]) -> None:
        self._unsent.extend(pieces)
        self._push()

    def _push(self) -> None:
        while self._unsent and self._under_way < WINDOW:
            self._send(self._unsent.popleft())
        if self._finishing and not self._unsent and not self._finished:
            self._finished = True
            self._fly(_Ending.CLOSED)
            self._source.sent_all()

    def _send(self, piece: Piece) -> None:
        if self._finished:  # it is cut, only the sender does not know yet
            return
        data = piece.data
        match self._conditions.strike(self._sender, piece):
            case Fault.DROP:
                pass
            case Fault.DUPLICATE:
                self._fly(data)
                self._fly(data)
            case Fault.DELAY:
                self._fly(data, self._conditions.share() * self._conditions.faults.longest_delay)
            case Fault.CUT:
                self._fly(data[: 1 + int(self._conditions.share() * (len(data) - 1))])
                self._fly(_Ending.RESET)
                self._finished = True
            case _:
                self._fly(data)

    # On the way

    def _fly(self, what: bytes | _Ending, delay: float = 0.0) -> None:
        due = self._loop.time() + self._conditions.faults.latency + delay
        self._flying.append((due, what))  # and it does not overtake what is before it
        if isinstance(what, bytes):
            self._under_way += len(what)
        if self._timer is None:
            self._timer = self._loop.call_at(due, self._arrive)

    def _arrive(self) -> None:
        self._timer = None
        if self._conditions.is_half_open:
            return
        now = self._loop.time() + _SOON
        while self._flying and self._flying[0][0] <= now:
            what = self._flying.popleft()[1]
            if isinstance(what, bytes):
                self._arrived += what
            else:
                self._ending = what
        if self._flying:
            self._timer = self._loop.call_at(self._flying[0][0], self._arrive)
        self.go_on()

    # At the target

    def _hand_over(self) -> None:
        """Give the target what it reads at once. The rest comes in the next round of the loop."""
        self._waking = False
        target = self._target
        if target.is_closing():
            self._take(len(self._arrived))
        elif self._arrived and target.is_reading():
            target.receive(self._take(self._conditions.faults.piece or _READ))
        self._push()
        self._source.sent_some()
        if self._arrived and target.is_reading():
            self.go_on()
        elif self._ending is _Ending.RESET:
            self._conditions.reset()
        elif self._ending is _Ending.CLOSED and not self._arrived:
            self._ending = None
            target.receive_end()

    def _take(self, size: int) -> bytes:
        taken = bytes(self._arrived[:size])
        del self._arrived[:size]
        self._under_way -= len(taken)
        return taken
