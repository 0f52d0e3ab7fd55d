"""What a session has done with an input: events to report, and orders to the hardware."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from ocpp21 import (
    ChargingStateEnumType,
    EVSEType,
    IdTokenType,
    MeterValueType,
    ReasonEnumType,
    TransactionEventEnumType,
    TriggerReasonEnumType,
)
from ocppref.station.transactions.limits import Limit


class Command(Enum):
    """An order to the EVSE of the session."""

    PERMIT = "permit"
    FORBID = "forbid"
    LOCK = "lock"
    UNLOCK = "unlock"


class Reading(Enum):
    """Which meter values go into an event."""

    NONE = "none"
    BEGIN = "begin"
    END = "end"


@dataclass(frozen=True, slots=True)
class Event:
    """A TransactionEvent that is to be sent, still without its time and its readings."""

    transaction_id: str
    type: TransactionEventEnumType
    trigger: TriggerReasonEnumType
    seq_no: int
    charging_state: ChargingStateEnumType | None = None
    stopped_reason: ReasonEnumType | None = None
    evse: EVSEType | None = None
    id_token: IdTokenType | None = None
    remote_start_id: int | None = None
    reservation_id: int | None = None
    limits: Mapping[Limit, float] | None = None
    phases: int | None = None
    time_spent_charging: int | None = None
    reading: Reading = Reading.NONE
    meter_values: tuple[MeterValueType, ...] = ()


Effect: TypeAlias = Command | Event
