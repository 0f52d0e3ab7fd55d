"""Work that runs at once, and goes on in a task if it has to wait."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

import pytest
from tests.runtime.looping import in_loops, settle

from ocppj.runner import Runner

STAMP: ContextVar[str] = ContextVar("STAMP", default="unset")


@in_loops
async def test_work_that_never_waits_is_done_when_start_returns() -> None:
    runner, done = Runner(), []

    async def work() -> None:
        done.append(1)

    for _ in range(3):
        assert runner.start(work())
    assert done == [1, 1, 1]
    await runner.close()


@in_loops
async def test_work_that_waits_goes_on_later() -> None:
    runner, gate, seen = Runner(), asyncio.Event(), []

    async def work(name: str) -> None:
        seen.append(f"{name} begins")
        await gate.wait()
        await asyncio.sleep(0)
        seen.append(f"{name} ends")

    assert not runner.start(work("a"))
    assert not runner.start(work("b"))
    assert seen == ["a begins", "b begins"]
    gate.set()
    await runner.finish()
    assert seen[2:] == ["a ends", "b ends"]
    await runner.close()


@in_loops
async def test_to_the_work_it_is_one_task_all_along() -> None:
    runner, seen = Runner(), []
    outer = asyncio.current_task()

    async def work() -> None:
        seen.append(asyncio.current_task())
        await asyncio.sleep(0)
        seen.append(asyncio.current_task())

    runner.start(work())
    assert asyncio.current_task() is outer
    await runner.finish()
    assert seen[0] is seen[1] is not None
    assert seen[0] is not outer
    await runner.close()


@in_loops
async def test_time_outs_and_task_groups_work_from_the_first_line() -> None:
    runner, seen = Runner(), []

    async def child() -> None:
        await asyncio.sleep(0)
        seen.append("child")

    async def work() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(child())
        try:
            async with asyncio.timeout(0.001):
                await asyncio.Event().wait()
        except TimeoutError:
            seen.append("timed out")

    async def impatient() -> None:
        try:
            async with asyncio.timeout(0.001):
                await asyncio.Event().wait()
        except TimeoutError:
            seen.append("timed out at once")

    runner.start(impatient())
    runner.start(work())
    await runner.finish()
    assert sorted(seen) == ["child", "timed out", "timed out at once"]
    await runner.close()


@in_loops
async def test_what_is_awaited_may_fail() -> None:
    runner, seen = Runner(), []
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def work() -> None:
        try:
            await future
        except ValueError as error:
            seen.append(str(error))
        await asyncio.sleep(0)
        seen.append("on")

    async def fails_and_ends() -> None:
        try:
            await future
        except ValueError:
            seen.append("ends")

    runner.start(work())
    runner.start(fails_and_ends())
    future.set_exception(ValueError("no"))
    await runner.finish()
    assert sorted(seen) == ["ends", "no", "on"]
    await runner.close()


@in_loops
async def test_context_variables_do_not_leak_from_one_work_to_the_next() -> None:
    runner, seen = Runner(), []

    async def work(name: str, *, wait: bool) -> None:
        seen.append(STAMP.get())
        token = STAMP.set(name)
        if wait:
            await asyncio.sleep(0)
        assert STAMP.get() == name
        if wait:
            STAMP.reset(token)

    for name in "ab":
        runner.start(work(name, wait=False))
        runner.start(work(name, wait=True))
    await runner.finish()
    assert seen == ["unset"] * 4
    assert STAMP.get() == "unset"
    await runner.close()


@in_loops
async def test_work_may_start_work() -> None:
    runner, seen = Runner(), []

    async def inner() -> None:
        seen.append("inner")
        await asyncio.sleep(0)
        seen.append("inner ends")

    async def quick() -> None:
        seen.append("quick")

    async def outer() -> None:
        runner.start(quick())
        runner.start(inner())
        seen.append("outer")

    assert runner.start(outer())
    assert seen == ["quick", "inner", "outer"]
    await runner.finish()
    assert seen[-1] == "inner ends"
    await runner.close()


@in_loops
async def test_close_cancels_what_waits_and_what_comes() -> None:
    runner, seen = Runner(), []

    async def work(name: str) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)  # it may take its time
            seen.append(name)
            raise

    runner.start(work("running"))
    await settle()
    runner.start(work("just begun"))
    await runner.close()
    assert sorted(seen) == ["just begun", "running"]
    runner.start(work("late"))
    await runner.finish()
    assert "late" in seen


@in_loops
async def test_cancelled_before_it_was_taken_over_it_still_ends() -> None:
    runner, seen = Runner(), []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("cleaned up")

    runner.start(work())  # its task has not run at all yet
    await runner.close()
    assert seen == ["cleaned up"]


@in_loops
async def test_work_may_cancel_its_own_task() -> None:
    runner, seen = Runner(), []

    async def work() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append("cancelled")

    async def quick() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()

    await settle()
    runner.start(quick())
    runner.start(work())
    await runner.finish()
    assert seen == ["cancelled"]
    await runner.close()


@in_loops
async def test_an_error_that_work_does_not_deal_with_is_not_swallowed() -> None:
    runner = Runner()

    async def work() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        runner.start(work())
    await runner.close()
