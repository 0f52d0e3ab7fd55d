"""What happens right now, for whoever wants to watch: connections, status, transactions, messages.

Nobody who reads slowly holds the CSMS up. A reader whose place is full loses what it has not read
and is told so, once, before it gets the next.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

_ROOM = 1000  # so many events wait for one reader


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """Something that happened. `type` is connection, status, transaction, message, job or lost."""

    type: str
    station: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


class Subscription:
    """The place of one reader: go through it to get the events. `close` ends that."""

    def __init__(self, room: int = _ROOM) -> None:
        self._room = room
        self._waiting: deque[LiveEvent] = deque()
        self._filled = asyncio.Event()
        self._lost = 0
        self._closed = False

    def add(self, event: LiveEvent) -> None:
        """Put an event in line. If there is no room, all that is in line is lost."""
        if len(self._waiting) >= self._room:
            self._lost += len(self._waiting)
            self._waiting.clear()
        self._waiting.append(event)
        self._filled.set()

    def close(self) -> None:
        """No more events."""
        self._closed = True
        self._filled.set()

    async def next(self) -> LiveEvent | None:
        """The next event, or that some were lost; None when it is closed."""
        while not (self._waiting or self._lost or self._closed):
            self._filled.clear()
            await self._filled.wait()
        if self._closed:
            return None
        if self._lost:
            lost, self._lost = self._lost, 0
            return LiveEvent("lost", data={"events": lost})
        return self._waiting.popleft()

    async def __aiter__(self) -> AsyncIterator[LiveEvent]:
        while (event := await self.next()) is not None:
            yield event


class Live:
    """Hands events on to all readers."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription] = set()
        self._closed = False

    @property
    def is_watched(self) -> bool:
        """Whether anybody reads: what is costly to make need not be made for nobody."""
        return bool(self._subscriptions)

    def publish(self, event: LiveEvent) -> None:
        """Tell all readers."""
        for subscription in self._subscriptions:
            subscription.add(event)

    def subscribe(self) -> Subscription:
        """A new place, from now on. Give it back with `unsubscribe`."""
        subscription = Subscription()
        if self._closed:
            subscription.close()
        self._subscriptions.add(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Give a place back."""
        subscription.close()
        self._subscriptions.discard(subscription)

    def close(self) -> None:
        """End all readers."""
        self._closed = True
        for subscription in self._subscriptions:
            subscription.close()
