"""When samples are due."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.runtime.ref.station.tester import virtual_date

from ocppj import LoopClock
from ocppj.testing import in_virtual_time
from ocppref.station.metering.schedule import Alignment, Repetition, next_aligned, until_next
from ocppref.station.time import StationClock

NOON = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)


def test_quarters_of_an_hour_are_those_of_the_clock() -> None:
    assert next_aligned(NOON, 900) == NOON + timedelta(minutes=15)
    assert next_aligned(NOON + timedelta(minutes=7), 900) == NOON + timedelta(minutes=15)


def test_midnight_begins_anew_where_the_interval_is_no_part_of_a_day() -> None:
    last = datetime(2025, 6, 1, 22, 13, 20, tzinfo=UTC)  # eight times 10,000 s
    midnight = datetime(2025, 6, 2, tzinfo=UTC)
    assert next_aligned(last, 10_000) == midnight
    assert next_aligned(midnight, 10_000) == midnight + timedelta(seconds=10_000)
    assert next_aligned(midnight, 86_400) == midnight + timedelta(days=1)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.integers(1, 86_400),
)
def test_the_next_one_is_later_and_a_whole_number_of_intervals(
    now: datetime, interval: int
) -> None:
    due = next_aligned(now, interval)
    passed = due.hour * 3600 + due.minute * 60 + due.second
    assert now < due <= now + timedelta(seconds=interval)
    assert passed % interval == 0 and due.microsecond == 0


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.integers(1, 100_000))
def test_a_wait_is_never_longer_than_the_interval(
    start: float, passed: float, interval: int
) -> None:
    wait = until_next(start + passed, start, interval)
    assert 0.0 <= wait <= interval + 1e-5


@in_virtual_time
async def test_repeats_on_the_grid_of_its_start() -> None:
    clock, rung = StationClock(LoopClock(), virtual_date), list[float]()
    repetition = Repetition(clock, start=clock.now() - 7.0)
    repetition.arm(10, lambda: rung.append(clock.now()))
    await asyncio.sleep(25)
    assert rung == [3.0, 13.0, 23.0]
    repetition.arm(4, lambda: rung.append(-clock.now()))
    await asyncio.sleep(10)
    assert rung[3:] == [-29.0, -33.0]
    repetition.arm(0, rung.clear)
    await asyncio.sleep(100)
    assert len(rung) == 5


@in_virtual_time
async def test_aligned_calls_come_by_the_date_until_they_are_stopped() -> None:
    clock, rung = StationClock(LoopClock(), virtual_date), list[datetime]()
    alignment = Alignment(clock)
    alignment.arm(900, lambda: rung.append(clock.utc()))
    await asyncio.sleep(1000)
    alignment.arm(900, rung.clear)  # the same again changes nothing
    await asyncio.sleep(1000)
    assert rung == [NOON + timedelta(minutes=15), NOON + timedelta(minutes=30)]
    alignment.stop()
    await asyncio.sleep(10_000)
    assert len(rung) == 2
