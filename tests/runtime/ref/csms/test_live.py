"""Who watches, and who watches too slowly."""

from __future__ import annotations

import asyncio

from tests.runtime.ref.csms.running import in_loop

from ocppref.csms.live import Live, LiveEvent, Subscription


@in_loop
async def test_every_reader_gets_every_event() -> None:
    live = Live()
    assert not live.is_watched
    places = [live.subscribe(), live.subscribe()]
    live.publish(LiveEvent("status", "CS001", {"n": 1}))
    for place in places:
        event = await place.next()
        assert event is not None and event.data == {"n": 1}
    live.unsubscribe(places[0])
    assert live.is_watched
    live.unsubscribe(places[1])
    assert not live.is_watched


@in_loop
async def test_a_slow_reader_loses_its_place_and_is_told() -> None:
    place = Subscription(room=3)
    for number in range(5):
        place.add(LiveEvent("status", data={"n": number}))
    lost, *others = [await place.next() for _ in range(3)]
    assert lost is not None and (lost.type, lost.data) == ("lost", {"events": 3})
    assert [each and each.data for each in others] == [{"n": 3}, {"n": 4}]


@in_loop
async def test_the_end_reaches_a_reader_who_waits() -> None:
    live = Live()
    waiting = asyncio.create_task(live.subscribe().next())
    await asyncio.sleep(0)
    live.close()
    assert await waiting is None
    assert await live.subscribe().next() is None
