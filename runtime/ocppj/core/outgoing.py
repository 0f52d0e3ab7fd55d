"""The CALLs of our own: one outstanding, the others in line (OCPP 2.1 Part 4, 4.1.1).

The life of a CALL is a table. A CALL in a state that has no row is over, and cannot end again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType

_LATE_KEPT = 8


class CallState(Enum):
    """Where a CALL of ours is. All but the first two are ends."""

    QUEUED = auto()
    OUTSTANDING = auto()
    ANSWERED = auto()
    FAILED = auto()
    SPOILED = auto()
    TIMED_OUT = auto()
    ABANDONED = auto()
    WITHDRAWN = auto()


class Step(Enum):
    """What can happen to a CALL of ours."""

    SEND = auto()
    RESULT = auto()
    ERROR = auto()
    SPOIL = auto()
    TIME_OUT = auto()
    CLOSE = auto()
    WITHDRAW = auto()


LIFE: Mapping[CallState, Mapping[Step, CallState]] = MappingProxyType(
    {
        CallState.QUEUED: {
            Step.SEND: CallState.OUTSTANDING,
            Step.CLOSE: CallState.ABANDONED,
            Step.WITHDRAW: CallState.WITHDRAWN,
        },
        CallState.OUTSTANDING: {
            Step.RESULT: CallState.ANSWERED,
            Step.ERROR: CallState.FAILED,
            Step.SPOIL: CallState.SPOILED,
            Step.TIME_OUT: CallState.TIMED_OUT,
            Step.CLOSE: CallState.ABANDONED,
        },
    }
)
"""State, step, next state. What is not here does not happen."""


@dataclass(slots=True)
class OutgoingCall:
    """One CALL of ours; `deadline` counts once it is outstanding."""

    message_id: str
    action: str
    payload: str
    timeout: float
    state: CallState = CallState.QUEUED
    deadline: float = 0.0

    def take(self, step: Step) -> None:
        """Go on to the next state. A KeyError would be a bug of this package."""
        self.state = LIFE[self.state][step]


class OutgoingCalls:
    """The CALL that is outstanding, if any, and those that wait for it, oldest first."""

    __slots__ = ("_late", "_limit", "_queued", "outstanding")

    def __init__(self, limit: int) -> None:
        self.outstanding: OutgoingCall | None = None
        self._limit = limit
        self._queued: dict[str, OutgoingCall] = {}
        self._late: tuple[str, ...] = ()

    def __len__(self) -> int:
        """How many wait for their turn."""
        return len(self._queued)

    def __contains__(self, message_id: str) -> bool:
        """Whether a CALL of that id has not ended yet."""
        outstanding = self.outstanding
        return message_id in self._queued or (
            outstanding is not None and outstanding.message_id == message_id
        )

    @property
    def full(self) -> bool:
        """Whether one more CALL would have to wait in a line that is at its bound."""
        return self.outstanding is not None and len(self._queued) >= self._limit

    def add(self, call: OutgoingCall) -> None:
        """Put `call` at the end of the line."""
        self._queued[call.message_id] = call

    def start_next(self, now: float) -> OutgoingCall | None:
        """The CALL to send at `now`: the first in line, unless one is outstanding."""
        if self.outstanding is not None or not self._queued:
            return None
        call = self._queued.pop(next(iter(self._queued)))
        call.take(Step.SEND)
        call.deadline = now + call.timeout
        self.outstanding = call
        return call

    def end(self, message_id: str | None, step: Step) -> OutgoingCall | None:
        """End the outstanding CALL, if it is the one of that id."""
        call = self.outstanding
        if call is None or call.message_id != message_id:
            return None
        call.take(step)
        self.outstanding = None
        return call

    def expire(self, now: float) -> OutgoingCall | None:
        """End the outstanding CALL, if its time is over. Its id is kept for a while."""
        call = self.outstanding
        if call is None or now < call.deadline:
            return None
        self._late = (call.message_id, *self._late)[:_LATE_KEPT]
        return self.end(call.message_id, Step.TIME_OUT)

    def is_late(self, message_id: str | None) -> bool:
        """Whether one of the last CALLs that timed out had that id."""
        return message_id in self._late

    def withdraw(self, message_id: str) -> bool:
        """Take a CALL out of the line; False if it is not in it (any more)."""
        call = self._queued.pop(message_id, None)
        if call is None:
            return False
        call.take(Step.WITHDRAW)
        return True

    def close(self) -> list[tuple[OutgoingCall, bool]]:
        """End all of them, in order, each with whether it had been sent."""
        sent = [] if self.outstanding is None else [(self.outstanding, True)]
        calls = [*sent, *((call, False) for call in self._queued.values())]
        for call, _ in calls:
            call.take(Step.CLOSE)
        self.outstanding = None
        self._queued.clear()
        return calls
