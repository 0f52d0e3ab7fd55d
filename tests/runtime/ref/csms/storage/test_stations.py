"""Stations in the database."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from tests.runtime.ref.csms.running import event, in_loop, store_at

from ocppref.csms.domain import transactions as rules
from ocppref.csms.storage import stations, transactions
from ocppref.csms.storage.stations import Sight
from ocppref.csms.storage.tables import METADATA

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


@in_loop
async def test_the_case_of_an_identity_does_not_count(database_url: str) -> None:
    async with store_at(database_url) as store:
        made = await store.write(lambda c: stations.add(c, "Cs001", NOW, "Accepted"))
        assert made.identity == "Cs001"
        assert await store.write(lambda c: stations.add(c, "CS001", NOW, "Pending")) == made
        assert await store.read(lambda c: stations.find(c, "cS001")) == made


@in_loop
async def test_stations_come_in_pages(database_url: str) -> None:
    async with store_at(database_url) as store:
        for name in ("CS3", "cs1", "CS2"):
            await store.write(lambda c, n=name: stations.add(c, n, NOW, "Accepted"))
        page = await store.read(lambda c: stations.find_all(c, limit=2))
        assert [each.identity for each in page] == ["cs1", "CS2"]
        rest = await store.read(lambda c: stations.find_all(c, after="CS2"))
        assert [each.identity for each in rest] == ["CS3"]


@in_loop
async def test_sights_add_up(database_url: str) -> None:
    async with store_at(database_url) as store:
        await store.write(lambda c: stations.add(c, "CS001", NOW, "Accepted"))
        for _ in range(2):
            await store.write(lambda c: stations.touch(c, [Sight("CS001", NOW, 3, 4)]))
        found = await store.read(lambda c: stations.find(c, "CS001"))
        assert found is not None
        assert (found.last_seen, found.messages_in, found.messages_out) == (NOW, 6, 8)


@in_loop
async def test_nothing_is_left_of_a_station_that_is_removed(database_url: str) -> None:
    async with store_at(database_url) as store:
        for name in ("CS001", "CS002"):
            await store.write(lambda c, n=name: stations.add(c, n, NOW, "Accepted"))
            made = rules.begin(name, event("Started", 0))
            await store.save(
                [
                    transactions.transaction_change(store.dialect, made),
                    transactions.event_change(store.dialect, name, event("Started", 0), NOW),
                ]
            )
        assert await store.write(lambda c: stations.remove(c, "cs001"))
        assert not await store.write(lambda c: stations.remove(c, "cs001"))
        for table in METADATA.sorted_tables:
            if "station" in table.columns:
                left = await store.read(
                    lambda c, t=table: c.execute(select(t.c.station)).scalars().all()
                )
                assert "CS001" not in left
        assert await store.read(lambda c: transactions.find(c, "CS002", "T1")) is not None
