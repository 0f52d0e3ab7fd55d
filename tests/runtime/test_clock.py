"""Waiting by a clock that is handed in."""

from __future__ import annotations

import asyncio

import pytest
from tests.runtime.looping import in_loops, settle
from tests.runtime.manual_clock import ManualClock

from ocppj.clock import LoopClock, sleep, within


@in_loops
async def test_sleep_lasts_as_long_as_the_clock_says() -> None:
    clock = ManualClock()
    task = asyncio.create_task(sleep(clock, 10))
    await settle()
    await clock.turn(9)
    assert not task.done()
    await clock.turn(1)
    assert task.done()


@in_loops
async def test_a_cancelled_sleep_leaves_no_timer() -> None:
    clock = ManualClock()
    task = asyncio.create_task(sleep(clock, 10))
    await settle()
    task.cancel()
    await settle()
    assert clock.pending == []


@in_loops
async def test_within_tells_whether_it_was_in_time() -> None:
    clock, gate = ManualClock(), asyncio.Event()
    late = asyncio.create_task(within(clock, 5, gate.wait()))
    await settle()
    await clock.turn(5)
    assert await late is False
    gate.set()
    assert await within(clock, 5, gate.wait()) is True
    assert clock.pending == []


@in_loops
async def test_within_passes_errors_on() -> None:
    async def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await within(ManualClock(), 5, fail())


@in_loops
async def test_the_clock_of_the_loop_goes_by_itself() -> None:
    clock, rung = LoopClock(), asyncio.Event()
    before = clock.now()
    clock.call_later(0.001, rung.set)
    await rung.wait()
    assert clock.now() > before
