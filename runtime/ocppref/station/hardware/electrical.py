"""Electricity: how much power flows, and how much energy that makes, exactly and without a clock.

Power is in W, energy in Wh, current in A, voltage in V, time in seconds. The state of charge of a
battery is a fraction here: 0.8 is 80 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

VOLTAGE = 230.0
"""Of a phase against neutral, in V. The grid of this model never sags."""
FREQUENCY = 50.0
"""Of the grid, in Hz."""
MIN_CURRENT = 6.0
"""What an AC EVSE can offer at least, in A: IEC 61851-1 knows nothing between 0 and that."""
CAPACITY = 60_000.0
"""Of the battery of a car that tells nothing else, in Wh."""
KNEE = 0.8
"""From here on a battery on direct current takes less and less."""
TRICKLE = 0.1
"""What it takes just before it is full, as a part of the most that it can take."""
DC_EMPTY = 350.0
DC_FULL = 450.0
"""The voltage of a battery at 0 % and at 100 %."""

_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Battery:
    """A battery. `soc` is a fraction.

    `maximum` is the power in W that it takes below the knee; None if it takes all it can get until
    it is full, as far as an AC station can tell.
    """

    soc: float
    capacity: float = CAPACITY
    maximum: float | None = None

    def accepts(self, soc: float) -> float:
        """The power in W that it takes at most at a state of charge."""
        if soc >= 1.0:
            return 0.0
        if self.maximum is None:
            return math.inf
        return self.maximum * (1.0 - _SLOPE * max(0.0, soc - KNEE))

    def limited_from(self, power: float) -> float:
        """The state of charge from which on it takes less than `power`."""
        if self.maximum is None:
            return 1.0
        if power >= self.maximum:
            return KNEE
        return min(1.0, KNEE + (1.0 - power / self.maximum) / _SLOPE)

    def charged(self, energy: float) -> Battery:
        """The same with so many Wh more in it."""
        return replace(self, soc=min(1.0, self.soc + energy / self.capacity))


_SLOPE = (1.0 - TRICKLE) / (1.0 - KNEE)


@dataclass(frozen=True, slots=True)
class Course:
    """How the power goes on from a moment on, for as long as nobody changes anything.

    `cap` is the power in W that station and car have agreed on, not more than the battery takes
    at that moment. Where the car has a battery that counts, the power is flat until the battery
    limits it, then falls exponentially, and ends when the battery is full. `after` arguments are
    seconds from that moment.
    """

    cap: float
    battery: Battery | None = None

    def power(self, after: float) -> float:
        """The power in W."""
        if self.battery is None or self.cap <= 0.0:
            return self.cap
        if after < self._flat_time():
            return self.cap
        return min(self.cap, self.battery.accepts(self.battery.soc + self._part(after)))

    def energy(self, after: float) -> float:
        """The energy in Wh that flows until then."""
        if self.battery is None or self.cap <= 0.0:
            return self.cap * after / _HOUR
        return self.battery.capacity * self._part(after)

    def end(self) -> float | None:
        """When the battery is full; None if it never will be."""
        if self.battery is None or self.cap <= 0.0:
            return None
        return self.time_to(self.battery.capacity * (1.0 - self.battery.soc))

    def battery_after(self, after: float) -> Battery | None:
        """The battery as it is then."""
        if self.battery is None:
            return None
        end = self.end()
        if end is not None and after >= end - _TICK:
            return replace(self.battery, soc=1.0)
        return self.battery.charged(self.energy(after))

    def time_to(self, energy: float) -> float | None:
        """How many seconds it takes until so many Wh have flowed; None if they never will."""
        if energy <= 0.0:
            return 0.0
        if self.cap <= 0.0:
            return None
        if self.battery is None:
            return energy / self.cap * _HOUR
        return self._time_to_part(self.battery, energy / self.battery.capacity)

    def _time_to_part(self, battery: Battery, part: float) -> float | None:
        if part > 1.0 - battery.soc + _TINY:
            return None
        flat = self._flat_part()
        if part <= flat or battery.maximum is None:
            return part * battery.capacity / self.cap * _HOUR
        share = 1.0 - (part - flat) * _SLOPE * battery.maximum / self.cap
        trickle = battery.maximum * TRICKLE / self.cap
        return self._flat_time() + math.log(1.0 / max(share, trickle)) / self._decay(battery)

    def _part(self, after: float) -> float:
        """What part of the capacity is charged until then."""
        battery = self.battery
        assert battery is not None
        flat_time = self._flat_time()
        if after <= flat_time:
            return self.cap * after / _HOUR / battery.capacity
        flat = self._flat_part()
        if battery.maximum is None:
            return flat
        # From here the power falls with the state of charge, which grows by the power: an
        # exponential, which begins with the power that there was before.
        fallen = 1.0 - math.exp(-self._decay(battery) * (after - flat_time))
        return min(1.0 - battery.soc, flat + fallen * self.cap / (_SLOPE * battery.maximum))

    def _flat_part(self) -> float:
        battery = self.battery
        assert battery is not None
        return max(0.0, battery.limited_from(self.cap) - battery.soc)

    def _flat_time(self) -> float:
        battery = self.battery
        assert battery is not None
        return self._flat_part() * battery.capacity / self.cap * _HOUR

    def _decay(self, battery: Battery) -> float:
        assert battery.maximum is not None
        return _SLOPE * battery.maximum / battery.capacity / _HOUR


_TINY = 1e-12
_TICK = 1e-6  # seconds: a timer may ring that much too early
