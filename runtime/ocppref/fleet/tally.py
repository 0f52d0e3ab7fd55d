"""What is counted, in a form that can be added up and sent from one process to another."""

from __future__ import annotations

import math
import os
import resource
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, fields
from pathlib import Path

_STEP = math.log(1.02)  # buckets of 2 %
_SHORTEST = 1e-6  # seconds
_PROBLEMS = 100


@dataclass(slots=True)
class Latencies:
    """How long answers took. Quantiles are good to 2 %."""

    buckets: Counter[int] = field(default_factory=Counter)
    longest: float = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        self.buckets[math.floor(math.log(max(seconds, _SHORTEST)) / _STEP)] += 1
        self.longest = max(self.longest, seconds)

    def merge(self, other: Latencies) -> None:
        """All of another's."""
        self.buckets.update(other.buckets)
        self.longest = max(self.longest, other.longest)

    @property
    def count(self) -> int:
        """How many."""
        return self.buckets.total()

    def quantile(self, share: float) -> float | None:
        """Seconds that so large a share did not exceed; None without any."""
        wanted = math.ceil(share * self.count)
        passed = 0
        for bucket in sorted(self.buckets):
            passed += self.buckets[bucket]
            if passed >= wanted:
                return min(math.exp((bucket + 1) * _STEP), self.longest)
        return None


@dataclass(slots=True)
class Tally:
    """What a fleet, or a part of it, has seen. All of it can be added up.

    `problems` are texts; `problem_count` says how many there are, where not all are told.
    """

    stations: int = 0
    online: int = 0
    accepted_stations: int = 0
    cars: int = 0
    plugged: int = 0
    transactions: int = 0
    running: int = 0
    complete: int = 0
    incomplete: int = 0
    events: int = 0
    events_accepted: int = 0
    events_repeated: int = 0
    verified: int = 0
    messages_in: int = 0
    messages_out: int = 0
    connections: int = 0
    lost: int = 0
    failed_attempts: int = 0
    ignored: int = 0
    problem_count: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    actions: Counter[str] = field(default_factory=Counter)
    incidents: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    latencies: Latencies = field(default_factory=Latencies)
    problems: list[str] = field(default_factory=list)

    def merge(self, other: Tally) -> None:
        """Add what another has seen."""
        for each in fields(Tally):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            if isinstance(mine, int):
                setattr(self, each.name, mine + theirs)
            elif isinstance(mine, Counter):
                mine.update(theirs)
            elif isinstance(mine, Latencies):
                mine.merge(theirs)
            else:
                mine.extend(theirs[: _PROBLEMS - len(mine)])

    def blame(self, problems: list[str]) -> None:
        """Note what is wrong: the first of it as texts."""
        self.problem_count += len(problems)
        self.problems.extend(problems[: max(0, _PROBLEMS - len(self.problems))])


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process takes. Memory is in KiB, time in seconds of CPU; None is unknown.

    `bare` is the memory it took before there was any station.
    """

    pid: int
    cpu: float
    memory: int
    bare: int
    tasks: int
    descriptors: int | None


def usage_of_this_process(tasks: int, bare: int = 0) -> Usage:
    """What this process takes now."""
    return Usage(os.getpid(), time.process_time(), memory(), bare, tasks, _descriptors())


def memory() -> int:
    """KiB of this process that are resident; the most there ever were where only that is told."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most // 1024 if sys.platform == "darwin" else most
    return pages * resource.getpagesize() // 1024


def _descriptors() -> int | None:
    try:
        return len(os.listdir("/proc/self/fd"))
    except OSError:
        return None
