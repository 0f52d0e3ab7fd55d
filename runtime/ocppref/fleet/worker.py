"""One process of a fleet: it runs some of the stations, and tells the first process of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

from ocppj import run as run_loop
from ocppref.fleet.fleet import Fleet
from ocppref.fleet.plan import Plan
from ocppref.fleet.tally import Tally, Usage, memory, usage_of_this_process
from ocppref.logging import set_up_logging

REPORT = 1.0
"""Seconds from one report to the next."""

END = "end"
"""What the first process says to have the day end."""


@dataclass(frozen=True, slots=True)
class Report:
    """How it stands. The last one is `final`; with an `error` it is over before its time."""

    tally: Tally
    usage: Usage
    final: bool = False
    error: str = ""


def work(plan: Plan, numbers: Sequence[int], pipe: Connection, log_level: str) -> None:
    """Run these stations, and report through `pipe`. What a process of a fleet is."""
    for each in (signal.SIGINT, signal.SIGTERM):  # the first process says when it is over
        signal.signal(each, signal.SIG_IGN)
    set_up_logging(log_level, "text")
    logging.captureWarnings(True)
    with contextlib.suppress(BrokenPipeError):
        run_loop(_work(plan, numbers, pipe))


async def _work(plan: Plan, numbers: Sequence[int], pipe: Connection) -> None:
    bare = memory()
    fleet = Fleet(plan, numbers)
    loop = asyncio.get_running_loop()
    day = asyncio.create_task(fleet.run())

    def told() -> None:
        try:
            pipe.recv()
        except (EOFError, OSError):  # the first process is gone
            loop.remove_reader(pipe.fileno())
            day.cancel()
        fleet.ending.set()

    loop.add_reader(pipe.fileno(), told)
    try:
        while not (await asyncio.wait([day], timeout=REPORT))[0]:
            pipe.send(Report(fleet.tally, _usage(bare)))
    except BrokenPipeError:
        day.cancel()
    finally:
        loop.remove_reader(pipe.fileno())
        await asyncio.gather(day, return_exceptions=True)
    error = None if day.cancelled() else day.exception()
    text = "" if error is None else f"{type(error).__name__}: {error}"
    if error is not None:
        logging.getLogger("ocppref.fleet").error("a process has failed", exc_info=error)
    pipe.send(Report(fleet.tally, _usage(bare), final=True, error=text))


def _usage(bare: int) -> Usage:
    return usage_of_this_process(len(asyncio.all_tasks()), bare)
