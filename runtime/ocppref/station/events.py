"""What the CSMS is told by NotifyEvent (N07, N08): one number for each event, ever."""

from __future__ import annotations

from typing import Protocol

from ocpp21 import (
    ComponentType,
    EventDataType,
    EventNotificationEnumType,
    EventTriggerEnumType,
    NotifyEventRequest,
    VariableType,
)
from ocppref.station.store import Store
from ocppref.station.time import StationClock

_KIND, _KEY = "events", "next"
_RESERVED = 1000
"""So many numbers are taken from the store at once: they are not written for each event."""


class Poster(Protocol):
    """Takes what is to be sent, or to be kept until it can be."""

    def post(self, message: NotifyEventRequest, /) -> object: ...


class Events:
    """Tells the CSMS of events, each in a message of its own, the first with seqNo 0 (N07.FR.02).

    What happens offline is kept according to OfflineQueuingSeverity; that is up to the outbox.
    """

    def __init__(self, *, store: Store, clock: StationClock, outbox: Poster) -> None:
        self._store = store
        self._clock = clock
        self._outbox = outbox
        self._next = self._reserved = int(store.load(_KIND).get(_KEY, "1"))

    def notify(
        self,
        component: ComponentType,
        variable: VariableType,
        *,
        actual_value: str,
        trigger: EventTriggerEnumType,
        notification_type: EventNotificationEnumType,
        severity: int,
        monitoring_id: int | None = None,
        cleared: bool | None = None,
        transaction_id: str | None = None,
        cause: int | None = None,
        tech_code: str | None = None,
        tech_info: str | None = None,
    ) -> int:
        """Send an event, or keep it until it can be sent; gives its eventId."""
        now = self._clock.utc()
        event = EventDataType(
            event_id=self._new_id(),
            timestamp=now,
            trigger=trigger,
            actual_value=actual_value,
            event_notification_type=notification_type,
            component=component,
            variable=variable,
            variable_monitoring_id=monitoring_id,
            severity=severity,
            cleared=cleared,
            transaction_id=transaction_id,
            cause=cause,
            tech_code=tech_code,
            tech_info=tech_info,
        )
        self._outbox.post(NotifyEventRequest(generated_at=now, seq_no=0, event_data=[event]))
        return event.event_id

    def _new_id(self) -> int:
        if self._next == self._reserved:
            self._reserved += _RESERVED
            self._store.put(_KIND, _KEY, str(self._reserved))
        given, self._next = self._next, self._next + 1
        return given
