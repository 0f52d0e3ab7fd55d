"""Whether a value is something to be told of: the rules of N07, without any I/O."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import Enum

from ocpp21 import MonitorEnumType
from ocppref.station.monitoring.monitor import ALERTING

_Type = MonitorEnumType


class Alarm(Enum):
    """What is to be told."""

    RAISED = "raised"
    CLEARED = "cleared"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Memory:
    """What a monitor remembers: whether the value was beyond the limit, or what was told last."""

    beyond: bool = False
    reference: str | None = None

    def dump(self) -> str:
        """The text that it is kept as."""
        return json.dumps([self.beyond, self.reference])

    @classmethod
    def load(cls, text: str) -> Memory:
        """What was kept as that text."""
        return cls(*json.loads(text))


NOTHING = Memory()


@dataclass(frozen=True, slots=True)
class Rule:
    """What a monitor goes by. `numeric` says whether the Variable is a number."""

    type: MonitorEnumType
    value: float
    numeric: bool = True

    def judge(self, memory: Memory, actual: str, target: str = "") -> tuple[Memory, Alarm | None]:
        """What to remember from now on, and what to tell, of a value as in a message.

        A value that cannot be compared changes nothing.
        """
        if self.type in ALERTING:
            return self._judge_limit(memory, actual, target)
        if self.type is _Type.DELTA:
            return self._judge_change(memory, actual)
        return memory, None

    def is_beyond(self, actual: str, target: str = "") -> bool | None:
        """Whether a value is beyond the limit; on it is not beyond. None if nobody can say."""
        number, limit = _number(actual), _exact(self.value)
        if number is None:
            return None
        if self.type is _Type.UPPER_THRESHOLD:  # N07.FR.16
            return number > limit
        if self.type is _Type.LOWER_THRESHOLD:  # N07.FR.17
            return number < limit
        wanted = _number(target)
        if wanted is None:
            return None
        if self.type is _Type.TARGET_DELTA_RELATIVE:  # N07.FR.23
            limit *= abs(wanted)
        return abs(number - wanted) > limit  # N07.FR.22

    def _judge_limit(self, memory: Memory, actual: str, target: str) -> tuple[Memory, Alarm | None]:
        beyond = self.is_beyond(actual, target)
        if beyond is None or beyond == memory.beyond:
            return memory, None
        # N07.FR.02
        return replace(memory, beyond=beyond), Alarm.RAISED if beyond else Alarm.CLEARED

    def _judge_change(self, memory: Memory, actual: str) -> tuple[Memory, Alarm | None]:
        if memory.reference is None:
            return replace(memory, reference=actual), None
        if not self._has_changed(memory.reference, actual):
            return memory, None
        return replace(memory, reference=actual), Alarm.CHANGED

    def _has_changed(self, reference: str, actual: str) -> bool:
        before, now = _number(reference), _number(actual)
        if not self.numeric or before is None or now is None:
            return reference != actual  # N07.FR.19
        return abs(now - before) > _exact(self.value)  # N07.FR.18


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _exact(value: float) -> Decimal:
    return Decimal(str(value))  # 0.1 is meant as 0.1
