"""What can happen at an EVSE, and what a session makes of it."""

from __future__ import annotations

from collections.abc import Mapping

from ocpp21 import (
    ChargingStateEnumType,
    IdTokenType,
    MeterValueType,
    ReasonEnumType,
    TransactionEventEnumType,
    TriggerReasonEnumType,
)
from ocppref.station.transactions.effects import Effect
from ocppref.station.transactions.limits import TRIGGERS, Limit, Progress
from ocppref.station.transactions.machine import Machine
from ocppref.station.transactions.points import NOTHING, Held, Point
from ocppref.station.transactions.policy import Policy
from ocppref.station.transactions.record import NOTHING_MORE, Authorized, Hold, Once, Saved

_State = ChargingStateEnumType
_Trigger = TriggerReasonEnumType
_Reason = ReasonEnumType
_Type = TransactionEventEnumType
_AUTHORIZED: Held = frozenset({Point.AUTHORIZED})
_ENERGY: Held = frozenset({Point.ENERGY_TRANSFER})
# F04.FR.03, C16.FR.08: these stay the reason, even if it is the unplugging that ends it.
_LASTING = {_Reason.REMOTE, _Reason.MASTER_PASS}


class Session(Machine):
    """The machine of one EVSE with its inputs. Each returns what is to be done, in that order."""

    __slots__ = ()

    # The world.

    def arrive(self) -> list[Effect]:
        """The parking bay detector sees something."""
        before = self._held()
        self.is_present = True
        return self._settle(before, _Trigger.EV_DETECTED, is_news=self._minds_the_bay())

    def depart(self) -> list[Effect]:
        """The parking bay detector sees nothing any more."""
        before = self._held()
        self.is_present = False
        is_news = self._minds_the_bay()
        return self._settle(before, _Trigger.EV_DEPARTED, _Reason.EV_DISCONNECTED, is_news=is_news)

    def _minds_the_bay(self) -> bool:
        """Whether it is of interest who stands there: it is if transactions go by it."""
        policy = self._around.policy()
        return Point.PARKING_BAY_OCCUPANCY in policy.start_points | policy.stop_points

    def plug(self, connector_id: int) -> list[Effect]:
        """An EV is connected."""
        before = self._held()
        self.connector_id = connector_id
        self._cable_stays = False
        self._energy = _State.EV_CONNECTED
        return self._settle(before, _Trigger.CABLE_PLUGGED_IN)

    def unplug(
        self, *, cable_stays: bool = False, updated: TriggerReasonEnumType | None = None
    ) -> list[Effect]:
        """The EV is not connected any more; `cable_stays` if its cable still is, and locked.

        `updated` is the trigger of the event, if the transaction goes on.
        """
        policy, before, owner = self._around.policy(), self._held(), self._owner()
        self.connector_id = None
        self._cable_stays = cable_stays
        if self.transaction is not None:
            self.transaction.is_evse_reported = False
        if policy.stop_on_ev_side_disconnect or self.transaction is None:  # E09.FR.01
            self.authorized = None
        trigger, reason = _Trigger.EV_COMMUNICATION_LOST, _Reason.EV_DISCONNECTED
        effects = self._settle(before, trigger, reason, updated=updated, keeps_cable=True)
        if self.transaction is None:
            self._forget()
        return effects + self._let_go(owner, policy)

    def _let_go(self, owner: IdTokenType | None, policy: Policy) -> list[Effect]:
        """What becomes of the cable of an EV that is gone."""
        if not self._cable_stays:
            self.is_locked, self.keeper = False, None
        elif self.authorized is not None or self.keeper is not None:
            pass  # E10.FR.01, E05.FR.11: until the driver presents his token
        elif policy.unlock_on_ev_side_disconnect:
            return self._unlock()  # E09.FR.02
        else:
            self._keep(owner)  # E09.FR.03
        return []

    def take_cable(self) -> None:
        """The cable that was left behind is gone."""
        self._cable_stays = False
        self.is_locked, self.keeper = False, None

    def find_cable(self, keeper: IdTokenType | None, *, is_left: bool) -> None:
        """A lock was found closed at the power-on; `is_left` if the EV of its cable is gone."""
        self.is_locked, self.keeper = True, keeper
        self._cable_stays = is_left

    def flow(self, state: ChargingStateEnumType, phases: int | None = None) -> list[Effect]:
        """What the EVSE does now that it may offer energy: Charging, SuspendedEV, ..."""
        if not self.is_permitted:
            return []
        before = self._held()
        self._energy = state
        self._phases = phases
        is_ev = state is _State.SUSPENDED_EV
        reason = _Reason.STOPPED_BY_EV if is_ev else _Reason.OTHER
        return self._settle(before, _Trigger.CHARGING_STATE_CHANGED, reason, is_news=False)

    def begin(self) -> list[Effect]:
        """The EVSE can be used now: what would have begun when it could not begins."""
        if not self.is_late or self.transaction is not None:
            return []
        return self._settle(NOTHING, _Trigger.CABLE_PLUGGED_IN)

    def sign(self) -> list[Effect]:
        """The meter has given its first signed value."""
        before = self._held()
        self.is_signed = True
        return self._settle(before, _Trigger.SIGNED_DATA_RECEIVED, is_news=False)

    def fail(self, reason: ReasonEnumType) -> list[Effect]:
        """The EVSE has a fault: a transaction ends, an authorisation too."""
        self.is_blocked = True
        if self.transaction is None:
            self._forget()
            return [*self._finish([]), *self._unlock()]
        return self.end(_Trigger.ABNORMAL_CONDITION, reason)  # E06.FR.16

    # The driver and the CSMS.

    def authorize(
        self,
        token: IdTokenType,
        *,
        group: IdTokenType | None = None,
        languages: tuple[str, ...] = (),
        remote_start_id: int | None = None,
        reservation_id: int | None = None,
    ) -> list[Effect]:
        """The driver may charge. Nothing happens if somebody may already."""
        if self.authorized is not None:
            return []
        before = self._held()
        self.authorized = Authorized(token, group, languages)
        self.once = Once(token, remote_start_id, reservation_id)
        self.holds -= {Hold.INVALID, Hold.RESUMPTION}
        self._energy = _State.EV_CONNECTED
        self.keeper = None
        if self.transaction is not None:
            self.transaction.is_invalid = False
        return self._settle(before, _Trigger.AUTHORIZED)

    def renew(self) -> list[Effect]:
        """More is known of who is authorised; nobody has to be told."""
        return self._finish([])

    def stop(
        self,
        token: IdTokenType | None,
        trigger: TriggerReasonEnumType = _Trigger.STOP_AUTHORIZED,
        reason: ReasonEnumType = _Reason.LOCAL,
    ) -> list[Effect]:
        """The authorisation ends by the will of somebody, who may have shown a `token`."""
        before = self._held()
        self.authorized = None
        # E07.FR.02; without a transaction there is nobody to tell.
        self.once = Once(token) if self.transaction is not None else NOTHING_MORE
        if self.transaction is not None and reason in _LASTING:
            self.transaction.stopped_reason = reason
        effects = self._settle(before, trigger, reason, lost=_AUTHORIZED)
        return [*effects, *self._unlock()]  # E07.FR.07

    def invalidate(self, progress: Progress) -> list[Effect]:
        """The CSMS does not accept the token of this transaction (E05, C15)."""
        if self.transaction is None or self.authorized is None or self.transaction.is_invalid:
            return []
        if not self._around.policy().stop_on_invalid_id:
            self.transaction.is_invalid = True
            return self.advance(progress)
        before, owner = self._held(), self._owner()
        self.authorized = None
        # E05.FR.09, E05.FR.10
        trigger, reason = _Trigger.DEAUTHORIZED, _Reason.DE_AUTHORIZED
        effects = self._settle(before, trigger, reason, keeps_cable=True)
        self._keep(owner)  # E05.FR.11
        return effects

    def release(self) -> list[Effect]:
        """Its owner takes the cable that was kept for him."""
        return self._unlock()

    def expire(self) -> list[Effect]:
        """Nobody has plugged in within EVConnectionTimeOut."""
        if not self.awaits_ev:
            return []
        before = self._held()
        self.authorized = None
        if self.transaction is None:  # C01.FR.26
            self._forget()
            return self._finish([])
        had_ev = self.transaction.had_ev
        trigger = _Trigger.EV_COMMUNICATION_LOST if had_ev else _Trigger.EV_CONNECT_TIMEOUT
        reason = _Reason.EV_DISCONNECTED if had_ev else _Reason.TIMEOUT
        if self._ends_by_departure():
            return self._settle(before, trigger, reason)
        return self.end(trigger, reason)  # E03.FR.05, E10.FR.02

    def end(self, trigger: TriggerReasonEnumType, reason: ReasonEnumType) -> list[Effect]:
        """The transaction ends, wherever its stop points are."""
        if self.transaction is None:
            return []
        effects = self._finish([self._end(trigger, reason)])
        return [*effects, *self._unlock()]

    def report(
        self, trigger: TriggerReasonEnumType, meter_values: tuple[MeterValueType, ...] = ()
    ) -> list[Effect]:
        """Something is to be told of the transaction that changes nothing, such as readings."""
        if self.transaction is None:
            return []
        return [self._event(_Type.UPDATED, trigger, meter_values=meter_values)]

    # Limits.

    def limit(
        self, wanted: Mapping[Limit, float], progress: Progress, *, by_csms: bool
    ) -> list[Effect]:
        """New limits, of the driver or of the CSMS (E16)."""
        supported = self._around.policy().supported_limits
        taken = self.limits.take(wanted, supported, by_csms=by_csms)
        if self.transaction is None or not taken:
            return []
        event = self._event(_Type.UPDATED, _Trigger.LIMIT_SET, limits=taken)  # E16.FR.01, .03
        self.limits.release(progress)
        if not self.limits.reached:
            self.holds.discard(Hold.LIMIT)  # E16.FR.14
        return [event, *self.advance(progress)]

    def advance(self, progress: Progress) -> list[Effect]:
        """The transaction is so far: a limit may be reached, or MaxEnergyOnInvalidId."""
        if self.transaction is None:
            return []
        effects: list[Effect] = []
        for limit in self.limits.newly_reached(progress):
            effects += self._reach(limit)
        if self._may_go_on(progress):
            return [*effects, *self._finish([])]
        return [*effects, *self._hold_invalid()]

    def _reach(self, limit: Limit) -> list[Effect]:
        if self.transaction is None:
            return []
        before, by_csms = self._held(), limit in self.limits.ceilings
        self.holds.add(Hold.LIMIT)
        reason = _Reason.REMOTE if by_csms else _Reason.LOCAL  # who has set it has had it stopped
        return self._settle(before, TRIGGERS[limit], reason, lost=_ENERGY)  # E16.FR.05, E16.FR.06

    def _may_go_on(self, progress: Progress) -> bool:
        is_invalid = self.transaction is not None and self.transaction.is_invalid
        if not is_invalid or Hold.INVALID in self.holds:
            return True
        most = self._around.policy().max_energy_on_invalid_id
        return most is not None and progress.energy < most  # E05.FR.03

    def _hold_invalid(self) -> list[Effect]:
        before = self._held()
        self.holds.add(Hold.INVALID)
        # E05.FR.02
        trigger, reason = _Trigger.CHARGING_STATE_CHANGED, _Reason.DE_AUTHORIZED
        return self._settle(before, trigger, reason, is_news=False, lost=_ENERGY)

    # Resets and losses of power.

    def suspend(self) -> list[Effect]:
        """The EVSE is about to be reset; the transaction goes on afterwards (B13.FR.04)."""
        if self.transaction is None:
            return []
        events = [self._event(_Type.UPDATED, _Trigger.RESET_COMMAND)]
        self._is_asleep = True
        return [*self._finish(events), *self._unlock()]

    def restore(self, saved: Saved) -> None:
        """Be as before the power was lost. `resume` or `end` comes next."""
        self.transaction = saved.transaction
        self.connector_id = saved.transaction.connector_id
        self.authorized, self.once = saved.authorized, saved.once
        self.limits, self.holds = saved.limits, saved.holds
        self._is_asleep = True

    def resume(self, *, connected: bool, energy: bool) -> list[Effect]:
        """The transaction goes on (E17). `energy` is AllowEnergyTransferResumption.

        If energy flowed before, it is to be offered again by `energize`.
        """
        assert self.transaction is not None
        before = self.transaction.charging_state or _State.IDLE
        self._is_asleep = False
        if self.connector_id is not None and not connected:
            return self.unplug(updated=_Trigger.TX_RESUMED)  # E17.FR.16, E17.FR.17
        self._energy = before
        if before in (_State.CHARGING, _State.SUSPENDED_EV) and not energy:
            self.holds.add(Hold.RESUMPTION)  # E17.FR.12
        self.is_waiting = before is _State.CHARGING and energy  # E17.FR.18
        return self._finish([self._event(_Type.UPDATED, _Trigger.TX_RESUMED)])  # E17.FR.14

    def energize(self) -> list[Effect]:
        """The wait before energy is offered again is over."""
        self.is_waiting = False
        return self._finish([])
