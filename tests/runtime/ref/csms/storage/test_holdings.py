"""What stations hold, and what they tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.runtime.ref.csms.running import in_loop, store_at

from ocppref.csms.storage import connections, holdings, notices, reservations
from ocppref.csms.storage.holdings import Kind

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


@in_loop
async def test_what_is_held_is_replaced_by_key_and_forgotten(database_url: str) -> None:
    monitor = Kind.MONITOR
    async with store_at(database_url) as store:

        async def keys() -> list[object]:
            found = await store.read(lambda c: holdings.read_all(c, "CS001", monitor))
            return [each["id"] for each in found]

        first = {"1": '{"id":"a"}', "2": '{"id":"b"}'}
        await store.write(lambda c: holdings.save(c, "CS001", monitor, first, NOW))
        await store.write(lambda c: holdings.save(c, "CS002", monitor, first, NOW))
        await store.write(lambda c: holdings.save(c, "CS001", monitor, {"1": '{"id":"c"}'}, LATER))
        assert await keys() == ["b", "c"]
        await store.write(lambda c: holdings.forget_older(c, "CS001", monitor, LATER))
        assert await keys() == ["c"]
        await store.write(lambda c: holdings.remove(c, "CS001", monitor, ["1"]))
        assert await keys() == []
        others = await store.read(lambda c: holdings.read_all(c, "CS002", monitor))
        assert len(others) == 2


@in_loop
async def test_notices_are_read_from_the_newest(database_url: str) -> None:
    async with store_at(database_url) as store:
        for n in range(5):
            change = notices.notice_change("CS001", "Test", f'{{"n":{n}}}', NOW)
            await store.save([change])
        found = await store.read(lambda c: notices.read_notices(c, "CS001", "Test", 2))
        assert found == [{"receivedAt": NOW, "n": 4}, {"receivedAt": NOW, "n": 3}]
        assert await store.read(lambda c: notices.read_notices(c, "CS002", "Test", 2)) == []


@in_loop
async def test_a_reservation_ends_once(database_url: str) -> None:
    async with store_at(database_url) as store:
        await store.write(lambda c: reservations.save(c, "CS001", 5, LATER, '{"id":5}', NOW))
        ends = [
            await store.write(lambda c, s=who: reservations.end(c, s, 5, "Expired", LATER))
            for who in ("CS002", "CS001", "CS001")
        ]
        assert ends == [False, True, False]
        [found] = await store.read(lambda c: reservations.find_all(c, "CS001"))
        assert (found.status, found.request) == ("Expired", {"id": 5})


@in_loop
async def test_connections_that_a_crash_left_open_are_closed(database_url: str) -> None:
    opening = connections.Opening("CS001", NOW, "192.0.2.1:5" * 20, "ocpp2.1", 1)
    async with store_at(database_url) as store:
        first = await store.write(lambda c: connections.note_opened(c, opening))
        await store.write(lambda c: connections.note_opened(c, opening))
        await store.write(lambda c: connections.note_closed(c, first, NOW, 1000, "x" * 500))
        await store.write(lambda c: connections.close_all(c, LATER))
        found = await store.read(lambda c: connections.read_history(c, "CS001", 10))
        assert [(each.close_code, each.closed_at) for each in found] == [(1006, LATER), (1000, NOW)]
