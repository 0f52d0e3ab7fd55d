"""The one timer of a connection: pings, and what must not take too long.

It is set for the first thing that is due. What is put off meanwhile does not touch it: when it
goes off too early, it is set anew.
"""

from __future__ import annotations

from math import inf
from typing import Protocol

from ocppj.clock import Clock, Timer


class Watched(Protocol):
    """The connection that is woken."""

    def wake(self, now: float) -> None:
        """Something is due."""
        ...


class Alarm:
    """When things are due, as times of the clock; `inf` is never."""

    __slots__ = (
        "_at",
        "_clock",
        "_timer",
        "_watched",
        "close_due",
        "ping_due",
        "ping_interval",
        "pong_due",
        "stall_due",
    )

    def __init__(self, clock: Clock, watched: Watched) -> None:
        self._clock = clock
        self._watched: Watched | None = watched
        self._timer: Timer | None = None
        self._at = inf
        self.ping_interval = 0.0
        self.ping_due = self.pong_due = self.stall_due = self.close_due = inf

    def set(self, at: float = inf) -> None:
        """See to it that the connection is woken at `at`, or when the first thing is due."""
        at = min(at, self.ping_due, self.pong_due, self.stall_due, self.close_due)
        if at >= self._at or self._watched is None:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._at = at
        self._timer = self._clock.call_later(max(0.0, at - self._clock.now()), self._ring)

    def stop(self) -> None:
        """Never wake it again."""
        self._watched = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring(self) -> None:
        self._timer, self._at = None, inf
        if self._watched is not None:
            self._watched.wake(self._clock.now())
