"""One monitor at work: what it goes by, what it remembers, and when it is due again."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from ocpp21 import MonitorEnumType
from ocppj import Timer
from ocppref.station.monitoring.evaluation import NOTHING, Memory, Rule
from ocppref.station.monitoring.monitor import Monitor

_DAY = 86_400.0
_TINY = 1e-6  # seconds: timers may ring a little early


@dataclass(eq=False, slots=True)
class Sight:
    """A monitor that is in use.

    It is `fresh` until the value was first looked at. While it is not `awake` it sees nothing.
    """

    monitor: Monitor
    rule: Rule
    memory: Memory = NOTHING
    fresh: bool = False
    awake: bool = False
    timer: Timer | None = None
    due: datetime | None = None

    def stop(self) -> None:
        """Tell nothing at fixed times any more."""
        self.due = None
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    @property
    def is_aligned(self) -> bool:
        """Whether it goes by the time of the day."""
        return self.monitor.type is MonitorEnumType.PERIODIC_CLOCK_ALIGNED


def next_aligned(after: datetime, seconds: float) -> datetime:
    """The next moment that is a whole multiple of so many seconds after midnight UTC (N08.FR.07).

    Each day begins at 00:00:00 anew.
    """
    midnight = datetime.combine(after.date(), time(), after.tzinfo)
    passed = (after - midnight).total_seconds()
    count = math.floor((passed + _TINY) / seconds) + 1
    return midnight + timedelta(seconds=min(count * seconds, _DAY))
