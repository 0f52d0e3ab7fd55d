"""When the next sample is due."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, time, timedelta

from ocppj import Timer
from ocppref.station.time import StationClock

DAY = 86_400
_TINY = 1e-6  # seconds: timers may ring a little early


def until_next(now: float, start: float, interval: int) -> float:
    """Seconds from `now` to the next whole multiple of the interval after `start`."""
    count = math.floor((now - start + _TINY) / interval) + 1
    return max(0.0, start + count * interval - now)


def next_aligned(after: datetime, interval: int) -> datetime:
    """The next moment that is a whole number of intervals after midnight UTC.

    Each day begins at 00:00:00 anew, also where the interval is no part of a day.
    """
    midnight = datetime.combine(after.date(), time(), after.tzinfo)
    passed = (after - midnight) // timedelta(seconds=interval) + 1
    return midnight + timedelta(seconds=min(passed * interval, DAY))


class Alignment:
    """Calls at each whole number of intervals after midnight UTC."""

    __slots__ = ("_callback", "_clock", "_due", "_interval", "_timer")

    def __init__(self, clock: StationClock) -> None:
        self._clock = clock
        self._interval = 0
        self._due = clock.utc()
        self._callback: Callable[[], None] | None = None
        self._timer: Timer | None = None

    def arm(self, interval: int, callback: Callable[[], None]) -> None:
        """Call every `interval` seconds; never if that is 0. The same again changes nothing."""
        if interval == self._interval:
            return
        self.stop()
        self._callback = callback
        if interval:
            self._interval = interval
            self._wait(self._clock.utc())

    def stop(self) -> None:
        """Call no more."""
        self._interval = 0
        if self._timer is not None:
            self._timer.cancel()

    def _wait(self, after: datetime) -> None:
        self._due = next_aligned(after, self._interval)
        self._timer = self._clock.call_at(self._due, self._ring)

    def _ring(self) -> None:
        # The timer may be a little early: the same moment must not come twice.
        self._wait(max(self._due, self._clock.utc()))
        assert self._callback is not None
        self._callback()


class Repetition:
    """Calls at each whole number of intervals after a start, which is a time of the clock."""

    __slots__ = ("_callback", "_clock", "_interval", "_start", "_timer")

    def __init__(self, clock: StationClock, start: float) -> None:
        self._clock = clock
        self._start = start
        self._interval = 0
        self._callback: Callable[[], None] | None = None
        self._timer: Timer | None = None

    def arm(self, interval: int, callback: Callable[[], None]) -> None:
        """Call every `interval` seconds; never if that is 0."""
        self.stop()
        self._callback = callback
        self._interval = interval
        if interval:
            self._wait()

    def stop(self) -> None:
        """Call no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _wait(self) -> None:
        due = until_next(self._clock.now(), self._start, self._interval)
        self._timer = self._clock.call_later(due, self._ring)

    def _ring(self) -> None:
        self._wait()
        assert self._callback is not None
        self._callback()
