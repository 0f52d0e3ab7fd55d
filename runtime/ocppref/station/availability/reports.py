"""How the CSMS is told of a connector's status, and of its lock."""

from __future__ import annotations

from typing import Protocol

from ocpp21 import (
    ComponentType,
    ConnectorStatusEnumType,
    EventNotificationEnumType,
    EventTriggerEnumType,
    StatusNotificationRequest,
    VariableType,
)
from ocppref.station.device_model import variables
from ocppref.station.device_model.keys import VariableKey
from ocppref.station.device_model.model import DeviceModel
from ocppref.station.outbox import Outbox
from ocppref.station.time import StationClock

INFORMATIONAL = 8
"""The severity of a status."""
ERROR = 4
"""The severity of a lock that fails."""


class Notifier(Protocol):
    """What sends NotifyEvents."""

    def notify(
        self,
        component: ComponentType,
        variable: VariableType,
        *,
        actual_value: str,
        trigger: EventTriggerEnumType,
        notification_type: EventNotificationEnumType,
        severity: int,
    ) -> object:
        """Send an event, or keep it until it can be sent."""
        ...


class Reports:
    """Tells by NotifyEvent, or by StatusNotification if that is wanted (G01)."""

    __slots__ = ("_clock", "_events", "_model", "_outbox")

    def __init__(
        self, *, model: DeviceModel, clock: StationClock, events: Notifier, outbox: Outbox
    ) -> None:
        self._model = model
        self._clock = clock
        self._events = events
        self._outbox = outbox

    def tell_status(self, evse_id: int, connector_id: int, status: ConnectorStatusEnumType) -> None:
        """Tell the status of a connector."""
        if self._model[variables.STATUS_NOTIFICATION_ENABLED]:
            self._outbox.post(self.status_notification(evse_id, connector_id, status))
            return
        handle = variables.CONNECTOR_AVAILABILITY_STATE.at(evse=evse_id, connector=connector_id)
        self._notify(handle.key, status.value, EventTriggerEnumType.DELTA, INFORMATIONAL)

    def status_notification(
        self, evse_id: int, connector_id: int, status: ConnectorStatusEnumType
    ) -> StatusNotificationRequest:
        """The same as the old message."""
        return StatusNotificationRequest(
            timestamp=self._clock.utc(),
            connector_status=status,
            evse_id=evse_id,
            connector_id=connector_id,
        )

    def tell_lock(self, evse_id: int, connector_id: int, problem: bool) -> None:
        """Tell that a lock fails, or works again (G05.FR.02)."""
        handle = variables.RETENTION_LOCK_PROBLEM.at(evse=evse_id, connector=connector_id)
        text = handle.format(problem)
        self._notify(handle.key, text, EventTriggerEnumType.ALERTING, ERROR)

    def _notify(
        self, key: VariableKey, value: str, trigger: EventTriggerEnumType, severity: int
    ) -> None:
        self._events.notify(
            key.place.component_type(),
            key.variable_type(),
            actual_value=value,
            trigger=trigger,
            notification_type=EventNotificationEnumType.HARD_WIRED_NOTIFICATION,
            severity=severity,
        )
