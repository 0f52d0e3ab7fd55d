"""What a driver means who shows a token: to start, to stop, or to get his cable back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from ocpp21 import (
    AuthorizationStatusEnumType,
    IdTokenInfoType,
    IdTokenType,
    ReasonEnumType,
)
from ocppref.station.authorization import Authorization, Decision, is_same
from ocppref.station.authorization.decision import is_accepted, is_for
from ocppref.station.authorization.tokens import NOBODY
from ocppref.station.device_model import DeviceModel, variables
from ocppref.station.hardware import Connector, Hardware, Presented
from ocppref.station.registration import Registration
from ocppref.station.reservations import Reservations
from ocppref.station.store import Store
from ocppref.station.tasks import Tasks
from ocppref.station.transactions import Session, Transaction, Transactions

LOG = logging.getLogger("ocppref.station")

_ACCEPTED = IdTokenInfoType(status=AuthorizationStatusEnumType.ACCEPTED)


class Driver:
    """Decides what a token that is shown, or sent by the CSMS, does.

    A reader takes one token after the other. There is one at each EVSE, and one for the station.
    """

    def __init__(
        self,
        *,
        store: Store,
        model: DeviceModel,
        hardware: Hardware,
        tasks: Tasks,
        registration: Registration,
        authorization: Authorization,
        reservations: Reservations,
        transactions: Transactions,
    ) -> None:
        self._store = store
        self._model = model
        self._hardware = hardware
        self._tasks = tasks
        self._registration = registration
        self._authorization = authorization
        self._reservations = reservations
        self._transactions = transactions
        self._readers: dict[int | None, asyncio.Lock] = {}
        self._waiting: list[int] = []
        """EVSEs at which somebody has plugged in and not been authorised; the latest comes last."""
        self._disconnect: list[Callable[[], None]] = []

    def start(self) -> None:
        """Notice who comes."""
        self._disconnect = [
            self._hardware.presented.connect(self._presented),
            self._hardware.plugged.connect(self._plugged),
            self._hardware.unplugged.connect(self._unplugged),
        ]
        self._transactions.started.connect(self._started)
        self._transactions.ended.connect(self._ended)
        self._transactions.let_place(self._fits)
        self._registration.accepted.connect(lambda _: self._greet_all())
        plugged = [evse for evse in self._hardware.evses.values() if evse.plugged is not None]
        self._waiting = [evse.id for evse in plugged if not self._was_authorized(evse.id)]

    def close(self) -> None:
        """Notice nobody more."""
        for disconnect in self._disconnect:
            disconnect()

    # What is so

    def refusal(
        self, evse_id: int, token: IdTokenType, group: IdTokenType | None = None
    ) -> str | None:
        """Why a token may not start anything at an EVSE: a reason code of OCPP, or None."""
        session = self._transactions.session(evse_id)
        if not self._transactions.may_begin(evse_id):
            return "CSNotAccepted" if self._transactions.may_begin(None) is False else "Unspecified"
        if session.authorized is not None:
            return "TxInProgress"
        if session.keeper is not None and not is_same(session.keeper, token):
            return "TxInProgress"  # E05.FR.11: somebody else's cable is locked there
        transaction = session.transaction
        if transaction is not None and transaction.token is not None:
            if not is_same(transaction.token, token):
                return "TxInProgress"  # C01.FR.23
        if self._reservations.blocks(evse_id, token, group):
            return "InvalidIdToken"
        return None

    def choose(self, token: IdTokenType, group: IdTokenType | None = None) -> int | None:
        """The EVSE at which a token can start something; None if there is none.

        First comes one where the token has a transaction; then one where somebody waits, the latest
        before the others; then one that is reserved for the token; then the first that is free.
        """
        free = [each for each in self._hardware.evses if not self.refusal(each, token, group)]
        own = [each for each in free if self._is_of(each, token)]
        waiting = [each for each in reversed(self._waiting) if each in free]
        reserved = [each for each in free if self._reservations.is_reserved(each)]
        empty = [each for each in free if self._hardware.evses[each].plugged is None]
        return next(iter([*own, *waiting, *reserved, *empty]), None)

    def is_master(self, group: IdTokenType | None) -> bool:
        """Whether a group is that of the Master Pass (C16)."""
        master = self._model[variables.MASTER_PASS_GROUP_ID].casefold()
        return group is not None and bool(master) and group.id_token.casefold() == master

    # What is done

    def admit(
        self,
        evse_id: int | None,
        token: IdTokenType,
        info: IdTokenInfoType,
        remote_start_id: int | None = None,
    ) -> None:
        """Let who is authorised charge, and use what he has reserved (H03)."""
        group = info.group_id_token
        with self._store.transaction():
            reservation = self._reservations.match(evse_id, token, group)
            transaction = self._transactions.authorize(
                evse_id,
                token,
                info,
                remote_start_id=remote_start_id,
                reservation_id=None if reservation is None else reservation.id,
            )
            if reservation is not None:
                started = None if transaction is None else transaction.id
                self._reservations.consume(reservation.id, started)
        if evse_id in self._waiting:
            self._waiting.remove(evse_id)

    async def present(self, token: IdTokenType, evse_id: int | None = None) -> None:
        """A token is shown at the reader of an EVSE, or at that of the station for None."""
        evse_id = self._reader_of(evse_id)
        async with self._readers.setdefault(evse_id, asyncio.Lock()):
            await self._use(token, evse_id)

    def _presented(self, presented: Presented) -> None:
        token, evse_id = presented.id_token, self._reader_of(presented.evse_id)
        reader = self._readers.get(evse_id)
        own = None if reader is not None and reader.locked() else self._own(token, evse_id)
        if own is not None:
            self._give_back(own, token)  # at once: there is nothing to ask
        else:
            self._tasks.spawn(self.present(token, evse_id), "token")

    def _reader_of(self, evse_id: int | None) -> int | None:
        """With one EVSE only, the reader of the station is that of the EVSE."""
        evses = self._hardware.evses
        return next(iter(evses)) if evse_id is None and len(evses) == 1 else evse_id

    async def _use(self, token: IdTokenType, evse_id: int | None) -> None:
        if own := self._own(token, evse_id):
            self._give_back(own, token)
        elif evse_id is not None:
            session = self._transactions.session(evse_id)
            await (
                self._stop(token, [session]) if session.authorized else self._start(token, evse_id)
            )
        elif (chosen := self._choose_plugged(token)) is not None:
            await self._start(token, chosen)
        else:
            await self._use_anywhere(token)

    def _choose_plugged(self, token: IdTokenType) -> int | None:
        chosen = self.choose(token)
        is_plugged = chosen is not None and self._hardware.evses[chosen].plugged is not None
        return chosen if is_plugged else None

    def _is_of(self, evse_id: int, token: IdTokenType) -> bool:
        transaction = self._transactions.running(evse_id)
        return transaction is not None and is_same(transaction.token, token)

    def _own(self, token: IdTokenType, evse_id: int | None) -> Session | None:
        """Where somebody charges with that token, or left his cable (C01.FR.03, E05.FR.11)."""
        for session in self._transactions.sessions():
            is_here = evse_id in (None, session.evse_id)
            holder = session.keeper if session.authorized is None else session.authorized.token
            if is_here and is_same(holder, token):
                return session
        return None

    def _give_back(self, session: Session, token: IdTokenType) -> None:
        if session.authorized is not None:
            self._transactions.deauthorize(session, token)  # E07.FR.01, E07.FR.02
        else:
            self._transactions.release(session)

    # To start

    async def _start(self, token: IdTokenType, evse_id: int | None) -> None:
        if not self._could_start(token, evse_id):
            return
        decision = await self._authorization.authorize(token, evse_id)
        if decision.accepted:
            self._begin(token, evse_id, decision)

    def _could_start(self, token: IdTokenType, evse_id: int | None) -> bool:
        """Whether it makes sense to ask. A reservation may be for a group that is not known yet."""
        if not self._transactions.may_begin(evse_id):
            LOG.info("EVSE %s cannot be used now", evse_id)
            return False
        if evse_id is None:
            return True
        if self.refusal(evse_id, token) == "TxInProgress":
            LOG.info("EVSE %s is in use", evse_id)
            return False
        return True

    def _begin(self, token: IdTokenType, evse_id: int | None, decision: Decision) -> None:
        if self.is_master(decision.group):  # C12.FR.09, C16.FR.03
            self._stop_all(token)
            return
        # The world may be another than before the CSMS was asked.
        refused = self._refuses_any(token, decision) if evse_id is None else None
        if evse_id is not None:
            refused = self.refusal(evse_id, token, decision.group)
        if refused is not None:
            LOG.info("EVSE %s is not for that token: %s", evse_id, refused)
        else:
            self.admit(evse_id, token, decision.info)

    def _refuses_any(self, token: IdTokenType, decision: Decision) -> str | None:
        """Why nobody can be let in who has yet to choose an EVSE."""
        placeless = [each for each in self._transactions.sessions() if each.evse_id is None]
        chosen = self.choose(token, decision.group)
        return "TxInProgress" if placeless or chosen is None else None

    # To stop

    async def _stop(self, token: IdTokenType, sessions: list[Session]) -> None:
        """Somebody else's token, while these charge."""
        info = self._authorization.known(token)
        if info is None or not is_accepted(info) or not self._stops(token, info, sessions):
            decision = await self._authorization.authorize(token)  # C09.FR.05
            if decision.accepted:  # C09.FR.11
                self._stops(token, decision.info, sessions)

    def _stops(self, token: IdTokenType, info: IdTokenInfoType, sessions: list[Session]) -> bool:
        """Stop what an accepted token may stop: its group's, or all of them."""
        if self.is_master(info.group_id_token):
            self._stop_all(token)
            return True
        everybody = not self._model[variables.AUTH_ENABLED]
        for session in sessions:
            holder = session.authorized
            if holder is None:
                continue
            if everybody or is_same(holder.group, info.group_id_token):  # C09.FR.03, C09.FR.07
                self._transactions.deauthorize(session, token)
                return True
        return False

    def _stop_all(self, token: IdTokenType) -> None:
        """C16.FR.02, C16.FR.08: there is no display to choose one of them."""
        for session in list(self._transactions.sessions()):
            if session.transaction is not None or session.authorized is not None:
                self._transactions.deauthorize(session, token, reason=ReasonEnumType.MASTER_PASS)
            elif session.keeper is not None:
                self._transactions.release(session)

    async def _use_anywhere(self, token: IdTokenType) -> None:
        """At the station's own reader, where nobody waits who has plugged in."""
        charging = [each for each in self._transactions.sessions() if each.authorized is not None]
        info = self._authorization.known(token)
        if info is not None and is_accepted(info) and self._stops(token, info, charging):
            return
        if not self._transactions.may_begin(None):
            return
        decision = await self._authorization.authorize(token)
        if decision.accepted and not self._stops(token, decision.info, charging):
            self._begin(token, None, decision)

    # Cables

    def _plugged(self, connector: Connector) -> None:
        if not self._was_authorized(connector.evse_id):
            self._waiting.append(connector.evse_id)
            self._greet(connector.evse_id)

    def _unplugged(self, connector: Connector) -> None:
        if connector.evse_id in self._waiting:
            self._waiting.remove(connector.evse_id)

    def _was_authorized(self, evse_id: int) -> bool:
        session = self._transactions.session(evse_id)
        transaction = session.transaction
        had_token = transaction is not None and transaction.token is not None
        return session.authorized is not None or had_token

    def _greet(self, evse_id: int) -> None:
        """Without authorisation, who plugs in may charge (AuthCtrlr.Enabled)."""
        if self._model[variables.AUTH_ENABLED] or self.refusal(evse_id, NOBODY) is not None:
            return
        self.admit(evse_id, NOBODY, _ACCEPTED)

    def _greet_all(self) -> None:
        for evse_id in tuple(self._waiting):
            self._greet(evse_id)

    def _fits(self, session: Session, evse_id: int) -> bool:
        """Whether who was authorised without an EVSE may take that one."""
        holder = session.authorized
        if holder is None:
            return True
        info = self._authorization.known(holder.token)
        is_allowed = info is None or is_for(info, evse_id)  # C01.FR.21
        return is_allowed and not self._reservations.blocks(evse_id, holder.token, holder.group)

    def _ended(self, transaction: Transaction) -> None:
        evse_id = transaction.evse_id
        if evse_id is not None and self._hardware.evses[evse_id].plugged is not None:
            self._waiting.append(evse_id)

    def _started(self, transaction: Transaction) -> None:
        if transaction.reservation_id is not None:
            self._reservations.consume(transaction.reservation_id, transaction.id)
