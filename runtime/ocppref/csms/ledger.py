"""The books of all transactions: an event is counted once, and is on the disk before it counts."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple, TypeAlias, TypeVar
from weakref import WeakValueDictionary

from ocpp21 import TransactionEventEnumType, TransactionEventRequest
from ocppref.csms.domain import transactions as rules
from ocppref.csms.domain.authorization import TokenKey, key_of
from ocppref.csms.domain.pricing import Price, cost_of
from ocppref.csms.domain.transactions import Transaction
from ocppref.csms.storage import transactions as rows
from ocppref.csms.storage.store import Store
from ocppref.csms.storage.writer import Change

T = TypeVar("T")
Key: TypeAlias = tuple[str, str]
"""Identity and transactionId: two stations may use the same transactionId."""


class Recorded(NamedTuple):
    """A transaction as it is with an event, and whether the event had come before."""

    transaction: Transaction
    is_duplicate: bool


class Ledger:
    """Open transactions are held in memory as well; a transaction has one event at a time."""

    def __init__(self, store: Store, price: Price) -> None:
        self._store = store
        self._price = price
        self._open: dict[Key, Transaction] = {}
        self._by_token: defaultdict[TokenKey, set[Key]] = defaultdict(set)
        self._by_station: defaultdict[str, set[Key]] = defaultdict(set)
        self._locks: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()

    async def load(self) -> None:
        """Read the open transactions; once, at the start."""
        for transaction in await self._store.read(rows.find_open):
            self._hold(transaction)

    @property
    def open_count(self) -> int:
        """How many transactions go on."""
        return len(self._open)

    async def record(self, station: str, event: TransactionEventRequest) -> Recorded:
        """Take an event; it is durable when this returns. Raises `StorageError`."""
        key = (station, event.transaction_info.transaction_id)
        async with self._lock(key):
            known = self._open.get(key)
            if known is None:
                known = await self._store.read(lambda c: rows.find(c, *key))
            if known is not None and known.knows(event.seq_no):
                return Recorded(known, True)
            made = await self._with(station, known, event)
            made = replace(made, total_cost=cost_of(made, self._price))
            dialect = self._store.dialect
            kept = rows.event_change(dialect, station, event, datetime.now(UTC))
            await self._save(key, made, kept)
        if event.event_type is TransactionEventEnumType.STARTED:
            await self._close_others(made)
        return Recorded(made, False)

    async def give_up(self, station: str, transaction_id: str) -> None:
        """Wait no longer for what is missing of a transaction."""
        key = (station, transaction_id)
        async with self._lock(key):
            known = await self._store.read(lambda c: rows.find(c, *key))
            if known is not None and not known.complete:
                await self._save(key, replace(known, given_up=True))

    def find_open(self, station: str) -> Iterator[Transaction]:
        """The open transactions of a station."""
        return (self._open[key] for key in tuple(self._by_station.get(station, ())))

    def find_open_by_token(self, token: TokenKey) -> Iterator[Transaction]:
        """The open transactions that a token has started, anywhere."""
        return (self._open[key] for key in tuple(self._by_token.get(token, ())))

    def forget(self, station: str) -> None:
        """A station is no more."""
        for transaction in tuple(self.find_open(station)):
            self._drop((station, transaction.transaction_id))

    async def _with(
        self, station: str, known: Transaction | None, event: TransactionEventRequest
    ) -> Transaction:
        if known is None:
            return rules.begin(station, event)
        if known.can_take(event):
            return rules.fold(known, event)
        # It was overtaken: only all of them in their order tell what they come to.
        stored = await self._store.read(
            lambda c: rows.read_events(c, station, known.transaction_id)
        )
        return rules.rebuild(known, station, [*rows.parse_events(stored), event])

    async def _save(self, key: Key, made: Transaction, *kept: Change) -> None:
        changes = [*kept, rows.transaction_change(self._store.dialect, made)]
        try:
            await self._store.save(changes)
        except BaseException:
            self._drop(key)  # nobody knows what is stored now: the next one reads it
            raise
        self._hold(made)

    async def _close_others(self, started: Transaction) -> None:
        """End what still seems to go on at an EVSE where another transaction has begun since.

        An EVSE has one transaction at a time, so the end of the other has been lost.
        """
        for other in self.find_open(started.station):
            same_place = other.evse_id is not None and other.evse_id == started.evse_id
            is_older = other.last_event_at < started.last_event_at
            if same_place and is_older and other.transaction_id != started.transaction_id:
                await self.give_up(other.station, other.transaction_id)

    def _lock(self, key: Key) -> asyncio.Lock:
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        return lock

    def _hold(self, transaction: Transaction) -> None:
        key = (transaction.station, transaction.transaction_id)
        if not transaction.is_open:
            self._drop(key)
            return
        self._open[key] = transaction
        self._by_station[transaction.station].add(key)
        if transaction.id_token is not None:
            self._by_token[key_of(transaction.id_token)].add(key)

    def _drop(self, key: Key) -> None:
        transaction = self._open.pop(key, None)
        if transaction is None:
            return
        _discard(self._by_station, transaction.station, key)
        if transaction.id_token is not None:
            _discard(self._by_token, key_of(transaction.id_token), key)


def _discard(index: defaultdict[T, set[Key]], entry: T, key: Key) -> None:
    index[entry].discard(key)
    if not index[entry]:
        del index[entry]
