"""The sessions of a station, and how the consequences of an input are carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ocppj import Timer
from ocppref.station.device_model import DeviceModel, variables
from ocppref.station.hardware import Evse, Hardware
from ocppref.station.store import Store
from ocppref.station.time import StationClock
from ocppref.station.transactions.effects import Command, Effect
from ocppref.station.transactions.ledger import Ledger
from ocppref.station.transactions.limits import Progress
from ocppref.station.transactions.machine import Surroundings
from ocppref.station.transactions.session import Session
from ocppref.station.transactions.watch import measure, next_look

_SIGN_OF_LIFE = 60.0  # seconds, at most, between two times that a transaction is kept


class Desk:
    """Takes what a session has to say: events to the ledger, orders to the EVSE, timers to set."""

    def __init__(
        self,
        *,
        clock: StationClock,
        store: Store,
        model: DeviceModel,
        hardware: Hardware,
        ledger: Ledger,
        around: Surroundings,
    ) -> None:
        self.sessions = {evse_id: Session(evse_id, around) for evse_id in hardware.evses}
        self.placeless: Session | None = None
        """That of a driver of whom nobody knows yet which EVSE he will take."""
        self.fits: Callable[[Session, int], bool] = lambda session, evse_id: True
        """Whether such a driver may take that EVSE."""
        self._clock = clock
        self._store = store
        self._model = model
        self._hardware = hardware
        self._ledger = ledger
        self._around = around
        self._depth = 0
        self._touched: dict[Session, tuple[object, object]] = {}
        """What of it others were told last, by session."""
        self._timeouts: dict[Session, Timer] = {}
        self._looks: dict[Session, Timer] = {}
        self._sign: Timer | None = None

    def __iter__(self) -> Iterator[Session]:
        """All sessions."""
        yield from self.sessions.values()
        if self.placeless is not None:
            yield self.placeless

    def close(self) -> None:
        """Leave a last sign of life."""
        with self._store.transaction():
            for session in self:
                if session.transaction is not None:
                    self._ledger.keep(session)

    def session(self, evse_id: int | None) -> Session:
        """That of an EVSE; for None the one of who has not chosen one, made now if need be."""
        if evse_id is not None:
            return self.sessions[evse_id]
        if self.placeless is None:
            self.placeless = Session(None, self._around)
        return self.placeless

    def find(self, transaction_id: str) -> Session | None:
        """That of a transaction that is going on."""
        for session in self:
            if session.transaction is not None and session.transaction.id == transaction_id:
                return session
        return None

    def place(self, evse_id: int) -> Session:
        """Somebody plugs in at an EVSE: it may be who was authorised without one."""
        here, wanted = self.sessions[evse_id], self.placeless
        if wanted is None or not here.is_idle or not self.fits(wanted, evse_id):
            return here
        wanted.evse_id, wanted.is_present = evse_id, here.is_present
        self._cancel(self._timeouts, here)
        self.sessions[evse_id], self.placeless = wanted, None
        return wanted

    def place_transaction(self, session: Session) -> None:
        """Its EVSE is known now."""
        if session.transaction is not None:
            with self._store.transaction():
                self._ledger.place(session.transaction)

    def evse(self, session: Session) -> Evse | None:
        """The EVSE of a session, if it is known."""
        return None if session.evse_id is None else self._hardware.evses[session.evse_id]

    def progress(self, session: Session) -> Progress:
        """How far its transaction is."""
        if session.transaction is None:
            return Progress()
        lasted = (self._around.utc() - session.transaction.started_at).total_seconds()
        return measure(session.transaction, self.evse(session), lasted)

    def apply(self, session: Session, act: Callable[[], list[Effect]]) -> None:
        """Have a session act, and carry out what follows, in one transaction of the store."""
        with self._store.transaction():
            self._depth += 1
            try:
                self._act(session, act)
            finally:
                self._depth -= 1
            if not self._depth:
                self._settle()

    def look(self, session: Session) -> None:
        """Set the time for the next look at the limits: the power is another."""
        self._cancel(self._looks, session)
        if session.transaction is None:
            return
        progress, policy = self.progress(session), self._around.policy()
        wait = next_look(session, self.evse(session), progress, policy)
        if wait is not None:
            self._looks[session] = self._clock.call_later(wait, lambda: self._advance(session))

    def _act(self, session: Session, act: Callable[[], list[Effect]]) -> None:
        before = session.transaction
        self._touched.setdefault(session, _told(session))
        for effect in act():
            transaction = session.transaction or before
            if isinstance(effect, Command):
                self._order(session, effect)
            elif transaction is not None:
                self._ledger.tell(effect, transaction)

    def _order(self, session: Session, command: Command) -> None:
        evse = self.evse(session)
        if evse is None:
            return
        match command:
            case Command.PERMIT:
                evse.permit()  # a lock that fails is reported by itself (G05)
            case Command.FORBID:
                evse.forbid()
            case Command.LOCK:
                evse.lock()
            case Command.UNLOCK:
                evse.unlock()

    def _settle(self) -> None:
        touched, self._touched = self._touched, {}
        for session, told in touched.items():
            self._ledger.keep(session)
            if session.transaction is not None and _told(session) != told:
                self._ledger.changed.emit(session.transaction)
            self._await_ev(session)
            self.look(session)
        if self.placeless is not None and self.placeless.is_idle:
            self.placeless = None
        self._give_signs()

    def _await_ev(self, session: Session) -> None:
        if not session.awaits_ev:
            self._cancel(self._timeouts, session)
        elif session not in self._timeouts:
            timeout = self._model[variables.EV_CONNECTION_TIME_OUT]
            self._timeouts[session] = self._clock.call_later(timeout, lambda: self._expire(session))

    def _expire(self, session: Session) -> None:
        self._timeouts.pop(session, None)
        self.apply(session, session.expire)

    def _advance(self, session: Session) -> None:
        self._looks.pop(session, None)
        self.apply(session, lambda: session.advance(self.progress(session)))

    def _cancel(self, timers: dict[Session, Timer], session: Session) -> None:
        timer = timers.pop(session, None)
        if timer is not None:
            timer.cancel()

    # E17.FR.02: how long the power was away can only be told by the last sign of life before it.

    def _give_signs(self) -> None:
        timeout = self._model[variables.TX_RESUMPTION_TIMEOUT]
        running = [session for session in self if session.transaction is not None]
        if self._sign is not None or not running or timeout <= 0:
            return
        every = min(_SIGN_OF_LIFE, max(1.0, timeout / 4))
        self._sign = self._clock.call_later(every, lambda: self._give_sign(every))

    def _give_sign(self, every: float) -> None:
        self._sign = None
        with self._store.transaction():
            for session in self:
                transaction = session.transaction
                if transaction is not None and self._ledger.silent_for(transaction) >= every:
                    self._ledger.keep(session)
        self._give_signs()


def _told(session: Session) -> tuple[object, object]:
    return session.charging_state, session.authorized is not None
