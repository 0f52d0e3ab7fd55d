"""Group commit: shared by all, and nobody pays for another's mistake."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from sqlalchemy import Connection, func, select, text
from tests.runtime.ref.csms.running import in_loop, store_at

from ocppref.csms.errors import StorageError
from ocppref.csms.storage import counters
from ocppref.csms.storage.notices import notice_change
from ocppref.csms.storage.store import Store
from ocppref.csms.storage.tables import COUNTERS, NOTICES
from ocppref.csms.storage.writer import Writer

T = TypeVar("T")
NOW = datetime(2025, 6, 1, tzinfo=UTC)


async def _count(store: Store) -> int:
    count = select(func.count()).select_from(NOTICES)
    return await store.read(lambda c: c.execute(count).scalar_one())


@in_loop
async def test_those_who_wait_share_a_commit(database_url: str) -> None:
    async with store_at(database_url) as store:
        changes = [notice_change("CS001", "Test", f'{{"n":{n}}}', NOW) for n in range(500)]
        await asyncio.gather(*(store.save([change]) for change in changes))
        assert store.writer.orders == 500
        assert store.writer.batches <= 3
        assert await _count(store) == 500


@in_loop
async def test_what_is_saved_is_committed_when_it_returns(sqlite_url: str) -> None:
    async with store_at(sqlite_url) as store:
        await store.save([notice_change("CS001", "Test", "{}", NOW)])
        other = sqlite3.connect(sqlite_url.removeprefix("sqlite+aiosqlite:///"))
        assert other.execute("SELECT count(*) FROM notices").fetchone() == (1,)
        other.close()


@in_loop
async def test_one_that_fails_does_no_harm_to_its_neighbours(database_url: str) -> None:
    def fail(connection: Connection) -> None:
        connection.execute(COUNTERS.insert(), [{"name": "twice", "value": 1}] * 2)

    def misuse(_: Connection) -> None:
        raise LookupError("a mistake of ours")

    async with store_at(database_url) as store:
        ends = await asyncio.gather(
            store.save([notice_change("CS001", "Test", "{}", NOW)]),
            store.write(fail),
            store.write(misuse),
            store.write(lambda c: counters.take(c, "one")),
            store.save([notice_change("CS001", "Test", "{}", NOW)]),
            return_exceptions=True,
        )
        assert [type(end) for end in ends] == [
            type(None),
            StorageError,
            LookupError,
            int,
            type(None),
        ]
        assert await _count(store) == 2
        assert await store.write(lambda c: counters.take(c, "one")) == 2


@in_loop
async def test_changes_of_one_order_are_made_all_or_none(database_url: str) -> None:
    async with store_at(database_url) as store:
        good = notice_change("CS001", "Test", "{}", NOW)
        bad = notice_change("CS001", "Test", "{}", NOW)._replace(row={**good.row, "action": None})
        with pytest.raises(StorageError):
            await store.save([good, bad])
        assert await _count(store) == 0


class _Unreachable:
    """A database that was there a moment ago."""

    dialect = "sqlite"

    def __init__(self) -> None:
        self.asked = 0

    async def read(self, work: Callable[[Connection], T]) -> T:
        raise StorageError("nobody is there")

    async def transact(self, work: Callable[[Connection], T]) -> T:
        self.asked += 1
        await asyncio.sleep(0)
        raise StorageError("nobody is there")

    async def close(self) -> None: ...


@in_loop
async def test_a_database_that_is_gone_fails_all_who_wait_without_asking_for_each() -> None:
    database = _Unreachable()
    writer = Writer(database)
    ends = await asyncio.gather(
        *(writer.write(lambda c: None) for _ in range(200)), return_exceptions=True
    )
    await writer.close()
    assert {str(end) for end in ends} == {"nobody is there"}
    assert database.asked < 10


@in_loop
async def test_what_waits_at_the_end_is_written_and_nothing_after_it(database_url: str) -> None:
    async with store_at(database_url) as store:
        waiting = asyncio.create_task(store.save([notice_change("CS001", "Test", "{}", NOW)]))
        await asyncio.sleep(0)
    await waiting
    with pytest.raises(StorageError, match="shuts down"):
        await store.save([])
    async with store_at(database_url) as again:
        assert await _count(again) == 1


@in_loop
async def test_one_who_goes_away_leaves_the_others_their_answers(database_url: str) -> None:
    async with store_at(database_url) as store:
        impatient = asyncio.create_task(store.write(lambda c: c.execute(text("SELECT 1")).one()))
        patient = asyncio.create_task(store.write(lambda c: counters.take(c, "x")))
        await asyncio.sleep(0)
        impatient.cancel()
        assert await patient == 1
