"""Which EVs come to a station, and when: all of it from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from ocppref.fleet.plan import Plan

_POWERS = (3_680.0, 7_360.0, 11_000.0, 22_000.0)  # W
_LONGEST = 5.0  # times the mean
_HESITATION = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class Visit:
    """An EV comes. Times are in seconds, `power` is in W.

    `gap`: how long after the last one has left. `hesitation`: from the plug to the token.
    `stay`: from there to the end. `stops`: whether the driver shows the token again before he
    unplugs; the others just unplug.
    """

    gap: float
    hesitation: float
    stay: float
    power: float
    stops: bool


def chance(plan: Plan, number: int, purpose: str) -> random.Random:
    """Chance for a purpose at the station of that number: the same for the same seed."""
    return random.Random(f"{plan.seed}/{number}/{purpose}")


def visits(plan: Plan, number: int) -> Iterator[Visit]:
    """The EVs that come to the station of that number, one after the other, without end."""
    dice = chance(plan, number, "visits")
    while True:
        yield Visit(
            gap=_around(plan.gap, dice),
            hesitation=dice.random() * min(_HESITATION, plan.stay),
            stay=_around(plan.stay, dice),
            power=dice.choice(_POWERS),
            stops=dice.random() < 0.5,
        )


def _around(mean: float, dice: random.Random) -> float:
    """As EVs come when none knows of the others; but nobody waits for ever."""
    return min(dice.expovariate(1.0 / mean), mean * _LONGEST)
