"""The books, against a simple model: whatever comes in whatever order, each event counts once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from itertools import count
from typing import TypeVar

import pytest
import uvloop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.runtime.ref.csms.running import energy, event, in_loop, store_at, token, until

from ocpp21 import TransactionEventRequest
from ocppref.csms.domain.authorization import key_of
from ocppref.csms.domain.pricing import Price
from ocppref.csms.domain.transactions import Transaction
from ocppref.csms.errors import StorageError
from ocppref.csms.ledger import Ledger
from ocppref.csms.storage import transactions as rows
from ocppref.csms.storage.store import Store, open_store

T = TypeVar("T")
Run = Callable[[Coroutine[object, None, T]], T]

_NAMES = count()
_PRICE = Price(per_kwh=0.5)


@pytest.fixture
def opened(database_url: str) -> Iterator[tuple[asyncio.Runner, Store]]:
    """A store in a loop of its own."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        store = runner.run(open_store(database_url))
        yield runner, store
        runner.run(store.close())


def _session(name: str, first: int, length: int) -> list[TransactionEventRequest]:
    kinds = ["Started", *["Updated"] * (length - 2), "Ended"]
    return [
        event(kind, first + n, name, evse=1 + first, meter_value=energy(1000.0 * n, n))
        for n, kind in enumerate(kinds)
    ]


_TWO = st.tuples(
    st.builds(_session, st.just("A"), st.integers(0, 2), st.integers(2, 6)),
    st.builds(_session, st.just("B"), st.integers(0, 2), st.integers(2, 6)),
)


@given(_TWO, st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_event_counts_once(
    opened: tuple[asyncio.Runner, Store],
    sessions: tuple[list[TransactionEventRequest], list[TransactionEventRequest]],
    data: st.DataObject,
) -> None:
    runner, store = opened
    events = [*sessions[0], *sessions[1]]
    repeated = data.draw(st.lists(st.sampled_from(events)))
    arrivals = data.draw(st.permutations(events + repeated))
    restarts = data.draw(st.sets(st.integers(0, len(arrivals) - 1), max_size=3))
    station = f"CS{next(_NAMES)}"
    runner.run(_record_all(store, station, arrivals, restarts))
    for session in sessions:
        name = session[0].transaction_info.transaction_id
        found = runner.run(_read(store, station, name))
        assert found.complete and not found.is_open and not found.missing
        assert found.energy == 1000.0 * (len(session) - 1)
        assert found.total_cost == 0.5 * (len(session) - 1)
        stored = runner.run(store.read(lambda c, n=name: rows.read_events(c, station, n)))
        assert rows.parse_events(stored) == session


async def _record_all(
    store: Store, station: str, arrivals: list[TransactionEventRequest], restarts: set[int]
) -> None:
    ledger, seen = Ledger(store, _PRICE), set()
    for number, each in enumerate(arrivals):
        if number in restarts:
            ledger = Ledger(store, _PRICE)
            await ledger.load()
        key = (each.transaction_info.transaction_id, each.seq_no)
        recorded = await ledger.record(station, each)
        assert recorded.is_duplicate is (key in seen)
        seen.add(key)
        assert recorded.transaction.missing == _missing(each, seen, arrivals)


def _missing(
    last: TransactionEventRequest,
    seen: set[tuple[str, int]],
    all_events: list[TransactionEventRequest],
) -> list[int]:
    """What must have been sent and has not come, the slow way."""
    name = last.transaction_info.transaction_id
    numbers = {number for which, number in seen if which == name}
    return [n for n in range(min(numbers), max(numbers) + 1) if n not in numbers]


async def _read(store: Store, station: str, name: str) -> Transaction:
    found = await store.read(lambda c: rows.find(c, station, name))
    assert found is not None
    return found


@in_loop
async def test_two_at_once_are_one_after_the_other(database_url: str) -> None:
    session = _session("A", 0, 30)
    async with store_at(database_url) as store:
        ledger = Ledger(store, _PRICE)
        both = await asyncio.gather(*(ledger.record("CS1", each) for each in session + session))
        assert sum(each.is_duplicate for each in both) == len(session)
        assert (await _read(store, "CS1", "A")).complete


@in_loop
async def test_stations_with_the_same_transaction_id_are_told_apart(database_url: str) -> None:
    async with store_at(database_url) as store:
        ledger = Ledger(store, _PRICE)
        for station in ("CS1", "CS2"):
            assert not (await ledger.record(station, event("Started", 0))).is_duplicate
        assert ledger.open_count == 2
        await ledger.record("CS1", event("Ended", 1))
        assert [each.station for each in ledger.find_open("CS2")] == ["CS2"]
        assert not list(ledger.find_open("CS1"))


@in_loop
async def test_a_new_transaction_at_an_evse_closes_the_old_one_as_incomplete(
    database_url: str,
) -> None:
    async with store_at(database_url) as store:
        ledger = Ledger(store, _PRICE)
        await ledger.record("CS1", event("Started", 0, "old", evse=1))
        await ledger.record("CS1", event("Started", 0, "elsewhere", evse=2))
        later = event("Started", 5, "new", evse=1)
        await ledger.record("CS1", later)
        assert {each.transaction_id for each in ledger.find_open("CS1")} == {"elsewhere", "new"}
        old = await _read(store, "CS1", "old")
        assert old.given_up and not old.complete
        await ledger.record("CS1", event("Ended", 1, "old"))
        assert (await _read(store, "CS1", "old")).complete


@in_loop
async def test_open_transactions_are_found_by_token_after_a_restart(database_url: str) -> None:
    async with store_at(database_url) as store:
        await Ledger(store, _PRICE).record("CS1", event("Started", 0, id_token=token("abCD")))
        ledger = Ledger(store, _PRICE)
        await ledger.load()
        [found] = ledger.find_open_by_token(key_of(token("ABcd")))
        assert (found.station, found.transaction_id) == ("CS1", "T1")
        ledger.forget("CS1")
        assert not list(ledger.find_open_by_token(key_of(token("ABcd"))))


@in_loop
async def test_what_is_not_stored_does_not_count(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with store_at(database_url) as store:
        ledger = Ledger(store, _PRICE)
        await ledger.record("CS1", event("Started", 0))

        async def fail(changes: object) -> None:
            await asyncio.sleep(0)
            raise StorageError("the disk is full")

        with monkeypatch.context() as patch:
            patch.setattr(store, "save", fail)
            lost = asyncio.create_task(ledger.record("CS1", event("Updated", 1)))
            await asyncio.sleep(0)
            waiting = asyncio.create_task(ledger.record("CS1", event("Updated", 2)))
            await until(lambda: lost.done() or waiting.done())
            with pytest.raises(StorageError):
                await lost
        ends = await asyncio.gather(waiting, return_exceptions=True)
        again = await ledger.record("CS1", event("Updated", 3))
        assert 1 in again.transaction.missing
        assert isinstance(ends[0], StorageError) is (2 in again.transaction.missing)
