"""Measuring several ways to do one thing against each other, fairly.

All contestants of one comparison run in turn, round after round, so that a change of the machine's
mood falls on all of them alike. What counts is a ratio, taken round by round; the median, the
smallest and the largest of the rounds are reported.
"""

from __future__ import annotations

import gc
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Samples:
    """Seconds per operation, one figure a round."""

    name: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as long (or as much CPU) `over` takes as `under`, over all rounds."""

    label: str
    low: float
    median: float
    high: float

    @classmethod
    def of(cls, label: str, over: Samples, under: Samples) -> Ratio:
        rounds = [a / b for a, b in zip(over.seconds, under.seconds, strict=True)]
        return cls(label, min(rounds), statistics.median(rounds), max(rounds))


def loops(
    work: Mapping[str, Callable[[], object]], rounds: int, slice_s: float = 0.02
) -> list[Samples]:
    """Time small functions; each round gives each of them about `slice_s` seconds."""
    counts = {name: _count(function, slice_s) for name, function in work.items()}
    taken: dict[str, list[float]] = {name: [] for name in work}
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, function in work.items():
                taken[name].append(_loop(function, counts[name]))
    finally:
        gc.enable()
    return [Samples(name, tuple(seconds)) for name, seconds in taken.items()]


def _count(function: Callable[[], object], slice_s: float) -> int:
    function()
    return max(1, int(slice_s / max(_loop(function, 3), 1e-9)))


def _loop(function: Callable[[], object], count: int) -> float:
    start = time.perf_counter()
    for _ in range(count):
        function()
    return (time.perf_counter() - start) / count


def processes(
    commands: Mapping[str, Sequence[str]], rounds: int, cwd: str | None = None
) -> list[Samples]:
    """CPU seconds, user and system, of whole processes from start to exit."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for command in commands.values():
        _cpu(command, cwd)  # the first run warms caches and writes .pyc files
    for _ in range(rounds):
        for name, command in commands.items():
            taken[name].append(_cpu(command, cwd))
    return [Samples(name, tuple(seconds)) for name, seconds in taken.items()]


def _cpu(command: Sequence[str], cwd: str | None) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def python(code: str) -> list[str]:
    """A command that runs `code` in a fresh interpreter."""
    return [sys.executable, "-c", code]
