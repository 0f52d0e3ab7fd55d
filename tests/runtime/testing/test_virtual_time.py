"""Time that is turned forward, and what it must not outrun."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocppj.testing import StuckError, in_virtual_time, run_virtually

DAY = 24 * 3600.0


def now() -> float:
    return asyncio.get_running_loop().time()


def test_a_day_is_over_at_once() -> None:
    started = time.perf_counter()
    run_virtually(asyncio.sleep(DAY))
    assert time.perf_counter() - started < 1


@in_virtual_time
async def test_who_sleeps_less_wakes_first() -> None:
    woken: list[tuple[int, float]] = []

    async def sleep(seconds: int) -> None:
        await asyncio.sleep(seconds)
        woken.append((seconds, now()))

    await asyncio.gather(*map(sleep, (300, 20, 1000)))
    assert woken == [(20, 20), (300, 300), (1000, 1000)]


@in_virtual_time
async def test_a_timeout_of_asyncio_goes_by_it() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(60):
            await asyncio.sleep(61)
    assert now() == 60


@in_virtual_time
async def test_the_clock_stands_still_for_a_thread() -> None:
    done = threading.Event()
    asyncio.get_running_loop().call_later(1, done.set)  # no time passes, so nobody sets it
    assert await asyncio.to_thread(done.wait, 0.05) is False
    assert now() == 0


def test_patience_is_for_other_threads() -> None:
    async def main() -> float:
        loop, answered = asyncio.get_running_loop(), asyncio.Event()
        thread = threading.Timer(0.05, loop.call_soon_threadsafe, [answered.set])
        thread.start()
        async with asyncio.timeout(30):
            await answered.wait()
        thread.join()
        return now()

    assert run_virtually(main(), patience=10) == 0


def test_what_can_never_end_does_not_hang() -> None:
    async def main() -> None:
        await asyncio.Event().wait()

    with pytest.raises(StuckError, match="no timer is set"):
        run_virtually(main())


def test_what_ticks_for_ever_does_not_hang() -> None:
    async def main() -> None:
        def tick() -> None:
            asyncio.get_running_loop().call_later(60, tick)

        tick()
        await asyncio.Event().wait()

    with pytest.raises(StuckError, match="not done after 3600 virtual seconds"):
        run_virtually(main(), limit=3600)


def _fail() -> None:
    raise ZeroDivisionError("in a callback")


def test_an_error_that_would_only_be_logged_is_raised() -> None:
    async def main() -> None:
        asyncio.get_running_loop().call_soon(_fail)
        await asyncio.sleep(1)

    with pytest.raises(ExceptionGroup) as caught:
        run_virtually(main())
    assert caught.group_contains(ZeroDivisionError, match="in a callback")


def test_an_error_that_would_only_be_logged_is_noted_on_another() -> None:
    async def main() -> None:
        asyncio.get_running_loop().call_soon(_fail)
        await asyncio.sleep(1)
        raise KeyError("of the test")

    with pytest.raises(KeyError, match="of the test") as caught:
        run_virtually(main())
    assert "ZeroDivisionError: in a callback" in "".join(caught.value.__notes__)


def test_the_decorator_passes_on_what_a_test_gets_and_gives() -> None:
    @in_virtual_time
    async def add(one: int, *, other: int) -> int:
        """Adds."""
        await asyncio.sleep(DAY)
        return one + other

    assert add(1, other=2) == 3
    assert (add.__name__, add.__doc__) == ("add", "Adds.")


@given(st.integers(0, 10**6))
@in_virtual_time
async def test_the_decorator_goes_with_hypothesis(seconds: int) -> None:
    await asyncio.sleep(seconds / 10)
    assert now() == pytest.approx(seconds / 10)
