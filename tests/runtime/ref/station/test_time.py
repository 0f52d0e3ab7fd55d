"""The clock of a station."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from ocppj import LoopClock
from ocppj.testing import in_virtual_time
from ocppref.station.time import StationClock

START = datetime(2025, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)


def clock_from(start: datetime = START) -> StationClock:
    loop = asyncio.get_running_loop()
    return StationClock(LoopClock(), lambda: start + timedelta(seconds=loop.time()))


@in_virtual_time
async def test_tells_the_date_in_whole_milliseconds() -> None:
    assert clock_from().utc() == datetime(2025, 6, 1, 12, 0, 0, 123000, tzinfo=UTC)


@in_virtual_time
async def test_setting_it_tells_by_how_much_it_moved() -> None:
    clock = clock_from()
    wanted = datetime(2025, 6, 1, 13, 0, tzinfo=UTC)
    assert clock.set(wanted) == 3600 - 0.123
    assert clock.utc() - wanted < timedelta(milliseconds=1)
    await asyncio.sleep(5)
    assert timedelta(seconds=4.9) < clock.utc() - wanted < timedelta(seconds=5.1)
    assert -5.1 < clock.set(wanted) < -4.9


@in_virtual_time
async def test_a_delay_does_not_care_about_the_date() -> None:
    clock, rung = clock_from(), list[float]()
    clock.call_later(10, lambda: rung.append(clock.now()))
    clock.set(START + timedelta(days=1))
    await asyncio.sleep(60)
    assert rung == [10.0]


@in_virtual_time
async def test_a_date_is_waited_for_by_the_time_that_was_set() -> None:
    clock, rung = clock_from(), list[float]()
    clock.call_at(START + timedelta(hours=2), lambda: rung.append(clock.now()))
    await asyncio.sleep(10)
    clock.set(START + timedelta(hours=1))
    await asyncio.sleep(7200)
    [at] = rung
    assert 3609 < at < 3611


@in_virtual_time
async def test_a_date_that_is_over_comes_at_once() -> None:
    clock, rung = clock_from(), list[float]()
    clock.call_at(START - timedelta(hours=2), lambda: rung.append(clock.now()))
    await asyncio.sleep(1)
    assert rung == [0.0]


@in_virtual_time
async def test_what_was_cancelled_or_stopped_does_not_happen() -> None:
    clock, rung = clock_from(), list[str]()
    clock.call_later(1, lambda: rung.append("cancelled")).cancel()
    clock.call_later(1, lambda: rung.append("rung"))
    clock.call_later(3, lambda: rung.append("stopped"))
    clock.call_at(START + timedelta(seconds=3), lambda: rung.append("stopped"))
    await asyncio.sleep(2)
    clock.stop()
    clock.call_later(1, lambda: rung.append("after the stop"))
    await asyncio.sleep(10)
    assert rung == ["rung"]
