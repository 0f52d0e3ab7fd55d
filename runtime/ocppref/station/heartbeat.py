"""Heartbeats (G02): a sign of life where nothing else is to say, and what time it is."""

from __future__ import annotations

from ocpp21 import HeartbeatRequest
from ocppj import Timer
from ocppref.station.device_model import variables
from ocppref.station.device_model.model import DeviceModel
from ocppref.station.link import Link, Online
from ocppref.station.registration import Registration
from ocppref.station.tasks import Tasks
from ocppref.station.time import StationClock
from ocppref.station.timekeeper import TimeKeeper

DAY = 24 * 3600.0
_SOON = 0.001  # seconds: as good as due


class Heartbeat:
    """Sends a Heartbeat after HeartbeatInterval seconds in which nothing else was sent."""

    def __init__(
        self,
        *,
        model: DeviceModel,
        clock: StationClock,
        tasks: Tasks,
        link: Link,
        registration: Registration,
        timekeeper: TimeKeeper,
    ) -> None:
        self._model = model
        self._clock = clock
        self._tasks = tasks
        self._link = link
        self._registration = registration
        self._timekeeper = timekeeper
        self._timer: Timer | None = None
        self._synchronised_at = clock.now()

    def start(self) -> None:
        """Begin once the CSMS has accepted the station."""
        self._registration.accepted.connect(self._accepted)
        self._link.came_online.connect(self._came_online)
        self._link.went_offline.connect(lambda _: self.close())
        self._model.on_set(variables.HEARTBEAT_INTERVAL, lambda _: self._arm())

    def close(self) -> None:
        """Send no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def send(self) -> None:
        """Send one now. Raises an `OCPPError`."""
        answer = await self._link.calls.heartbeat(HeartbeatRequest())
        self._synchronised_at = self._clock.now()
        self._timekeeper.take(answer.current_time)

    def _accepted(self, _: None) -> None:
        self._synchronised_at = self._clock.now()  # the answer to BootNotification told the time
        self._arm()

    def _came_online(self, _: Online) -> None:
        if self._registration.is_accepted:
            self._arm()

    def _arm(self) -> None:
        self.close()
        if self._link.online and self._registration.is_accepted:
            self._timer = self._clock.call_later(self._left(), self._ring)

    def _left(self) -> float:
        """Seconds until the next one is due."""
        # G02.FR.05: what else was sent is as good.
        left = self._model[variables.HEARTBEAT_INTERVAL] - self._link.silent_for()
        if self._timekeeper.uses_heartbeats:  # G02.FR.07: but only it tells the time
            left = min(left, self._synchronised_at + DAY - self._clock.now())
        return max(left, 0.0)

    def _ring(self) -> None:
        if self._left() > _SOON:  # something else was sent meanwhile
            self._arm()
            return
        self._tasks.spawn(self.send(), "Heartbeat")
        self._synchronised_at = self._clock.now()  # if it fails, the next one is not due at once
        interval = self._model[variables.HEARTBEAT_INTERVAL]
        self._timer = self._clock.call_later(interval, self._ring)
