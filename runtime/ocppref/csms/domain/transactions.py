"""What the TransactionEvents of one transaction come to.

A transaction is the fold of its events in the order of seqNo, whatever order they arrived in. The
first event that is known makes it: Started may come late, or never (E01, E12, E13).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from ocpp21 import (
    CostDetailsType,
    IdTokenType,
    ReasonEnumType,
    TransactionEventEnumType,
    TransactionEventRequest,
    TransactionLimitType,
    TriggerReasonEnumType,
)
from ocppref.csms.domain import sequence
from ocppref.csms.domain.energy import read_registers
from ocppref.csms.domain.sequence import Ranges

T = TypeVar("T")

_MOST_MISSING = 1000


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction as far as its events are known.

    `first_seq_no` and `last_seq_no` are those of Started and Ended, None as long as these have not
    come. `meter_start` and `meter_last` are energy registers in Wh. `given_up` says that nobody
    waits for what is missing any more. What an event leaves out, an earlier one may have said.
    """

    station: str
    transaction_id: str
    first_event_at: datetime
    last_event_at: datetime
    seen: Ranges = sequence.NOTHING
    first_seq_no: int | None = None
    last_seq_no: int | None = None
    given_up: bool = False
    evse_id: int | None = None
    connector_id: int | None = None
    id_token: IdTokenType | None = None
    stop_id_token: IdTokenType | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    meter_start: float | None = None
    meter_last: float | None = None
    stopped_reason: str | None = None
    remote_start_id: int | None = None
    reservation_id: int | None = None
    charging_state: str | None = None
    tariff_id: str | None = None
    transaction_limit: TransactionLimitType | None = None
    cost_details: CostDetailsType | None = None
    total_cost: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether it goes on, as far as is known."""
        return self.last_seq_no is None and not self.given_up

    @property
    def missing(self) -> list[int]:
        """The seqNos that have not come, of those that must have been sent; the first 1,000."""
        return sequence.missing(self.seen, self.first_seq_no, self.last_seq_no, _MOST_MISSING)

    @property
    def complete(self) -> bool:
        """Whether Started, Ended and all between have come. seqNo need not start at 0."""
        if self.first_seq_no is None or self.last_seq_no is None:
            return False
        return not sequence.missing(self.seen, self.first_seq_no, self.last_seq_no, 1)

    @property
    def energy(self) -> float | None:
        """Energy in Wh: registers are not reset for a transaction, so it is a difference."""
        if self.meter_start is None or self.meter_last is None:
            return None
        return round(self.meter_last - self.meter_start, 6)

    def knows(self, seq_no: int) -> bool:
        """Whether an event with that seqNo has come before: then this one is a duplicate."""
        return sequence.contains(self.seen, seq_no)

    def can_take(self, event: TransactionEventRequest) -> bool:
        """Whether the event comes after all that are known, and so can be folded in by itself."""
        top = sequence.highest(self.seen)
        return top is None or event.seq_no > top


def begin(station: str, event: TransactionEventRequest) -> Transaction:
    """The transaction of which this is the first event that is known."""
    empty = Transaction(
        station=station,
        transaction_id=event.transaction_info.transaction_id,
        first_event_at=event.timestamp,
        last_event_at=event.timestamp,
    )
    return fold(empty, event)


def rebuild(
    known: Transaction, station: str, events: Iterable[TransactionEventRequest]
) -> Transaction:
    """The fold over events in any order; what was decided about `known` stays."""
    first, *others = sorted(events, key=lambda event: event.seq_no)
    made = begin(station, first)
    for event in others:
        made = fold(made, event)
    return replace(made, given_up=known.given_up)


def fold(known: Transaction, event: TransactionEventRequest) -> Transaction:
    """With an event that comes after those that are known."""
    information = event.transaction_info
    made = replace(
        known,
        seen=sequence.add(known.seen, event.seq_no),
        last_event_at=event.timestamp,
        remote_start_id=_latest(information.remote_start_id, known.remote_start_id),
        reservation_id=_latest(event.reservation_id, known.reservation_id),
        charging_state=_latest(information.charging_state, known.charging_state),
        tariff_id=_latest(information.tariff_id, known.tariff_id),
        transaction_limit=_latest(information.transaction_limit, known.transaction_limit),
        cost_details=_latest(event.cost_details, known.cost_details),
    )
    if event.evse is not None:
        connector_id = _latest(event.evse.connector_id, known.connector_id)
        made = replace(made, evse_id=event.evse.id, connector_id=connector_id)
    return _with_phase(_with_registers(_with_token(made, event), event), event)


def _latest(said: T | None, known: T | None) -> T | None:
    """What is said once holds until something else is said: absent does not mean gone."""
    return known if said is None else said


def _with_token(known: Transaction, event: TransactionEventRequest) -> Transaction:
    if event.id_token is None:
        return known
    made = known if known.id_token is not None else replace(known, id_token=event.id_token)
    if event.trigger_reason is TriggerReasonEnumType.STOP_AUTHORIZED:
        return replace(made, stop_id_token=event.id_token)  # E07: another one, of the same group
    return made


def _with_registers(known: Transaction, event: TransactionEventRequest) -> Transaction:
    readings = read_registers(event.meter_value or ())
    if readings is None:
        return known
    start = readings.first if known.meter_start is None else known.meter_start
    return replace(known, meter_start=start, meter_last=readings.last)


def _with_phase(known: Transaction, event: TransactionEventRequest) -> Transaction:
    """With a begin or an end, if the event is one."""
    kind = event.event_type
    if kind is TransactionEventEnumType.STARTED and known.first_seq_no is None:
        return replace(known, first_seq_no=event.seq_no, started_at=event.timestamp)
    if kind is not TransactionEventEnumType.ENDED:
        return known
    return replace(
        known,
        last_seq_no=event.seq_no,
        ended_at=event.timestamp,
        # Absent means Local (Part 2, TransactionType).
        stopped_reason=event.transaction_info.stopped_reason or ReasonEnumType.LOCAL,
    )
