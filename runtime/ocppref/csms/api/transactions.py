"""Transactions, with all their events."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query

from ocppref.csms.api.lookup import Identity, Limit, find_station
from ocppref.csms.api.views import View, transaction_view
from ocppref.csms.identity import IDENTITY_PATTERN
from ocppref.csms.parts import Parts
from ocppref.csms.storage import transactions as rows

TransactionId = Annotated[str, Path(min_length=1, max_length=36)]
_MOST_EVENTS = 10_000


def make_router(parts: Parts) -> APIRouter:
    """The endpoints."""
    router = APIRouter(tags=["transactions"])

    @router.get("/transactions")
    async def list_transactions(
        station: Annotated[str | None, Query(pattern=IDENTITY_PATTERN)] = None,
        open: bool | None = None,
        limit: Limit = 100,
        offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
    ) -> list[View]:
        """Transactions, the newest first, without their events."""
        name = (await find_station(parts, station)).identity if station is not None else None
        found = await parts.store.read(
            lambda c: rows.find_some(c, station=name, is_open=open, limit=limit, offset=offset)
        )
        return [transaction_view(each) for each in found]

    @router.get("/transactions/{identity}/{transaction_id:path}")
    async def get_transaction(identity: Identity, transaction_id: TransactionId) -> View:
        """A transaction with its events, by seqNo; the first 10,000 of them."""
        name = (await find_station(parts, identity)).identity
        found = await parts.store.read(lambda c: rows.find(c, name, transaction_id))
        if found is None:
            raise HTTPException(404, "there is no such transaction")
        events = await parts.store.read(
            lambda c: rows.read_events(c, name, transaction_id, limit=_MOST_EVENTS)
        )
        return transaction_view(found, events)

    return router
