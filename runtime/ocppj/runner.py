"""Runs coroutines at once, as far as they go without waiting, and in a task from there on.

Most handlers never wait, and then a task costs more than the handler. So the first stretch of a
coroutine is run on the spot, in the name of a task that stands by for it: if the coroutine has to
wait, that very task takes it over. To the coroutine it is one task all along, so that
`asyncio.timeout`, task groups and libraries that look at the current task work as anywhere. Each
coroutine also has context variables of its own, as in a task of its own.
"""

from __future__ import annotations

import asyncio
from asyncio.tasks import _enter_task, _leave_task  # for other implementations of tasks, see docs
from collections.abc import Awaitable, Coroutine, Generator
from contextvars import Context, copy_context
from types import coroutine as generator_coroutine
from typing import TypeAlias

Work: TypeAlias = Coroutine[object, None, object]
"""What is run. It is to deal with its own errors: nobody else looks at them."""

_ENDED = object()


class Runner:
    """Runs work for one event loop, until it is closed."""

    __slots__ = ("_base", "_closed", "_loop", "_standby", "_tasks")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._base = copy_context()
        self._standby: _Standby | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def start(self, work: Work) -> bool:
        """Run `work` as far as it goes; True if that was to its end."""
        standby, self._standby = self._standby, None  # it may start more work itself
        if standby is None or not standby.ready:
            if standby is not None:
                self._retire(standby)
            standby = _Standby(self._loop, self._base, self._tasks)
        try:
            pending = self._step(work, standby)
        except BaseException:  # work is to deal with its errors, so this is one to stop at
            self._retire(standby)
            raise
        if pending is _ENDED:
            if self._standby is None and not self._closed:
                self._standby = standby
            else:
                self._retire(standby)
            return True
        self._tasks.add(standby.task)
        standby.take_over(work, pending)
        if self._closed:
            standby.task.cancel()
        return False

    def _step(self, work: Work, standby: _Standby) -> object:
        """Run `work` to where it waits first, and give what for; or to its end."""
        loop, task = self._loop, standby.task
        outer = asyncio.current_task(loop)
        if outer is not None:
            _leave_task(loop, outer)
        _enter_task(loop, task)
        try:
            # That costs less than to send it None and to catch StopIteration.
            return standby.context.run(next, work.__await__(), _ENDED)
        finally:
            _leave_task(loop, task)
            if outer is not None:
                _enter_task(loop, outer)

    async def finish(self) -> None:
        """Wait until all that is under way has ended."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Cancel what is under way, now and later, and wait for its end."""
        self._closed = True
        if self._standby is not None:
            self._retire(self._standby)
            self._standby = None
        for task in self._tasks:
            task.cancel()
        await self.finish()

    def _retire(self, standby: _Standby) -> None:
        """Have no use for one that has nothing to do."""
        task = standby.task
        if not task.done():
            self._tasks.add(task)
            task.cancel()


class _Standby:
    """A task that waits for work to take over."""

    __slots__ = ("_blank", "_handed", "_loop", "_pending", "_tasks", "_work", "context", "task")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, base: Context, tasks: set[asyncio.Task[None]]
    ) -> None:
        self._loop = loop
        self._blank = base
        self.context = base.copy()
        self._handed: asyncio.Future[None] = loop.create_future()
        self._pending: object = None
        self._work: Work | None = None
        self.task = asyncio.Task(self._wait(), loop=loop, context=self.context)
        self._tasks = tasks
        self.task.add_done_callback(self._done)

    @property
    def ready(self) -> bool:
        """Whether it is as good as new: no work has cancelled it or changed its context."""
        task = self.task
        return not (task.done() or task.cancelling()) and self.context == self._blank

    def take_over(self, work: Work, pending: object) -> None:
        """Have the task go on with `work`, which waits for `pending`."""
        if asyncio.isfuture(pending):
            # What `await` has marked, so that a task knows what it is given. Until the task gets
            # it, others may await the same future and have it marked for themselves.
            pending._asyncio_future_blocking = False
        self._work, self._pending = work, pending
        if not self._handed.done():
            self._handed.set_result(None)

    async def _wait(self) -> None:
        error = None
        try:
            await self._handed
        except asyncio.CancelledError as cancelled:
            if self._work is None:
                raise
            error = cancelled
        work, self._work = self._work, None
        assert work is not None
        await _go_on(work, self._pending, error)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._work is not None:  # cancelled before it ran at all
            work, self._work = self._work, None
            cancelled = _go_on(work, self._pending, asyncio.CancelledError())
            last = self._loop.create_task(_await(cancelled), context=self.context)
            self._tasks.add(last)
            last.add_done_callback(self._tasks.discard)


@generator_coroutine
def _go_on(
    work: Work, pending: object, error: BaseException | None
) -> Generator[object, None, None]:
    """Take over `work`, which waits for `pending`, after a cancellation if there was an `error`."""
    if error is not None and asyncio.isfuture(pending) and pending.cancel():
        error = None  # the work will hear of it from what it waits for
    while True:
        if error is None:
            if asyncio.isfuture(pending):
                pending._asyncio_future_blocking = True
            try:
                yield pending
            except BaseException as raised:  # what the task would throw is for the work
                error = raised
            else:
                yield from work
                return
        try:
            pending, error = work.throw(error), None
        except StopIteration:
            return


async def _await(awaitable: Awaitable[None]) -> None:
    await awaitable
