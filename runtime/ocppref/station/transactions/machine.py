"""The state of a session, and how events and orders come out of its changes. No I/O.

A session is there as long as its EVSE. It knows whether there is an EV and who is authorised; in
between, from a start point to a stop point, there is a transaction. The same machine serves a
driver of whom nobody knows yet which EVSE he will take: its `evse_id` is None until then.

Energy is cut before the event that tells so, and offered after the event that tells who is
authorised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ocpp21 import (
    ChargingStateEnumType,
    EVSEType,
    IdTokenType,
    MeterValueType,
    ReasonEnumType,
    TransactionEventEnumType,
    TriggerReasonEnumType,
)
from ocppref.station.transactions.effects import Command, Effect, Event, Reading
from ocppref.station.transactions.limits import TRIGGERS, Limit, Limits
from ocppref.station.transactions.points import NOTHING, Held, Point, ends, starts
from ocppref.station.transactions.policy import Policy
from ocppref.station.transactions.record import (
    NOTHING_MORE,
    Authorized,
    Hold,
    Once,
    Saved,
    Transaction,
)

_State = ChargingStateEnumType
_Trigger = TriggerReasonEnumType
_Type = TransactionEventEnumType
# These are about the charging state, whether it has just changed or not.
_TELLING = {
    _Trigger.CHARGING_STATE_CHANGED,
    _Trigger.DEAUTHORIZED,
    _Trigger.TRIGGER,
    _Trigger.TX_RESUMED,
    *TRIGGERS.values(),
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a session asks for: the rules of now, the time, and an id for a new transaction."""

    policy: Callable[[], Policy]
    utc: Callable[[], datetime]
    new_id: Callable[[], str]


class Machine:
    """What a session is, without its inputs.

    `is_blocked` is an EVSE that cannot be used now: nothing begins there. `keeper` is who alone can
    get a cable that was left locked. `is_permitted` and `is_locked` are what the hardware was
    told last.
    """

    __slots__ = (
        "_around",
        "_cable_stays",
        "_energy",
        "_is_asleep",
        "_phases",
        "authorized",
        "connector_id",
        "evse_id",
        "holds",
        "is_blocked",
        "is_late",
        "is_locked",
        "is_permitted",
        "is_present",
        "is_signed",
        "is_waiting",
        "keeper",
        "limits",
        "once",
        "transaction",
    )

    def __init__(self, evse_id: int | None, around: Surroundings) -> None:
        self._around = around
        self._cable_stays = False
        self.evse_id = evse_id
        self.connector_id: int | None = None
        self.is_present = False
        self.is_blocked = False
        self.is_locked = False
        self.is_permitted = False
        self.keeper: IdTokenType | None = None
        self.transaction: Transaction | None = None
        self.authorized: Authorized | None = None
        self.once = NOTHING_MORE
        self.limits = Limits()
        self.holds: set[Hold] = set()
        self.is_signed = False
        self._is_asleep = False
        self.is_late = False
        self.is_waiting = False
        self._energy = _State.EV_CONNECTED
        self._phases: int | None = None

    @property
    def charging_state(self) -> ChargingStateEnumType:
        """The state as the CSMS is to know it."""
        if self.connector_id is None:
            return _State.IDLE
        if self.authorized is None:
            return _State.EV_CONNECTED
        return _State.SUSPENDED_EVSE if self.holds else self._energy

    @property
    def awaits_ev(self) -> bool:
        """Whether this is over if nobody plugs in within EVConnectionTimeOut."""
        if self.connector_id is not None or self._cable_stays:
            return False  # E10.FR.01: a locked cable waits for its owner
        if self.authorized is not None or self.transaction is None:
            return self.authorized is not None
        if self._ends_by_departure():
            return False
        return self.transaction.had_ev or self.transaction.token is not None

    @property
    def is_idle(self) -> bool:
        """Whether nothing goes on, but for an EV that may be there."""
        return self.transaction is None and self.authorized is None

    def save(self) -> Saved:
        """The transaction, and what else its session needs to go on."""
        assert self.transaction is not None
        return Saved(
            self.transaction,
            authorized=self.authorized,
            once=self.once,
            limits=self.limits,
            holds=self.holds,
            seen_at=self._around.utc(),
            resumes_always=self._is_asleep,
        )

    def _held(self) -> Held:
        held = {
            Point.PARKING_BAY_OCCUPANCY: self.is_present,
            Point.EV_CONNECTED: self.connector_id is not None,
            Point.AUTHORIZED: self.authorized is not None,
            Point.ENERGY_TRANSFER: self.charging_state is _State.CHARGING,
            Point.DATA_SIGNED: self.is_signed,
        }
        return frozenset(point for point, is_held in held.items() if is_held)

    def _ends_by_departure(self) -> bool:
        """E03.FR.15: it ends when the EV leaves the parking bay, not before."""
        return self.is_present and Point.PARKING_BAY_OCCUPANCY in self._around.policy().stop_points

    def _settle(
        self,
        before: Held,
        trigger: TriggerReasonEnumType,
        reason: ReasonEnumType = ReasonEnumType.OTHER,
        *,
        updated: TriggerReasonEnumType | None = None,
        lost: Held = NOTHING,
        is_news: bool = True,
        keeps_cable: bool = False,
    ) -> list[Effect]:
        """What follows from a change of what is held: a start, an end, an update or nothing.

        `updated` is the trigger if it is an update, `lost` what is over besides what can be seen.
        Without `is_news` there is an update only if the charging state is another.
        """
        after = self._held()
        if self.transaction is None:
            return self._finish(self._start_if_due(after, after - before, trigger))
        if ends(self._around.policy().stop_points, (before - after) | lost):
            effects = self._finish([self._end(trigger, reason)])
            return effects if keeps_cable else [*effects, *self._unlock()]  # E06.FR.10
        if is_news or self.charging_state is not self.transaction.charging_state:
            return self._finish([self._event(_Type.UPDATED, updated or trigger)])
        return self._finish([])

    def _start_if_due(self, held: Held, new: Held, trigger: TriggerReasonEnumType) -> list[Event]:
        # A point is an event, not a state: what was so when the last transaction ended does not
        # begin the next one.
        if not new or not starts(self._around.policy().start_points, held):
            return []
        self.is_late = self.is_blocked
        if self.is_blocked:
            return []
        now = self._around.utc()
        self.transaction = Transaction(self._around.new_id(), self.evse_id, now)
        limits = self.limits.values or None
        return [self._event(_Type.STARTED, trigger, limits=limits)]

    def _end(self, trigger: TriggerReasonEnumType, reason: ReasonEnumType) -> Event:
        assert self.transaction is not None
        reason = self.transaction.stopped_reason or reason
        if self.charging_state is _State.CHARGING:
            self.authorized = None  # the energy stops before its end is told
        event = self._event(_Type.ENDED, trigger, reason=reason)
        self.transaction.is_authorized = False
        self.transaction = None
        self._forget()
        return event

    def _event(
        self,
        kind: TransactionEventEnumType,
        trigger: TriggerReasonEnumType,
        *,
        reason: ReasonEnumType | None = None,
        limits: Mapping[Limit, float] | None = None,
        meter_values: tuple[MeterValueType, ...] = (),
    ) -> Event:
        transaction, once, state = self.transaction, self.once, self.charging_state
        assert transaction is not None
        self.once = NOTHING_MORE
        self._note(transaction, once)
        if once.remote_start_id is not None:
            trigger = _Trigger.REMOTE_START  # F01.FR.19, F02.FR.21
        is_told = state is not transaction.charging_state or trigger in _TELLING
        is_over = kind is _Type.ENDED
        self._count(transaction)
        event = Event(
            transaction_id=transaction.id,
            type=kind,
            trigger=trigger,
            seq_no=transaction.seq_no,
            charging_state=state if is_told or is_over else None,
            stopped_reason=reason,
            evse=self._evse_once(transaction),
            id_token=once.id_token,
            remote_start_id=once.remote_start_id,
            reservation_id=once.reservation_id,
            limits=dict(limits) if limits else None,
            phases=self._phases_once(transaction),
            time_spent_charging=int(transaction.charging_seconds) if is_over else None,
            reading=self._reading(transaction, kind),
            meter_values=meter_values,
        )
        transaction.charging_state = state
        transaction.seq_no += 1  # E01.FR.07
        return event

    def _note(self, transaction: Transaction, once: Once) -> None:
        """What others ask of a transaction."""
        transaction.remote_start_id = once.remote_start_id or transaction.remote_start_id
        transaction.reservation_id = once.reservation_id or transaction.reservation_id
        transaction.evse_id = self.evse_id
        transaction.connector_id = self.connector_id
        transaction.had_ev = transaction.had_ev or self.connector_id is not None
        transaction.is_authorized = self.authorized is not None
        if self.authorized is not None:
            transaction.token = self.authorized.token
            transaction.languages = self.authorized.languages

    def _count(self, transaction: Transaction) -> None:
        """Add up the time of charging."""
        now = self._around.utc()
        if transaction.charging_since is not None:
            elapsed = (now - transaction.charging_since).total_seconds()
            transaction.charging_seconds += max(0.0, elapsed)
        is_charging = self.charging_state is _State.CHARGING
        transaction.charging_since = now if is_charging else None

    def _evse_once(self, transaction: Transaction) -> EVSEType | None:
        # E01.FR.16
        if self.connector_id is None or self.evse_id is None or transaction.is_evse_reported:
            return None
        transaction.is_evse_reported = True
        return EVSEType(id=self.evse_id, connector_id=self.connector_id)

    def _phases_once(self, transaction: Transaction) -> int | None:
        # E02.FR.18, E02.FR.19
        is_charging = self.charging_state is _State.CHARGING
        if not is_charging or self._phases is None or self._phases == transaction.phases:
            return None
        transaction.phases = self._phases
        return self._phases

    def _reading(self, transaction: Transaction, kind: TransactionEventEnumType) -> Reading:
        if kind is _Type.ENDED:
            return Reading.END  # E06.FR.11
        is_due = kind is _Type.STARTED or self.charging_state is _State.CHARGING
        if transaction.is_begin_reported or self.evse_id is None or not is_due:
            return Reading.NONE
        transaction.is_begin_reported = True
        return Reading.BEGIN  # E01.FR.09, E01.FR.17

    def _finish(self, events: list[Event]) -> list[Effect]:
        """The events, between the orders that come before and after them."""
        if self.transaction is not None:
            self._note(self.transaction, NOTHING_MORE)
        is_ready = self.connector_id is not None and self.authorized is not None
        is_ready = is_ready and not self._is_asleep
        wants = is_ready and not self.holds and not self.is_waiting
        effects: list[Effect] = list(events)
        if is_ready and not self.is_locked:
            self.is_locked = True
            effects.append(Command.LOCK)
        if wants is not self.is_permitted:
            self.is_permitted = wants
            effects.insert(len(effects) if wants else 0, self._order(wants))
        return effects

    def _order(self, wants: bool) -> Command:
        if not wants and self.holds:
            self._energy = _State.SUSPENDED_EVSE
        return Command.PERMIT if wants else Command.FORBID

    def _unlock(self) -> list[Effect]:
        was_locked, self.is_locked, self.keeper = self.is_locked, False, None
        return [Command.UNLOCK] if was_locked else []

    def _keep(self, owner: IdTokenType | None) -> None:
        """Leave the cable locked for `owner`."""
        self.keeper = owner if self.is_locked else None

    def _owner(self) -> IdTokenType | None:
        return None if self.authorized is None else self.authorized.token

    def _forget(self) -> None:
        """Be as before anybody came; an EV may be connected all the same."""
        self.authorized = None
        self.once = NOTHING_MORE
        self.limits = Limits()
        self.holds = set()
        self.is_signed = False
        self._is_asleep = False
        self.is_waiting = False
        self._energy = _State.EV_CONNECTED
        self._phases = None
