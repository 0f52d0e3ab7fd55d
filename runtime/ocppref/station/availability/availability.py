"""The status of each connector: what it is, who changes it, and when the CSMS hears of it (G)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from ocpp21 import (
    ChangeAvailabilityRequest,
    ChangeAvailabilityResponse,
    ChangeAvailabilityStatusEnumType,
    ConnectorStatusEnumType,
    EVSEType,
    OperationalStatusEnumType,
    StatusInfoType,
    StatusNotificationRequest,
)
from ocppref.station.availability import status
from ocppref.station.availability.reports import Notifier, Reports
from ocppref.station.device_model import variables
from ocppref.station.device_model.model import DeviceModel
from ocppref.station.hardware import Connector, ConnectorProblem, Hardware
from ocppref.station.link import Link, Online
from ocppref.station.operation import STATION, Level, OperationalStates
from ocppref.station.outbox import Outbox
from ocppref.station.registration import Registration
from ocppref.station.reservations import Reservations
from ocppref.station.time import StationClock

_Status = ConnectorStatusEnumType
_Change = ChangeAvailabilityStatusEnumType


class _Told(NamedTuple):
    """What the CSMS was told of a connector, and when."""

    status: ConnectorStatusEnumType
    at: float


class Availability:
    """Finds the status of each connector from the hardware, the states that were set, and the
    reservations; keeps the variables in step, and reports what changes while that is possible.
    """

    def __init__(
        self,
        *,
        hardware: Hardware,
        model: DeviceModel,
        clock: StationClock,
        states: OperationalStates,
        reservations: Reservations,
        events: Notifier,
        link: Link,
        registration: Registration,
        outbox: Outbox,
    ) -> None:
        self._hardware = hardware
        self._model = model
        self._states = states
        self._reservations = reservations
        self._clock = clock
        self._link = link
        self._registration = registration
        self._reports = Reports(model=model, clock=clock, events=events, outbox=outbox)
        self._statuses: dict[tuple[int, int], ConnectorStatusEnumType] = {}
        self._told: dict[tuple[int, int], _Told] = {}
        self._is_silent = False
        self._disconnect: list[Callable[[], None]] = []

    def start(self) -> None:
        """Follow what happens, and report it, from now on."""
        hardware = self._hardware
        self._disconnect = [
            hardware.plugged.connect(self._follow),
            hardware.unplugged.connect(self._follow),
            hardware.released.connect(self._follow),
            hardware.faulted.connect(self._follow),
            hardware.connector_problem.connect(self._lock_told),
        ]
        self._states.changed.connect(self._follow)
        self._reservations.changed.connect(self._follow)
        self._link.came_online.connect(self._came_online)
        self._link.went_offline.connect(lambda _: self._went_offline())
        self._registration.accepted.connect(lambda _: self.report_all())  # B01.FR.05
        for connector in self._connectors():
            self._write_lock(connector, connector.jammed)
        self._refresh()

    def close(self) -> None:
        """Follow nothing more."""
        for disconnect in self._disconnect:
            disconnect()

    # For other parts

    def connector_status(self, evse_id: int, connector_id: int) -> ConnectorStatusEnumType:
        """The status of a connector now."""
        evse = self._hardware.evses[evse_id]
        return status.of_connector(
            faulted=evse.fault is not None,
            usable=self._states.usable(evse_id, connector_id),
            reserved=self._reservations.is_reserved(evse_id),
            occupied=evse.connectors[connector_id].occupied,
        )

    def evse_status(self, evse_id: int) -> ConnectorStatusEnumType:
        """The status of an EVSE now."""
        evse = self._hardware.evses[evse_id]
        return status.of_evse([self.connector_status(evse_id, each) for each in evse.connectors])

    def operative(self, evse_id: int) -> bool:
        """Whether a transaction may begin or go on there: not Unavailable, and not Faulted."""
        return self.evse_status(evse_id) not in (_Status.UNAVAILABLE, _Status.FAULTED)

    def transaction_started(self, evse_id: int) -> None:
        """A transaction runs at the EVSE: what is set from now on waits for its end."""
        self._states.begin(evse_id)

    def transaction_ended(self, evse_id: int) -> None:
        """It has ended: what was set in the meantime takes effect (G03.FR.05)."""
        self._states.end(evse_id)

    def hold(self, reason: str, evse_ids: Iterable[int] | None = None) -> None:
        """Have these EVSEs, or all, Unavailable as soon as no transaction runs there."""
        self._states.hold(reason, evse_ids)

    def release(self, reason: str, evse_ids: Iterable[int] | None = None) -> None:
        """The reason to hold them is gone."""
        self._states.release(reason, evse_ids)

    # What the CSMS sets

    def change(self, request: ChangeAvailabilityRequest) -> ChangeAvailabilityResponse:
        """Set the state of the station, an EVSE or a connector (G03, G04)."""
        level = _level(request.evse)
        if reason := self._unknown(level):
            return ChangeAvailabilityResponse(
                status=_Change.REJECTED, status_info=StatusInfoType(reason_code=reason)
            )
        operative = request.operational_status is OperationalStatusEnumType.OPERATIVE
        waits = not operative and self._states.running(level)
        if self._states.is_operative(level) is not operative:
            self._states.set(level, operative)
        return ChangeAvailabilityResponse(status=_Change.SCHEDULED if waits else _Change.ACCEPTED)

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Report nothing in here: it is done by `report_changed`, after the answer."""
        self._is_silent = True
        try:
            yield
        finally:
            self._is_silent = False

    # Reports

    def report_all(self) -> None:
        """Tell the status of each connector."""
        self._told.clear()
        self.report_changed()

    def report_changed(self) -> None:
        """Tell the status of each connector that is another one than was told last."""
        if not self._link.ready:
            return
        for place, now in self._statuses.items():
            told = self._told.get(place)
            if told is None or told.status is not now:
                self._told[place] = _Told(now, self._clock.now())
                self._reports.tell_status(*place, now)

    def status_notification(self, evse_id: int, connector_id: int) -> StatusNotificationRequest:
        """What the CSMS may ask for by TriggerMessage."""
        now = self.connector_status(evse_id, connector_id)
        return self._reports.status_notification(evse_id, connector_id, now)

    def _came_online(self, online: Online) -> None:
        if not self._link.ready:
            return  # all is reported once the CSMS has accepted the station
        # B04.FR.01, B04.FR.02
        if online.after > self._model[variables.OFFLINE_THRESHOLD]:
            self.report_all()
        else:
            self.report_changed()

    def _went_offline(self) -> None:
        """What was told just now may not have reached the CSMS."""
        since = self._clock.now() - self._model[variables.DEFAULT_MESSAGE_TIMEOUT]
        self._told = {place: told for place, told in self._told.items() if told.at < since}

    def _follow(self, _: object) -> None:
        self._refresh()

    def _refresh(self) -> None:
        for evse_id, evse in self._hardware.evses.items():
            for connector_id in evse.connectors:
                now = self.connector_status(evse_id, connector_id)
                self._statuses[evse_id, connector_id] = now
        self._write_variables()
        if not self._is_silent:
            self.report_changed()

    def _write_variables(self) -> None:
        model, evses = self._model, self._hardware.evses
        for (evse_id, connector_id), now in self._statuses.items():
            handle = variables.CONNECTOR_AVAILABILITY_STATE.at(evse=evse_id, connector=connector_id)
            model.write(handle, now.value)
        for evse_id, evse in evses.items():
            handle = variables.EVSE_AVAILABILITY_STATE.at(evse=evse_id)
            model.write(handle, self.evse_status(evse_id).value)
            model.write(variables.EVSE_PROBLEM.at(evse=evse_id), evse.fault is not None)
        whole = status.of_station([self.evse_status(each) for each in evses])
        model.write(variables.STATION_AVAILABILITY_STATE, whole.value)
        self._write_problem()

    def _write_problem(self) -> None:
        faulted = any(evse.fault is not None for evse in self._hardware.evses.values())
        jammed = any(
            self._model[variables.RETENTION_LOCK_PROBLEM.at(evse=each.evse_id, connector=each.id)]
            for each in self._connectors()
        )
        self._model.write(variables.STATION_PROBLEM, faulted or jammed)

    def _lock_told(self, told: ConnectorProblem) -> None:
        connector, problem = told
        self._write_lock(connector, problem)
        self._write_problem()
        self._reports.tell_lock(connector.evse_id, connector.id, problem)

    def _write_lock(self, connector: Connector, problem: bool) -> None:
        at = variables.RETENTION_LOCK_PROBLEM.at(evse=connector.evse_id, connector=connector.id)
        self._model.write(at, problem)

    def _connectors(self) -> Iterator[Connector]:
        for evse in self._hardware.evses.values():
            yield from evse.connectors.values()

    def _unknown(self, level: Level) -> str | None:
        """The reason code for a level that is not there."""
        if level == STATION:
            return None
        evse = self._hardware.evses.get(level.evse_id)
        if evse is None:
            return "UnknownEvse"
        if level.connector_id and level.connector_id not in evse.connectors:
            return "UnknownConnectorId"
        return None


def _level(evse: EVSEType | None) -> Level:
    return STATION if evse is None else Level(evse.id, evse.connector_id or 0)
