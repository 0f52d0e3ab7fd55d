"""Functional block E: Transactions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

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
from ocppref.csms.storage import reservations


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
