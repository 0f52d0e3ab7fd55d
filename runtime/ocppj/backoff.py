"""How long to wait between attempts to connect (OCPP 2.1 Part 4, 5.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ocppj.errors import OCPPUsageError

_MOST_TIMES = 32  # a second is doubled to 136 years; a number without end would not fit a float


@dataclass(frozen=True, slots=True)
class Backoff:
    """The three variables of OCPPCommCtrlr, in seconds and times.

    `wait_minimum` is RetryBackOffWaitMinimum, `random_range` RetryBackOffRandomRange and
    `repeat_times` RetryBackOffRepeatTimes. Raises `OCPPUsageError` if one is negative.
    """

    wait_minimum: float = 10.0
    random_range: float = 10.0
    repeat_times: int = 5

    def __post_init__(self) -> None:
        if min(self.wait_minimum, self.random_range, self.repeat_times) < 0:
            raise OCPPUsageError("a back-off has no negative numbers")

    def wait(self, number: int, random: Callable[[], float]) -> float:
        """Seconds of the wait of that number since there was a connection; the first is 0.

        `random` gives a number from 0 up to 1.
        """
        # OCPP 2.1 Part 4, 5.4: doubled at most so many times; each time plus a fresh random part.
        doubled = self.wait_minimum * 2 ** min(number, self.repeat_times, _MOST_TIMES)
        return float(doubled + self.random_range * random())
