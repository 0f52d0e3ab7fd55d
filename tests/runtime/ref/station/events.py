"""Transaction events to queue."""

from __future__ import annotations

from tests.runtime.ref.station.tester import virtual_date

from ocpp21 import (
    EventDataType,
    NotifyEventRequest,
    SecurityEventNotificationRequest,
    TransactionEventRequest,
)


def transaction_event(
    seq_no: int,
    kind: str = "Updated",
    trigger: str = "ChargingStateChanged",
    transaction: str = "T1",
    **more: object,
) -> TransactionEventRequest:
    """An event of a transaction."""
    return TransactionEventRequest.model_validate(
        {
            "event_type": kind,
            "timestamp": virtual_date(),
            "trigger_reason": trigger,
            "seq_no": seq_no,
            "transaction_info": {"transaction_id": transaction},
            **more,
        }
    )


def security_event(name: str = "StartupOfTheDevice") -> SecurityEventNotificationRequest:
    """A security event."""
    return SecurityEventNotificationRequest(type=name, timestamp=virtual_date())


def notify_event(severity: int | None = None, number: int = 1) -> NotifyEventRequest:
    """An event of the device model."""
    event = EventDataType.model_validate(
        {
            "event_id": number,
            "timestamp": virtual_date(),
            "trigger": "Alerting",
            "actual_value": "1",
            "component": {"name": "EVSE"},
            "variable": {"name": "Power"},
            "event_notification_type": "CustomMonitor",
            **({} if severity is None else {"severity": severity}),
        }
    )
    return NotifyEventRequest(generated_at=virtual_date(), seq_no=0, event_data=[event])
