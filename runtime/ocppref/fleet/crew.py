"""The processes of a fleet, as the first process sees them."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from ocppref.fleet.plan import Plan
from ocppref.fleet.tally import Tally, Usage
from ocppref.fleet.worker import END, Report, work

_LAST_WORDS = 10.0  # seconds that a process may take to leave


@dataclass(frozen=True, slots=True)
class Sample:
    """How much all processes took at a moment, for whoever looks for leaks."""

    second: float
    memory: int
    tasks: int
    descriptors: int | None


@dataclass(slots=True)
class State:
    """How a fleet stands: all processes together, and what each of them takes."""

    tally: Tally
    usages: list[Usage]
    seconds: float
    is_over: bool
    errors: list[str] = field(default_factory=list)

    def sample(self) -> Sample:
        """What all processes take."""
        known = [each.descriptors for each in self.usages if each.descriptors is not None]
        return Sample(
            round(self.seconds, 1),
            sum(each.memory for each in self.usages),
            sum(each.tasks for each in self.usages),
            sum(known) if known else None,
        )


class Crew:
    """Starts the processes of a plan, and hears from them.

    with Crew(plan) as crew:
        for state in crew.states(): ...
    """

    def __init__(self, plan: Plan, *, log_level: str = "ERROR") -> None:
        self._plan = plan
        self._log_level = log_level
        self._processes: dict[Connection, SpawnProcess] = {}
        self._reports: dict[Connection, Report] = {}
        self._errors: list[str] = []
        self._begin = time.monotonic()

    def __enter__(self) -> Crew:
        # What is forked inherits locks and event loops; what is spawned does not.
        context = multiprocessing.get_context("spawn")
        for first in range(1, self._plan.processes + 1):
            numbers = range(first, self._plan.stations + 1, self._plan.processes)
            mine, theirs = context.Pipe()
            process = context.Process(
                target=work, args=(self._plan, numbers, theirs, self._log_level), daemon=True
            )
            process.start()
            theirs.close()
            self._processes[mine] = process
        return self

    def __exit__(self, *_: object) -> None:
        for pipe, process in self._processes.items():
            pipe.close()
            process.join(_LAST_WORDS)
            if process.is_alive():
                process.kill()
                process.join()

    def end(self) -> None:
        """Have the day end now; all is settled as always."""
        for pipe in self._processes:
            with contextlib.suppress(OSError):
                pipe.send(END)

    def states(self, every: float = 0.25) -> Iterator[State]:
        """How it stands, a few times a second, until all is over."""
        listening = set(self._processes)
        while listening:
            for pipe in multiprocessing.connection.wait(listening, timeout=every):
                assert isinstance(pipe, Connection)
                if not self._hear(pipe):
                    listening.discard(pipe)
            yield self._state(is_over=not listening)

    def _hear(self, pipe: Connection) -> bool:
        """Take a report; False if it was the last one."""
        try:
            report = pipe.recv()
        except (EOFError, OSError):
            process = self._processes[pipe]
            process.join(_LAST_WORDS)
            self._errors.append(f"a process has died with exit code {process.exitcode}")
            return False
        self._reports[pipe] = report
        if report.error:
            self._errors.append(f"a process has failed: {report.error}")
        return not report.final

    def _state(self, *, is_over: bool) -> State:
        tally = Tally()
        for report in self._reports.values():
            tally.merge(report.tally)
        usages = [report.usage for report in self._reports.values()]
        seconds = time.monotonic() - self._begin
        return State(tally, usages, seconds, is_over, list(self._errors))
