"""From an event of a session to the message that tells it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ocpp21 import MeterValueType, TransactionEventRequest, TransactionType
from ocppref.station.transactions.effects import Event
from ocppref.station.transactions.limits import to_type


def to_request(
    event: Event, timestamp: datetime, readings: Sequence[MeterValueType]
) -> TransactionEventRequest:
    """The message. `readings` come besides those of the event."""
    values = [*event.meter_values, *readings]
    return TransactionEventRequest(
        event_type=event.type,
        timestamp=timestamp,
        trigger_reason=event.trigger,
        seq_no=event.seq_no,
        meter_value=values or None,
        evse=event.evse,
        id_token=event.id_token,
        reservation_id=event.reservation_id,
        number_of_phases_used=event.phases,
        transaction_info=TransactionType(
            transaction_id=event.transaction_id,
            charging_state=event.charging_state,
            stopped_reason=event.stopped_reason,
            remote_start_id=event.remote_start_id,
            time_spent_charging=event.time_spent_charging,
            transaction_limit=None if event.limits is None else to_type(event.limits),
        ),
    )
