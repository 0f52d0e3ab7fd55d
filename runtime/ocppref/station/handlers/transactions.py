"""What the CSMS asks about transactions: functional block E Transactions."""

from __future__ import annotations

from ocpp21 import (
    ChargingStationCalls,
    GetTransactionStatusRequest,
    GetTransactionStatusResponse,
)
from ocppj import CallContext
from ocppref.station.transactions import Transactions


class TransactionsHandler:
    """GetTransactionStatus."""

    def __init__(self, *, transactions: Transactions) -> None:
        self._transactions = transactions

    async def on_get_transaction_status(
        self, request: GetTransactionStatusRequest, context: CallContext[ChargingStationCalls]
    ) -> GetTransactionStatusResponse:
        """E14."""
        asked = request.transaction_id
        is_ongoing = None if asked is None else self._transactions.find(asked) is not None
        return GetTransactionStatusResponse(
            ongoing_indicator=is_ongoing,  # E14.FR.01, E14.FR.02, E14.FR.03, E14.FR.06
            messages_in_queue=self._transactions.messages_wait(asked),
        )
