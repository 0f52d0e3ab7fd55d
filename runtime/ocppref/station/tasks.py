"""What goes on beside: tasks that nobody waits for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import TypeVar

from ocppj import OCPPError

T = TypeVar("T")

LOG = logging.getLogger("ocppref.station")


class Tasks:
    """The tasks of one power-on. What fails is logged; at the end all are cancelled."""

    __slots__ = ("_closed", "_running", "owner")

    def __init__(self, owner: str = "") -> None:
        self.owner = owner
        self._running: set[asyncio.Task[object]] = set()
        self._closed = False

    def spawn(self, work: Coroutine[object, object, T], name: str) -> asyncio.Task[T]:
        """Run `work` beside everything else. `name` is for the log."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._done)
        if self._closed:
            task.cancel()
        return task

    async def close(self) -> None:
        """Cancel what is under way, now and later, and wait for its end."""
        self._closed = True
        waiting = self._running - {asyncio.current_task()}
        while waiting:
            for task in waiting:
                task.cancel()
            await asyncio.wait(waiting)
            waiting = self._running - {asyncio.current_task()}

    def _done(self, task: asyncio.Task[object]) -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, OCPPError):
            # The CSMS refused, or did not answer: that is its right, and no fault of ours.
            LOG.warning("%s: %s: %s", self.owner, task.get_name(), error)
        elif error is not None:
            LOG.error("%s: %s failed", self.owner, task.get_name(), exc_info=error)
