"""Time as the runtime sees it: what the time is, and to be woken later.

A test hands in a clock of its own and turns it by hand; nothing here looks at any other clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol


class Timer(Protocol):
    """Something that is to happen later."""

    def cancel(self) -> None:
        """See to it that it does not."""
        ...


class Clock(Protocol):
    """A clock that only goes forward. Its zero means nothing."""

    def now(self) -> float:
        """Seconds."""
        ...

    def call_later(self, delay: float, callback: Callable[[], object]) -> Timer:
        """Call `callback` once, in `delay` seconds."""
        ...


class LoopClock:
    """The clock of the running event loop. Raises RuntimeError if there is none."""

    __slots__ = ("_loop",)

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()

    def now(self) -> float:
        """Seconds."""
        return self._loop.time()

    def call_later(self, delay: float, callback: Callable[[], object]) -> Timer:
        """Call `callback` once, in `delay` seconds."""
        return self._loop.call_later(delay, callback)


async def sleep(clock: Clock, seconds: float) -> None:
    """Wait until `seconds` have passed on `clock`."""
    woken = asyncio.get_running_loop().create_future()

    def wake() -> None:
        if not woken.done():
            woken.set_result(None)

    timer = clock.call_later(seconds, wake)
    try:
        await woken
    finally:
        timer.cancel()


async def within(clock: Clock, seconds: float, awaited: Awaitable[object]) -> bool:
    """Wait for something, at most so long; False if it took longer and was cancelled."""
    task = asyncio.ensure_future(awaited)
    timer = clock.call_later(seconds, task.cancel)
    try:
        await asyncio.wait([task])
    finally:
        timer.cancel()
        task.cancel()
    if task.cancelled():
        return False
    task.result()
    return True
