"""Tasks that nobody waits for."""

from __future__ import annotations

import asyncio
import logging

import pytest

from ocppj import OCPPTimeoutError
from ocppj.testing import in_virtual_time
from ocppref.station.tasks import Tasks


def test_what_fails_is_logged_with_its_name(caplog: pytest.LogCaptureFixture) -> None:
    async def fail(error: Exception) -> None:
        raise error

    @in_virtual_time
    async def run() -> None:
        tasks = Tasks("CS001")
        tasks.spawn(fail(OCPPTimeoutError("no answer")), "a report")
        tasks.spawn(fail(ZeroDivisionError()), "a bug")
        await asyncio.sleep(1)
        await tasks.close()

    run()
    known, bug = sorted(caplog.records, key=lambda record: record.levelno)
    assert (known.levelno, known.getMessage()) == (
        logging.WARNING,
        "CS001: a report: no answer",
    )
    assert (bug.levelno, bug.getMessage()) == (logging.ERROR, "CS001: a bug failed")
    assert bug.exc_info is not None and bug.exc_info[0] is ZeroDivisionError


@in_virtual_time
async def test_at_the_end_all_are_cancelled_even_those_that_come_late() -> None:
    tasks, ended = Tasks("CS001"), list[str]()

    async def work(name: str) -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append(name)
            if name == "first":
                tasks.spawn(work("late"), "late")

    tasks.spawn(work("first"), "first")
    await asyncio.sleep(0)
    await tasks.close()
    assert ended == ["first"]
    assert asyncio.get_running_loop().time() == 0


@in_virtual_time
async def test_a_task_of_its_own_may_close_it() -> None:
    tasks = Tasks("CS001")
    done = asyncio.Event()

    async def close() -> None:
        await tasks.close()
        done.set()

    tasks.spawn(close(), "reset")
    await done.wait()
