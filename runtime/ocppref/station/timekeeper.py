"""How a station's clock is set by what the CSMS says (B01.FR.06, G02.FR.06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ocppref.station.device_model import variables
from ocppref.station.device_model.model import DeviceModel
from ocppref.station.signals import Signal
from ocppref.station.time import StationClock

_TOLERANCE = 1.0  # seconds: many a CSMS tells whole seconds, and the answer was under way


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The clock was set. `seconds` is by how much, negative for backwards.

    It is `notable` if that is more than TimeAdjustmentReportingThreshold: a security event.
    """

    before: datetime
    after: datetime
    seconds: float
    notable: bool


class TimeKeeper:
    """Sets the clock where TimeSource says so. A difference below a second is left alone."""

    def __init__(self, *, clock: StationClock, model: DeviceModel) -> None:
        self.adjusted: Signal[Adjustment] = Signal()
        self._clock = clock
        self._model = model

    @property
    def uses_heartbeats(self) -> bool:
        """Whether the CSMS's time counts here."""
        return "Heartbeat" in self._model[variables.TIME_SOURCE]

    def take(self, utc: datetime) -> None:
        """The CSMS has told the time."""
        before = self._clock.utc()
        if not self.uses_heartbeats or abs((utc - before).total_seconds()) < _TOLERANCE:
            return
        moved = self._clock.set(utc)
        notable = abs(moved) > self._model[variables.TIME_ADJUSTMENT_REPORTING_THRESHOLD]
        self.adjusted.emit(Adjustment(before, self._clock.utc(), moved, notable))
