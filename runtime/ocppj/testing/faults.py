"""What can go wrong on the way, and how often.

The way is TCP: nothing is put out of order, and no byte is changed. What is lost or doubled is a
whole message, as by a proxy in between, or by a peer that forgets or repeats itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from ocppj.contract import Side
from ocppj.errors import OCPPUsageError


class Fault(Enum):
    """Something that happens to a message, or to its connection."""

    DROP = "drop"
    """It is lost. The connection goes on."""
    DUPLICATE = "duplicate"
    """It arrives twice."""
    DELAY = "delay"
    """It arrives late, and so does all that comes behind it."""
    CUT = "cut"
    """The connection is reset in the midst of it."""
    HALF_OPEN = "half-open"
    """From then on the connection is dead in both directions, and neither side is told."""


@dataclass(frozen=True, slots=True)
class Faults:
    """How bad the network is. The first five are shares of messages, from 0 to 1.

    At most one of the five befalls a message. Handshakes and WebSocket's own frames can be delayed
    or cut, or find the connection half-open; they are not dropped, nor doubled.

    `sender`: whose messages these are; None is both sides'.
    `longest_delay`: a DELAY is any time up to that, in seconds.
    `latency`: seconds that everything takes.
    `piece`: as many bytes arrive at once, at most; with 1 all arrives byte by byte.

    Raises `OCPPUsageError` for what makes no sense.
    """

    drop: float = 0.0
    duplicate: float = 0.0
    delay: float = 0.0
    cut: float = 0.0
    half_open: float = 0.0
    sender: Side | None = None
    longest_delay: float = 5.0
    latency: float = 0.0
    piece: int | None = None

    def __post_init__(self) -> None:
        shares = [share for _, share in self._shares()]
        if min(shares) < 0 or sum(shares) > 1:
            raise OCPPUsageError("the shares of faults are not negative, and at most 1 in all")
        if min(self.longest_delay, self.latency) < 0 or (self.piece is not None and self.piece < 1):
            raise OCPPUsageError("times are not negative, and a piece has at least one byte")

    def draw(self, random: Callable[[], float], sender: Side, *, message: bool) -> Fault | None:
        """What happens to the next thing that `sender` sends.

        `random` gives a number from 0 up to 1, and is asked once.
        """
        number = random()
        if self.sender not in (None, sender):
            return None
        for fault, share in self._shares():
            if number < share:
                whole = fault in (Fault.DROP, Fault.DUPLICATE)
                return fault if message or not whole else None
            number -= share
        return None

    def _shares(self) -> tuple[tuple[Fault, float], ...]:
        return (
            (Fault.DROP, self.drop),
            (Fault.DUPLICATE, self.duplicate),
            (Fault.DELAY, self.delay),
            (Fault.CUT, self.cut),
            (Fault.HALF_OPEN, self.half_open),
        )


PERFECT = Faults()
"""Nothing goes wrong, and nothing takes any time."""


@dataclass(frozen=True, slots=True)
class Incident:
    """A fault that has happened: when (the time of the loop), what, and to whose message."""

    at: float
    fault: Fault
    sender: Side
    identity: str
