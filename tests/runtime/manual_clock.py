"""A clock that stands still until a test turns it."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from itertools import count

from tests.runtime.looping import settle


class ManualTimer:
    """A timer of a `ManualClock`."""

    def __init__(self, callback: Callable[[], object]) -> None:
        self.callback: Callable[[], object] | None = callback

    def cancel(self) -> None:
        self.callback = None


class ManualClock:
    """Time that only `turn` and `turn_to_next` move."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._timers: list[tuple[float, int, ManualTimer]] = []
        self._order = count()
        self._set = asyncio.Event()

    def now(self) -> float:
        return self._now

    def call_later(self, delay: float, callback: Callable[[], object]) -> ManualTimer:
        timer = ManualTimer(callback)
        heapq.heappush(self._timers, (self._now + delay, next(self._order), timer))
        self._set.set()
        return timer

    @property
    def pending(self) -> list[float]:
        """In how many seconds timers go off."""
        return sorted(at - self._now for at, _, timer in self._timers if timer.callback)

    async def turn(self, seconds: float) -> None:
        """Let time pass; the loop gets its turn after each timer."""
        end = self._now + seconds
        while self._timers and self._timers[0][0] <= end:
            self._now, _, timer = heapq.heappop(self._timers)
            if timer.callback is not None:
                timer.callback()
                timer.cancel()
                await settle()
        self._now = end
        await settle()

    async def turn_to_next(self) -> float:
        """Wait for a timer to be set, and let it go off; gives how long that took in its time.

        What can be done at once is done before.
        """
        await settle()
        while not self.pending:
            self._set.clear()
            await self._set.wait()
        seconds = self.pending[0]
        await self.turn(seconds)
        return seconds
