"""What metering knows of a running transaction."""

from __future__ import annotations

from ocpp21 import MeterValueType
from ocppref.station.metering.schedule import Repetition
from ocppref.station.metering.series import Series
from ocppref.station.store import Store
from ocppref.station.time import StationClock

_SAMPLED = "meter.sampled"
_ALIGNED = "meter.aligned"


class Run:
    """The samples of one transaction at an EVSE: those that are kept, and when others are due."""

    __slots__ = ("aligned", "ended", "evse_id", "sampled", "updated")

    def __init__(self, evse_id: int, start: float, store: Store, clock: StationClock) -> None:
        self.evse_id = evse_id
        self.sampled = Series(_SAMPLED, evse_id, store)
        self.aligned = Series(_ALIGNED, evse_id, store)
        self.updated = Repetition(clock, start)
        """For events in the course of the transaction."""
        self.ended = Repetition(clock, start)
        """For the event at its end."""

    def load(self) -> None:
        """Take up what was kept before this power-on."""
        self.sampled.load()
        self.aligned.load()

    def take(self) -> list[MeterValueType]:
        """All that was kept, by time; none is kept any more."""
        values = [*self.sampled.take(), *self.aligned.take()]
        return sorted(values, key=lambda value: value.timestamp)

    def stop(self) -> None:
        """Take no more samples."""
        self.updated.stop()
        self.ended.stop()
