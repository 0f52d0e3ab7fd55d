"""How a scenario went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from ocppref.station.scenario.frames import Frame


class Verdict(Enum):
    """How a step went."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class StepResult:
    """A step that was played, or left out as one before it failed.

    `number` is "3", or "3.2.1" for the second time that step 1 of a repetition was played; `text`
    is what the step is called, `message` why it failed. `at` and `seconds` are in the time that it
    was played in.
    """

    number: str
    text: str
    verdict: Verdict
    line: int
    at: float = 0.0
    seconds: float = 0.0
    message: str = ""


@dataclass(slots=True)
class Outcome:
    """A scenario that was played, with all frames that passed."""

    name: str
    file: str
    started: datetime
    results: list[StepResult] = field(default_factory=list)
    seconds: float = 0.0
    frames: Sequence[Frame] = ()

    def count(self, verdict: Verdict) -> int:
        """How many steps went like that."""
        return sum(1 for each in self.results if each.verdict is verdict)

    @property
    def is_passed(self) -> bool:
        """Whether each step did."""
        return all(each.verdict is Verdict.PASSED for each in self.results)
