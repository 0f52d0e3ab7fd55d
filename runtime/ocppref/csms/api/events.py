"""What happens right now, as server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Collection
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from ocppref.csms.live import LiveEvent, Subscription
from ocppref.csms.parts import Parts

_SILENCE = 15.0  # seconds after which a sign of life is sent, which proxies wait for


def make_router(parts: Parts) -> APIRouter:
    """The endpoints."""
    router = APIRouter(tags=["events"])

    @router.get("/events", response_class=StreamingResponse)
    async def watch_events(
        type: Annotated[list[str] | None, Query(max_length=20)] = None,
        station: Annotated[str | None, Query(max_length=48)] = None,
    ) -> StreamingResponse:
        """Connections, status, transactions, messages and jobs, as they come.

        `type`, which may be given more than once, and `station` choose some of them. Whoever reads
        too slowly gets an event `lost`, and goes on with what comes then.
        """
        subscription = parts.live.subscribe()

        async def stream() -> AsyncIterator[str]:
            try:
                async for text in _texts(subscription, type, station):
                    yield text
            finally:
                parts.live.unsubscribe(subscription)

        return StreamingResponse(
            stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    return router


async def _texts(
    subscription: Subscription, types: Collection[str] | None, station: str | None
) -> AsyncIterator[str]:
    yield ": connected\n\n"
    while True:
        try:
            event = await asyncio.wait_for(subscription.next(), _SILENCE)
        except TimeoutError:
            yield ": still here\n\n"
            continue
        if event is None:
            return
        if _is_wanted(event, types, station):
            yield f"event: {event.type}\ndata: {_json(event)}\n\n"


def _is_wanted(event: LiveEvent, types: Collection[str] | None, station: str | None) -> bool:
    if event.type == "lost":
        return True
    right_type = types is None or event.type in types
    return right_type and (station is None or (event.station or "").lower() == station.lower())


def _json(event: LiveEvent) -> str:
    shown = {"type": event.type, "at": event.at, "station": event.station, **event.data}
    return json.dumps(shown, default=_time)


def _time(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not shown")
