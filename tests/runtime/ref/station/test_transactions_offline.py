"""Transactions without a connection (E04, E08, E11, E12)."""

from __future__ import annotations

import asyncio

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.charging import (
    DRIVER,
    FRIEND,
    MANY_SAMPLES,
    PLUGGED,
    UNKNOWN_OFFLINE,
    accepted,
    charge,
    come_online,
    energy,
    expect_thinned,
    go_offline,
    gone,
    info,
    site,
)

from ocppj.testing import in_virtual_time


@requirement(
    "E04.FR.01",
    "E04.FR.02",
    "E04.FR.03",
    "E04.FR.05",
    "E04.FR.06",
    "C15.FR.02",
    "E08.FR.01",
    "E08.FR.04",
    "E08.FR.05",
    "E08.FR.06",
    "E08.FR.07",
    "E08.FR.08",
    "E08.FR.09",
    "E12.FR.01",
    "E12.FR.02",
    "E12.FR.03",
    "E12.FR.07",
)
@in_virtual_time
async def test_a_whole_session_without_a_connection() -> None:
    async with site({**PLUGGED, **UNKNOWN_OFFLINE}) as place:
        go_offline(place)
        await gone(place)
        place.hardware.plug(1)
        await place.present()
        await asyncio.sleep(600)
        await place.present()
        place.hardware.unplug(1)
        assert place.events == []
        come_online(place)
        ended = await place.told(event_type="Ended")
        events = place.events
        assert [event.seq_no for event in events] == list(range(15))
        assert all(event.offline for event in events)
        assert energy(events[0], "Transaction.Begin") == 0
        assert energy(ended, "Transaction.End") == pytest.approx(3666.6, abs=0.1)
        assert len(place.on.authorization.cache) == 1  # by the answers, once there are some


@requirement("E08.FR.10", "E08.FR.11", "E12.FR.08", "E12.FR.09")
@in_virtual_time
async def test_the_samples_for_the_end_are_thinned_evenly() -> None:
    async with site({**UNKNOWN_OFFLINE, **MANY_SAMPLES}) as place:
        go_offline(place)
        await gone(place)
        place.hardware.plug(1)
        await place.present()
        await asyncio.sleep(3000)
        await place.present()
        come_online(place)
        expect_thinned(await place.told(event_type="Ended"))


@requirement("C15.FR.04", "C15.FR.02", "C13.FR.04")
@in_virtual_time
async def test_a_token_that_was_taken_offline_is_not_accepted_afterwards() -> None:
    async with site(UNKNOWN_OFFLINE) as place:
        go_offline(place)
        await gone(place)
        place.hardware.plug(1)
        await place.present()
        await asyncio.sleep(60)
        place.answer_events(id_token_info=info("Invalid"))
        come_online(place)
        ended = await place.told(event_type="Ended")
        assert ended.trigger_reason == "Deauthorized"
        assert not ended.offline


@requirement("E08.FR.02", "E08.FR.03")
@in_virtual_time
async def test_a_known_friend_stops_it_offline() -> None:
    async with site(connector="sType2") as place:
        place.on.authorization.note(DRIVER, accepted("fleet"))
        place.on.authorization.note(FRIEND, accepted("fleet"))
        go_offline(place)
        await gone(place)
        place.hardware.plug(1)
        await place.present()
        assert place.hardware.evses[1].permitted
        await place.present(FRIEND)
        assert place.on.transactions.all() == []
        assert not place.hardware.evses[1].connectors[1].locked


@requirement("E11.FR.01", "E11.FR.02", "E11.FR.03")
@in_virtual_time
async def test_the_connection_is_lost_in_between() -> None:
    async with site() as place:
        await charge(place)
        await asyncio.sleep(90)
        go_offline(place)
        await gone(place)
        await asyncio.sleep(300)
        come_online(place)
        await asyncio.sleep(300)
        await place.present()
        await place.told(event_type="Ended")
        events = place.events
        assert [event.seq_no for event in events] == list(range(len(events)))
        offline = [event.offline for event in events]
        assert offline[:3] == [False, False, False]
        assert True in offline
        assert offline[-1] is False
