"""Runs async tests in real event loops, and sees to it that they leave nothing behind."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Callable, Coroutine

import pytest
import uvloop

_PATIENCE = 30.0
LOOPS = {"asyncio": asyncio.SelectorEventLoop, "uvloop": uvloop.new_event_loop}


def in_loops(test: Callable[..., Coroutine[object, object, None]]) -> Callable[..., None]:
    """Run a test in the loop of asyncio and in that of uvloop.

    It fails if a task is left over, or if something was reported to the loop's exception handler.
    """

    @pytest.mark.parametrize("loop_name", LOOPS)
    @functools.wraps(test)
    def run(loop_name: str, **fixtures: object) -> None:
        with asyncio.Runner(loop_factory=LOOPS[loop_name]) as runner:
            runner.run(_checked(test(**fixtures)))

    own = inspect.signature(test)
    loop_name = inspect.Parameter("loop_name", inspect.Parameter.KEYWORD_ONLY)
    run.__dict__["__signature__"] = own.replace(parameters=[*own.parameters.values(), loop_name])
    return run


async def _checked(test: Coroutine[object, object, None]) -> None:
    unhandled: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, seen: unhandled.append(seen))
    async with asyncio.timeout(_PATIENCE):
        await test
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left
    assert not unhandled


async def settle(rounds: int = 20) -> None:
    """Let the loop do all that it can do at once."""
    for _ in range(rounds):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so. The test's own patience is the bound."""
    while not condition():  # noqa: ASYNC110 - it may be anything
        await asyncio.sleep(0)
