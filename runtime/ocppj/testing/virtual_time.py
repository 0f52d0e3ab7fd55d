"""An event loop whose time is turned forward whenever there is nothing to do.

A day of back-off takes milliseconds, and whatever waits in the loop (`asyncio.sleep`,
`asyncio.timeout`, the timers of a connection) agrees on what time it is.
"""

from __future__ import annotations

import asyncio
import selectors
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Executor
from functools import wraps
from typing import ParamSpec, TypeVar, TypeVarTuple, Unpack

from ocppj.errors import OCPPUsageError

P = ParamSpec("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")

WEEK = 7 * 24 * 3600.0
_NOTES = 3


class StuckError(OCPPUsageError):
    """What is awaited will never come: in virtual time a test would wait for it for ever."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in virtual time, which begins at 0.

    Threads are waited for if they were started with `asyncio.to_thread` or `run_in_executor`. What
    else there is outside the loop (sockets, threads of a database library) gets `patience` seconds
    of real time before the clock is turned.

    Raises `StuckError` where nothing is left that could happen, and after `limit` virtual seconds.
    What is reported to the loop's exception handler is kept for `take_unhandled`.
    """

    def __init__(self, patience: float = 0.0, limit: float = WEEK) -> None:
        self._unhandled: list[Exception] = []
        self._patience = patience
        self._limit = limit
        self._elapsed = 0.0
        self._threads = 0
        super().__init__(_Selector(self))
        self.set_exception_handler(self._keep)

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._elapsed

    def patience(self) -> float | None:
        """Real seconds to wait for what is outside; None where it is sure to come."""
        return None if self._threads else self._patience

    def turn(self, seconds: float | None) -> None:
        """All is idle: turn the clock to the next timer."""
        if seconds is None:
            raise StuckError("nothing is under way and no timer is set: this never ends")
        self._elapsed += seconds
        if self._elapsed > self._limit:
            raise StuckError(f"not done after {self._limit:.0f} virtual seconds")

    def take_unhandled(self) -> list[Exception]:
        """What asyncio would have logged since the last time."""
        taken, self._unhandled = self._unhandled, []
        return taken

    def run_in_executor(
        self,
        executor: Executor | None,
        func: Callable[[Unpack[Ts]], T],
        *args: *Ts,
    ) -> asyncio.Future[T]:
        """As in any loop; the clock stands still until it is done."""
        future = super().run_in_executor(executor, func, *args)
        self._threads += 1
        future.add_done_callback(self._joined)
        return future

    async def shutdown_default_executor(
        self, timeout: float | None = None  # noqa: ASYNC109 - it is that of asyncio
    ) -> None:
        """As in any loop; the clock stands still until it is done."""
        self._threads += 1
        try:
            await super().shutdown_default_executor()
        finally:
            self._threads -= 1

    def _keep(self, _: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        error = context.get("exception")
        unhandled = error if isinstance(error, Exception) else RuntimeError(context.get("message"))
        self._unhandled.append(unhandled)

    def _joined(self, future: asyncio.Future[T]) -> None:
        self._threads -= 1


class _Selector(selectors.DefaultSelector):
    """Turns the clock instead of waiting."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._virtual = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return super().select(0)
        ready = super().select(self._virtual.patience())
        if not ready:
            self._virtual.turn(timeout)
        return ready


def run_virtually(
    main: Coroutine[object, object, T], *, patience: float = 0.0, limit: float = WEEK
) -> T:
    """`asyncio.run` in virtual time.

    An error that asyncio would only log (in a callback, or in a task that nobody awaits) is raised
    at the end, as an ExceptionGroup; if `main` raises, it is added to that as a note.
    """
    loop = VirtualLoop(patience, limit)
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return run_in(runner, loop, main)


def run_in(runner: asyncio.Runner, loop: VirtualLoop, main: Coroutine[object, object, T]) -> T:
    """Run one of several coroutines in the loop of `runner`."""
    try:
        result = runner.run(main)
    except BaseException as error:
        for each in loop.take_unhandled()[:_NOTES]:
            error.add_note("".join(traceback.format_exception(each)))
        raise
    if unhandled := loop.take_unhandled():
        raise ExceptionGroup("asyncio would only log this", unhandled)
    return result


def in_virtual_time(function: Callable[P, Awaitable[T]]) -> Callable[P, T]:
    """Decorator of an async test: it runs in a virtual loop of its own, whatever the framework."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        async def main() -> T:
            return await function(*args, **kwargs)

        return run_virtually(main())

    return run
