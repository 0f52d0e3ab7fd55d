"""The energy meter of an EVSE: registers that only grow, and what it measures at the moment."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ocppref.station.hardware.electrical import Battery, Course

IDLE = Course(0.0)
"""No power."""


class Meter:
    """A meter between an EVSE and its connectors, in so many lines; direct current has one.

    `energy` and `registers` are what it showed before: of all lines, and of each.
    """

    __slots__ = ("_base", "_course", "_since", "_total", "_used")

    def __init__(self, lines: int, energy: float = 0.0, registers: Sequence[float] = ()) -> None:
        # The sum is kept by itself: adding up the lines would not always give the same last bit,
        # and a register never goes back (J02.FR.16).
        self._total = energy
        self._base = _fit(registers, lines)
        self._course = IDLE
        self._since = 0.0
        self._used = lines

    def registers(self, now: float) -> tuple[float, ...]:
        """The energy that went through each line since the meter was made, in Wh, exactly."""
        gained = self._course.energy(now - self._since) / self._used
        return tuple(
            base + gained if line < self._used else base for line, base in enumerate(self._base)
        )

    def energy(self, now: float) -> float:
        """The energy of all lines together, in Wh, exactly."""
        return self._total + self._course.energy(now - self._since)

    def power(self, now: float) -> float:
        """The power in W."""
        return self._course.power(now - self._since)

    def battery(self, now: float) -> Battery | None:
        """The battery that is being charged, as it is now."""
        return self._course.battery_after(now - self._since)

    @property
    def cap(self) -> float:
        """The power in W that the present course began with."""
        return self._course.cap

    def used(self) -> int:
        """How many lines the power goes through; 0 while there is none."""
        return self._used if self._course.cap > 0.0 else 0

    def follow(self, course: Course, used: int, now: float) -> None:
        """From now on the power takes this course, through the first `used` lines."""
        self._total, self._base = self.energy(now), list(self.registers(now))
        self._course = course
        self._used = max(1, used)
        self._since = now

    def time_to(self, energy: float, now: float) -> float | None:
        """Seconds until so many Wh more have gone through; None if that never comes so."""
        elapsed = now - self._since
        due = self._course.time_to(energy + self._course.energy(elapsed))
        return None if due is None else max(0.0, due - elapsed)

    def time_to_end(self, now: float) -> float | None:
        """Seconds until the battery is full; None if it never will be."""
        end = self._course.end()
        return None if end is None else max(0.0, end - (now - self._since))


def _fit(registers: Sequence[float], lines: int) -> list[float]:
    """Registers for so many lines, without losing energy that was counted before."""
    base = [*registers, 0.0, 0.0, 0.0][:lines]
    base[0] += math.fsum(registers[lines:])
    return base
