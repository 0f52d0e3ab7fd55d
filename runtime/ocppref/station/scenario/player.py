"""Plays the steps of a scenario, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from ocppref.station.hardware import Impossible
from ocppref.station.scenario.format import Scenario
from ocppref.station.scenario.outcome import Outcome, StepResult, Verdict
from ocppref.station.scenario.steps import Entry, Failed, Repeat, Stage
from ocppref.station.time import machine_time

INTERRUPTED = "it was interrupted"


async def play(
    scenario: Scenario,
    stage: Stage,
    *,
    tell: Callable[[StepResult], object] = lambda _: None,
    stopped: asyncio.Event | None = None,
) -> Outcome:
    """Play a scenario to its end, or to the first step that fails; the rest is skipped.

    `tell` gets the result of each step at once. Once `stopped` is set the step that is under way
    counts as failed.
    """
    stage.values.update(scenario.values)
    player = _Player(stage, tell, stopped or asyncio.Event())
    outcome = Outcome(scenario.name, scenario.file, machine_time(), player.results)
    start = _now()
    await player.play(scenario.steps, "")
    outcome.seconds = _now() - start
    outcome.frames = tuple(stage.frames.all)
    return outcome


class _Player:
    """Keeps the results, and whether one has failed."""

    def __init__(
        self, stage: Stage, tell: Callable[[StepResult], object], stopped: asyncio.Event
    ) -> None:
        self.results: list[StepResult] = []
        self._stage = stage
        self._tell = tell
        self._stopped = stopped
        self._has_failed = False

    async def play(self, entries: Sequence[Entry], prefix: str) -> None:
        for number, entry in enumerate(entries, start=1):
            await self._play(entry, f"{prefix}{number}")

    async def _play(self, entry: Entry, number: str) -> None:
        if self._has_failed:
            self._add(StepResult(number, entry.text, Verdict.SKIPPED, entry.line))
        elif isinstance(entry.step, Repeat):
            await self._repeat(entry.step, number)
        else:
            await self._act(entry, number)

    async def _repeat(self, repeat: Repeat, number: str) -> None:
        for time in range(1, repeat.times + 1):
            if not self._has_failed:
                await self.play(repeat.steps, f"{number}.{time}.")

    async def _act(self, entry: Entry, number: str) -> None:
        start = _now()
        message = await self._attempt(entry)
        verdict = Verdict.FAILED if message else Verdict.PASSED
        self._has_failed = bool(message)
        seconds = _now() - start
        self._add(StepResult(number, entry.text, verdict, entry.line, start, seconds, message))

    async def _attempt(self, entry: Entry) -> str:
        """Do a step; gives why it failed, or ""."""
        act = asyncio.ensure_future(entry.step.play(self._stage))
        stop = asyncio.ensure_future(self._stopped.wait())
        try:
            await asyncio.wait([act, stop], return_when=asyncio.FIRST_COMPLETED)
            if not act.done():
                return INTERRUPTED
            act.result()
        except (Failed, Impossible) as error:
            return str(error)
        finally:
            for each in (act, stop):
                each.cancel()
            await asyncio.gather(act, stop, return_exceptions=True)
        return ""

    def _add(self, result: StepResult) -> None:
        self.results.append(result)
        self._tell(result)


def _now() -> float:
    return asyncio.get_running_loop().time()
