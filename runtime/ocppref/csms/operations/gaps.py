"""Asks for what is missing of transactions that have ended (E14)."""

from __future__ import annotations

import asyncio

from ocpp21 import GetTransactionStatusRequest
from ocpp21.actions import GET_TRANSACTION_STATUS
from ocppj import OCPPCallError
from ocppref.csms.ledger import Ledger
from ocppref.csms.operations.outgoing import Outgoing
from ocppref.csms.storage import transactions as rows
from ocppref.csms.storage.store import Store

_PAUSE = 60.0  # seconds, while the station still has messages in its queue


class Gaps:
    """A station may drop what it cannot keep: then the transaction is closed with its gap."""

    def __init__(self, store: Store, ledger: Ledger, outgoing: Outgoing) -> None:
        self._store = store
        self._ledger = ledger
        self._outgoing = outgoing
        self._asked: set[tuple[str, str]] = set()

    async def ask(self, station: str, transaction_id: str) -> None:
        """Ask until there is no gap, or nothing more to come. Raises what a CALL raises."""
        key = (station, transaction_id)
        if key in self._asked:
            return
        self._asked.add(key)
        try:
            while await self._is_waited_for(station, transaction_id):
                if not await self._has_more(station, transaction_id):
                    await self._ledger.give_up(station, transaction_id)
                    return
                await asyncio.sleep(_PAUSE)
        finally:
            self._asked.discard(key)

    async def _is_waited_for(self, station: str, transaction_id: str) -> bool:
        found = await self._store.read(lambda c: rows.find(c, station, transaction_id))
        return found is not None and not (found.complete or found.given_up)

    async def _has_more(self, station: str, transaction_id: str) -> bool:
        request = GetTransactionStatusRequest(transaction_id=transaction_id)
        try:
            response = await self._outgoing.call(station, GET_TRANSACTION_STATUS, request)
        except OCPPCallError:  # it cannot tell: what was lost stays lost
            return False
        return response.messages_in_queue
