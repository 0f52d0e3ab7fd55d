"""What goes on beside the messages."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from ocppj import OCPPError
from ocppref.csms.errors import StorageError
from ocppref.logging import logger

_LOG = logger("ocppref.csms")


class Background:
    """Tasks that nobody waits for. What goes wrong in them is logged."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[object, object, object], what: str) -> None:
        """Begin `work`; `what` names it in the log."""
        task = asyncio.create_task(_watched(work, what), name=what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, seconds: float) -> None:
        """Let what is under way end; what has not ended by then is cancelled."""
        if self._tasks:
            _, late = await asyncio.wait(tuple(self._tasks), timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


async def _watched(work: Coroutine[object, object, object], what: str) -> None:
    try:
        await work
    except (
        OCPPError,
        StorageError,
    ) as error:  # a station that is gone, a database that is not there
        _LOG.warning("not done", task=what, error=str(error))
    except Exception:
        _LOG.exception("failed", task=what)
