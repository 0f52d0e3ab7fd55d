"""Tests that are coroutines."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import ParamSpec, TypeAlias

P = ParamSpec("P")

Async: TypeAlias = Callable[P, Coroutine[object, None, None]]
LoopFactory: TypeAlias = Callable[[], asyncio.AbstractEventLoop]

LONGEST = 20.0
"""Seconds after which a test has failed: something it waits for does not come."""


def in_loop(
    loop_factory: LoopFactory = asyncio.new_event_loop,
) -> Callable[[Async[P]], Callable[P, None]]:
    """Run a test in an event loop of its own, and see to it that no task is left behind."""

    def decorate(test: Async[P]) -> Callable[P, None]:
        @functools.wraps(test)
        def run(*args: P.args, **kwargs: P.kwargs) -> None:
            with asyncio.Runner(loop_factory=loop_factory) as runner:
                runner.run(_whole(test(*args, **kwargs)))

        return run

    return decorate


async def _whole(test: Coroutine[object, None, None]) -> None:
    async with asyncio.timeout(LONGEST):
        await test
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left, f"tasks left behind: {left}"
