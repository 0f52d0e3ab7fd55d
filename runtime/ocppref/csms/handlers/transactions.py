"""Functional block E: Transactions."""

from __future__ import annotations

from datetime import datetime

from ocpp21 import (
    CsmsCalls,
    CsmsTransactionsHandler,
    TransactionEventEnumType,
    TransactionEventRequest,
    TransactionEventResponse,
)
from ocppj import CallContext
from ocppref.csms.domain.transactions import Transaction
from ocppref.csms.handlers.block import Block
from ocppref.csms.ledger import Recorded
from ocppref.csms.live import LiveEvent
from ocppref.csms.storage import Connection, holdings, reservations
from ocppref.csms.storage.holdings import Kind


class Transactions(Block, CsmsTransactionsHandler):
    """Every event is answered with a CALLRESULT, whatever it says, once it is durable.

    A refusal would only make the station send it again (E13).
    """

    async def on_transaction_event(
        self, request: TransactionEventRequest, context: CallContext[CsmsCalls]
    ) -> TransactionEventResponse:
        """E01 to E17, J02."""
        recorded = await self.parts.ledger.record(self.identity(context), request)
        if not recorded.is_duplicate:
            await self._follow(recorded, request, context)
        return await self._answer(recorded.transaction, request)

    async def _follow(
        self,
        recorded: Recorded,
        request: TransactionEventRequest,
        context: CallContext[CsmsCalls],
    ) -> None:
        """What else an event brings about."""
        transaction = recorded.transaction
        remote_start_id = request.transaction_info.remote_start_id
        if remote_start_id is not None:
            of, number = transaction.station, transaction.transaction_id
            self.parts.starts.note(of, remote_start_id, number)
        if request.event_type is TransactionEventEnumType.ENDED:
            await self.write(context, lambda c, station, _: _end_profiles(c, station, transaction))
        reservation_id = request.reservation_id
        if reservation_id is not None:  # H03: it is used up now

            def end(connection: Connection, station: str, now: datetime) -> None:
                reservations.end(connection, station, reservation_id, reservations.USED, now)

            await self.write(context, end)
        if transaction.last_seq_no is not None and not transaction.complete:
            context.after_answer(lambda: self._ask_for_gaps(transaction))
        if self.parts.live.is_watched:
            self.parts.live.publish(_event(transaction, request))

    async def _answer(
        self, transaction: Transaction, request: TransactionEventRequest
    ) -> TransactionEventResponse:
        info = None
        if request.id_token is not None:
            info = await self.parts.authorizer.judge_in(
                transaction, request.id_token, offline=request.offline
            )
        has_cost = request.event_type is not TransactionEventEnumType.STARTED
        return TransactionEventResponse(
            id_token_info=info,
            total_cost=transaction.total_cost if has_cost else None,  # I02, I03
        )

    async def _ask_for_gaps(self, transaction: Transaction) -> None:
        work = self.parts.gaps.ask(transaction.station, transaction.transaction_id)
        self.parts.background.start(work, "missing transaction events")


def _end_profiles(connection: Connection, station: str, transaction: Transaction) -> None:
    """Profiles that are for a transaction end with it (K01.FR.27)."""
    held = holdings.read_keyed(connection, station, Kind.CHARGING_PROFILE)
    ended = transaction.transaction_id
    holdings.remove(
        connection,
        station,
        Kind.CHARGING_PROFILE,
        [key for key, each in held.items() if ended in _transactions(each)],
    )


def _transactions(held: dict[str, object]) -> list[object]:
    profiles = held["chargingProfile"]
    assert isinstance(profiles, list)
    return [each.get("transactionId") for each in profiles]


def _event(transaction: Transaction, request: TransactionEventRequest) -> LiveEvent:
    data = {
        "transactionId": transaction.transaction_id,
        "eventType": request.event_type.value,
        "triggerReason": request.trigger_reason.value,
        "seqNo": request.seq_no,
        "open": transaction.is_open,
        "evseId": transaction.evse_id,
        "chargingState": transaction.charging_state,
        "energyWh": transaction.energy,
        "totalCost": transaction.total_cost,
    }
    return LiveEvent("transaction", transaction.station, data)
