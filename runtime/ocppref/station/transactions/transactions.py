"""The transactions of a station: what happens in the world and at the CSMS, and what follows."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from ocpp21 import (
    IdTokenInfoType,
    IdTokenType,
    MeterValueType,
    ReadingContextEnumType,
    ReasonEnumType,
    TransactionLimitType,
    TriggerReasonEnumType,
)
from ocppref.station.authorization import Authorization
from ocppref.station.authorization.decision import is_accepted, is_for, languages_of
from ocppref.station.authorization.tokens import is_same
from ocppref.station.availability import Availability
from ocppref.station.device_model import DeviceModel
from ocppref.station.hardware import Hardware
from ocppref.station.metering import Due, Metering
from ocppref.station.outbox import Answered, Outbox
from ocppref.station.registration import Registration
from ocppref.station.signals import Signal
from ocppref.station.store import Store
from ocppref.station.time import StationClock
from ocppref.station.transactions.desk import Desk
from ocppref.station.transactions.effects import Effect
from ocppref.station.transactions.ids import TransactionIds
from ocppref.station.transactions.ledger import Ledger
from ocppref.station.transactions.limits import from_type
from ocppref.station.transactions.machine import Surroundings
from ocppref.station.transactions.policy import read_policy
from ocppref.station.transactions.record import Authorized, Transaction
from ocppref.station.transactions.revival import Revival
from ocppref.station.transactions.senses import Senses
from ocppref.station.transactions.session import Session

_Trigger = TriggerReasonEnumType
_Reason = ReasonEnumType


class Transactions:
    """One session for each EVSE, and one more for a driver who has not chosen an EVSE yet.

    `started`, `placed` (its EVSE is known now), `changed` (charging state or authorisation) and
    `ended` are emitted in a transaction of the store.
    """

    def __init__(
        self,
        *,
        clock: StationClock,
        store: Store,
        model: DeviceModel,
        hardware: Hardware,
        outbox: Outbox,
        registration: Registration,
        authorization: Authorization,
        availability: Availability,
        metering: Metering,
        chance: random.Random,
    ) -> None:
        self._hardware = hardware
        self._outbox = outbox
        self._authorization = authorization
        self._metering = metering
        ledger = Ledger(
            clock=clock,
            store=store,
            model=model,
            hardware=hardware,
            outbox=outbox,
            metering=metering,
        )
        self._desk = _furnish(clock, store, model, hardware, ledger, chance)
        self._senses = Senses(
            model=model,
            hardware=hardware,
            registration=registration,
            availability=availability,
            metering=metering,
            desk=self._desk,
        )
        self._revival = Revival(
            clock=clock,
            model=model,
            hardware=hardware,
            registration=registration,
            metering=metering,
            desk=self._desk,
            ledger=ledger,
            chance=chance,
        )
        self.started: Signal[Transaction] = ledger.started
        self.placed: Signal[Transaction] = ledger.placed
        self.changed: Signal[Transaction] = ledger.changed
        self.ended: Signal[Transaction] = ledger.ended
        metering.due.connect(self._meter_due)
        outbox.answered.connect(self._answered)

    def start(self) -> None:
        """Go on with what a loss of power interrupted, and notice what happens from now on."""
        self._revival.start()
        self._senses.start()

    def close(self) -> None:
        """Notice nothing more. What was going on stays in the store."""
        self._senses.close()
        self._desk.close()

    # What is so

    def running(self, evse_id: int) -> Transaction | None:
        """The transaction at an EVSE."""
        return self._desk.sessions[evse_id].transaction

    def find(self, transaction_id: str) -> Transaction | None:
        """The transaction with that id, if it is going on."""
        session = self._desk.find(transaction_id)
        return None if session is None else session.transaction

    def all(self) -> list[Transaction]:
        """All that are going on."""
        found = (session.transaction for session in self._desk)
        return [transaction for transaction in found if transaction is not None]

    def messages_wait(self, transaction_id: str | None = None) -> bool:
        """Whether events of that transaction, or of any, are still to be delivered (E14)."""
        return self._outbox.pending(transaction_id) > 0

    def session(self, evse_id: int) -> Session:
        """What happens at an EVSE. For looking, not for touching."""
        return self._desk.sessions[evse_id]

    def sessions(self) -> Iterator[Session]:
        """All of them; that of a driver who has not chosen an EVSE yet comes last."""
        return iter(self._desk)

    def may_begin(self, evse_id: int | None) -> bool:
        """Whether an EVSE can be used now, or any at all for None."""
        return self._senses.may_begin(evse_id)

    def let_place(self, fits: Callable[[Session, int], bool]) -> None:
        """Ask `fits` whether who was authorised without an EVSE may take the one he plugs in at."""
        self._desk.fits = fits

    # What drivers and the CSMS do

    def authorize(
        self,
        evse_id: int | None,
        token: IdTokenType,
        info: IdTokenInfoType,
        *,
        remote_start_id: int | None = None,
        reservation_id: int | None = None,
    ) -> Transaction | None:
        """Let who holds `token` charge at an EVSE; at the one he plugs in at for None.

        Gives the transaction, if there is one now.
        """
        session = self._desk.session(evse_id)
        self._desk.apply(
            session,
            lambda: session.authorize(
                token,
                group=info.group_id_token,
                languages=languages_of(info),
                remote_start_id=remote_start_id,
                reservation_id=reservation_id,
            ),
        )
        self._senses.sign(session)
        return session.transaction

    def deauthorize(
        self,
        session: Session,
        token: IdTokenType | None = None,
        *,
        trigger: TriggerReasonEnumType = _Trigger.STOP_AUTHORIZED,
        reason: ReasonEnumType = _Reason.LOCAL,
    ) -> None:
        """End the authorisation of a session, by who has shown `token`."""
        self._desk.apply(session, lambda: session.stop(token, trigger, reason))

    def release(self, session: Session) -> None:
        """Give its owner the cable that was kept for him."""
        self._desk.apply(session, session.release)

    def unlock(self, evse_id: int, connector_id: int) -> bool | None:
        """Unlock a connector for the CSMS: whether that could be done (F05.FR.04 to .06).

        None if somebody is authorised there: then nothing is done (F05.FR.02).
        """
        session = self._desk.sessions[evse_id]
        evse = self._hardware.evses[evse_id]
        if session.authorized is not None and evse.connectors[connector_id].occupied:
            return None
        done = evse.unlock(connector_id)
        if done and not any(connector.locked for connector in evse.connectors.values()):
            session.is_locked, session.keeper = False, None
            self._desk.apply(session, lambda: [])
        return done

    def remote_stop(self, transaction_id: str) -> bool:
        """End the authorisation of a transaction for the CSMS; False if there is none (F03)."""
        session = self._desk.find(transaction_id)
        if session is None:
            return False
        self.deauthorize(session, trigger=_Trigger.REMOTE_STOP, reason=_Reason.REMOTE)
        return True

    def stop_by_ev(self, evse_id: int) -> None:
        """The EV has ended the session, by ISO 15118 for instance (E15)."""
        session = self._desk.sessions[evse_id]
        if session.transaction is not None and session.authorized is not None:
            self.deauthorize(session, reason=_Reason.STOPPED_BY_EV)

    def limit(self, evse_id: int, limit: TransactionLimitType) -> None:
        """Limit a transaction, or the next one, as the driver wants it (E16.FR.01)."""
        session = self._desk.sessions[evse_id]
        wanted = from_type(limit)
        self._desk.apply(
            session,
            lambda: session.limit(wanted, self._desk.progress(session), by_csms=False),
        )

    def cost(self, transaction_id: str, total: float) -> None:
        """What the CSMS says that a transaction costs so far (E16.FR.15)."""
        session = self._desk.find(transaction_id)
        if session is None or session.transaction is None:
            return
        session.transaction.cost = total
        self._desk.apply(session, lambda: session.advance(self._desk.progress(session)))

    def end(
        self, evse_id: int | None, trigger: TriggerReasonEnumType, reason: ReasonEnumType
    ) -> None:
        """End the transaction at an EVSE, or all for None, whatever TxStopPoint says."""
        for session in self._chosen(evse_id):
            self._apply(session, lambda session: session.end(trigger, reason))

    def meter(
        self,
        evse_id: int | None,
        meter_values: Sequence[MeterValueType],
        trigger: TriggerReasonEnumType,
    ) -> bool:
        """Tell readings of the transaction at an EVSE; False if there is none.

        Without readings the event tells only that the trigger was pulled. None is for a
        transaction that has no EVSE yet.
        """
        session = self._desk.session(evse_id)
        values = tuple(meter_values)
        self._desk.apply(session, lambda: session.report(trigger, values))
        return session.transaction is not None

    # Resets

    def suspend(self, evse_id: int | None = None) -> None:
        """Put transactions to sleep before a reset: that of an EVSE, or all (B13.FR.04)."""
        for session in self._chosen(evse_id):
            self._apply(session, lambda session: session.suspend())
            if session.evse_id is not None:
                self._metering.mark(session.evse_id, ReadingContextEnumType.INTERRUPTION_BEGIN)

    def resume(self, evse_id: int) -> None:
        """The EVSE was reset: what `suspend` put to sleep goes on (B13.FR.12)."""
        session = self._desk.sessions[evse_id]
        if session.transaction is not None:
            self._revival.resume(session)

    # What comes from other parts

    def _chosen(self, evse_id: int | None) -> list[Session]:
        return list(self._desk) if evse_id is None else [self._desk.sessions[evse_id]]

    def _apply(self, session: Session, act: Callable[[Session], list[Effect]]) -> None:
        self._desk.apply(session, lambda: act(session))

    def _meter_due(self, due: Due) -> None:
        self.meter(due.evse_id, due.meter_values, due.trigger)

    def _answered(self, answered: Answered) -> None:
        """What the CSMS has said about an event."""
        request, response = answered.request, answered.response
        token, info = request.id_token, response.id_token_info
        if token is not None and info is not None:
            self._authorization.note(token, info)  # C10.FR.05
        session = self._desk.find(request.transaction_info.transaction_id)
        if session is None:
            return
        if token is not None and info is not None:
            self._judge(session, token, info)
        if response.total_cost is not None:
            self.cost(request.transaction_info.transaction_id, response.total_cost)
        if response.transaction_limit is not None:
            wanted = from_type(response.transaction_limit)
            self._apply(
                session,
                lambda session: session.limit(wanted, self._desk.progress(session), by_csms=True),
            )

    def _judge(self, session: Session, token: IdTokenType, info: IdTokenInfoType) -> None:
        """The CSMS has said something of the token that a transaction was authorised with."""
        if session.authorized is None or not is_same(session.authorized.token, token):
            return
        if not is_accepted(info) or not is_for(info, session.evse_id):  # E05, C15
            self._apply(session, lambda session: session.invalidate(self._desk.progress(session)))
        else:
            known = session.authorized
            session.authorized = Authorized(
                known.token,
                info.group_id_token or known.group,
                languages_of(info) or known.languages,
            )
            if session.authorized != known:
                self._apply(session, lambda session: session.renew())


def _furnish(
    clock: StationClock,
    store: Store,
    model: DeviceModel,
    hardware: Hardware,
    ledger: Ledger,
    chance: random.Random,
) -> Desk:
    ids = TransactionIds(store, chance)
    around = Surroundings(lambda: read_policy(model), clock.utc, ids.new)
    return Desk(
        clock=clock, store=store, model=model, hardware=hardware, ledger=ledger, around=around
    )
