"""The time as a Charging Station has it: timers, and its own idea of the date."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ocppj import Clock, Timer


def machine_time() -> datetime:
    """The wall clock of this machine, in UTC."""
    return datetime.now(UTC)


class StationClock:
    """The clock of one power-on. It is an `ocppj.Clock` too.

    `clock` measures, `wall` tells the date as a clock on a battery would. `offset` is by how many
    seconds the station's own idea of the date is ahead of that, as the CSMS has set it. Once it is
    stopped nothing that was asked of it happens any more.
    """

    __slots__ = ("_alarms", "_clock", "_stopped", "_wall", "offset")

    def __init__(
        self,
        clock: Clock,
        wall: Callable[[], datetime] = machine_time,
        offset: float = 0.0,
    ) -> None:
        self._clock = clock
        self._wall = wall
        self._alarms: set[_Alarm] = set()
        self._stopped = False
        self.offset = offset

    def now(self) -> float:
        """Seconds, of a clock that only goes forward. Its zero means nothing."""
        return self._clock.now()

    def utc(self) -> datetime:
        """What the station takes for the date and time, in UTC and whole milliseconds."""
        told = self._wall() + timedelta(seconds=self.offset)
        return told.replace(microsecond=told.microsecond // 1000 * 1000)

    def set(self, utc: datetime) -> float:
        """Set the date and time; gives the seconds by which it moved, negative for backwards.

        What waits for a date (`call_at`) waits for it by the new time.
        """
        moved = (utc - self.utc()).total_seconds()
        self.offset += moved
        for alarm in tuple(self._alarms):
            if alarm.due is not None:
                alarm.arm(self._clock, self._until(alarm.due))
        return moved

    def call_later(self, delay: float, callback: Callable[[], object]) -> Timer:
        """Call `callback` once, in `delay` seconds."""
        return self._add(_Alarm(self._alarms, callback, None), delay)

    def call_at(self, when: datetime, callback: Callable[[], object]) -> Timer:
        """Call `callback` once, when it is `when`; soon if that is over."""
        return self._add(_Alarm(self._alarms, callback, when), self._until(when))

    async def sleep(self, seconds: float) -> None:
        """Wait so long. It never ends once the clock is stopped: whoever waits is cancelled."""
        woken = asyncio.Event()
        timer = self.call_later(seconds, woken.set)
        try:
            await woken.wait()
        finally:
            timer.cancel()

    async def sleep_until(self, when: datetime) -> None:
        """Wait until it is `when`, however the clock is set meanwhile. See `sleep`."""
        woken = asyncio.Event()
        timer = self.call_at(when, woken.set)
        try:
            await woken.wait()
        finally:
            timer.cancel()

    def stop(self) -> None:
        """Let nothing happen any more, now and later."""
        self._stopped = True
        for alarm in tuple(self._alarms):
            alarm.cancel()

    def _add(self, alarm: _Alarm, delay: float) -> Timer:
        if not self._stopped:
            self._alarms.add(alarm)
            alarm.arm(self._clock, delay)
        return alarm

    def _until(self, when: datetime) -> float:
        return max(0.0, (when - self.utc()).total_seconds())


class _Alarm:
    """Something that is to happen: the `Timer` that is given out."""

    __slots__ = ("_alarms", "_callback", "_timer", "due")

    def __init__(
        self, alarms: set[_Alarm], callback: Callable[[], object], due: datetime | None
    ) -> None:
        self._alarms = alarms
        self._callback = callback
        self._timer: Timer | None = None
        self.due = due

    def arm(self, clock: Clock, delay: float) -> None:
        """Set it, in place of what was set before."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = clock.call_later(delay, self._ring)

    def cancel(self) -> None:
        """See to it that it does not happen."""
        self._alarms.discard(self)
        if self._timer is not None:
            self._timer.cancel()

    def _ring(self) -> None:
        self._alarms.discard(self)
        self._callback()
