"""Transactions come back from the database as they went in."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.runtime.ref.csms.running import energy, event, in_loop, store_at, token

from ocpp21 import CostDetailsType, TotalCostType, TotalPriceType, TotalUsageType
from ocppref.csms.domain import transactions as rules
from ocppref.csms.storage import transactions as rows

NOW = datetime(2025, 6, 1, tzinfo=UTC)
_COST = CostDetailsType(
    total_cost=TotalCostType(
        currency="EUR", type_of_cost="NormalCost", total=TotalPriceType(incl_tax=1.1)
    ),
    total_usage=TotalUsageType(energy=1.5, charging_time=1, idle_time=0),
)


@in_loop
async def test_a_transaction_comes_back_whole(database_url: str) -> None:
    first = event("Started", 3, evse=2, id_token=token(), meter_value=energy(5), remote_start_id=9)
    last = event("Ended", 5, trigger="StopAuthorized", id_token=token("X"), cost_details=_COST)
    for seen in ([first], [first, last]):
        made = rules.rebuild(rules.begin("CS001", first), "CS001", seen)
        async with store_at(database_url) as store:
            await store.save([rows.transaction_change(store.dialect, made)])
            assert await store.read(lambda c: rows.find(c, "CS001", "T1")) == made
            assert await store.read(lambda c: rows.find(c, "CS002", "T1")) is None
            found_open = await store.read(rows.find_open)
            assert found_open == ([made] if made.is_open else [])


@in_loop
async def test_an_event_that_is_there_stays_as_it_is(database_url: str) -> None:
    first, again = event("Started", 0, evse=1), event("Started", 0, evse=2)
    async with store_at(database_url) as store:
        for each in (first, again):
            await store.save([rows.event_change(store.dialect, "CS001", each, NOW)])
        stored = await store.read(lambda c: rows.read_events(c, "CS001", "T1"))
        assert rows.parse_events(stored) == [first]


@in_loop
async def test_transactions_are_found_by_station_and_state(database_url: str) -> None:
    async with store_at(database_url) as store:
        for station, kind, name in (
            ("CS001", "Started", "A"),
            ("CS001", "Ended", "B"),
            ("CS002", "Started", "C"),
        ):
            made = rules.begin(station, event(kind, 0, name))
            await store.save([rows.transaction_change(store.dialect, made)])

        async def names(**where: object) -> list[str]:
            found = await store.read(lambda c: rows.find_some(c, **where))  # type: ignore[arg-type]
            return sorted(each.transaction_id for each in found)

        assert await names() == ["A", "B", "C"]
        assert await names(station="CS001") == ["A", "B"]
        assert await names(is_open=True) == ["A", "C"]
        assert await names(is_open=False) == ["B"]
        assert len(await names(limit=2, offset=2)) == 1
