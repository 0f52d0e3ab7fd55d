"""A monitor: which Variable is watched, how, and what is told of it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ocpp21 import (
    EventNotificationEnumType,
    MonitorEnumType,
    PeriodicEventStreamParamsType,
    SetMonitoringDataType,
    VariableMonitoringType,
)
from ocppref.station.device_model.keys import VariableKey

_Type = MonitorEnumType

THRESHOLDS = frozenset({_Type.UPPER_THRESHOLD, _Type.LOWER_THRESHOLD})
TARGETS = frozenset({_Type.TARGET_DELTA, _Type.TARGET_DELTA_RELATIVE})
ALERTING = THRESHOLDS | TARGETS
"""What is beyond a limit, and comes back."""
PERIODIC = frozenset({_Type.PERIODIC, _Type.PERIODIC_CLOCK_ALIGNED})


@dataclass(frozen=True, slots=True)
class Stream:
    """How the values of a monitor are streamed: each so many seconds, at most so many at once.

    0 is no such limit; at least one of them is set.
    """

    interval: int = 0
    values: int = 0

    def message_type(self) -> PeriodicEventStreamParamsType:
        """The same in a message."""
        return PeriodicEventStreamParamsType(
            interval=self.interval or None, values=self.values or None
        )

    @classmethod
    def of(cls, params: PeriodicEventStreamParamsType) -> Stream:
        """What a message says."""
        return cls(params.interval or 0, params.values or 0)


@dataclass(frozen=True, slots=True)
class Monitor:
    """One monitor of a station. A severity is from 0, the worst, to 9."""

    id: int
    key: VariableKey
    type: MonitorEnumType
    value: float
    severity: int
    transaction: bool = False
    kind: EventNotificationEnumType = EventNotificationEnumType.CUSTOM_MONITOR
    stream: Stream | None = None

    @property
    def is_hard_wired(self) -> bool:
        """Whether it cannot be changed at all."""
        return self.kind is EventNotificationEnumType.HARD_WIRED_MONITOR

    @property
    def is_custom(self) -> bool:
        """Whether the CSMS has set it."""
        return self.kind is EventNotificationEnumType.CUSTOM_MONITOR

    @property
    def is_periodic(self) -> bool:
        """Whether it tells at fixed times, and not of changes."""
        return self.type in PERIODIC

    def message_type(self) -> VariableMonitoringType:
        """The same in a report."""
        return VariableMonitoringType(
            id=self.id,
            transaction=self.transaction,
            value=self.value,
            type=self.type,
            severity=self.severity,
            event_notification_type=self.kind,  # N02.FR.22
        )

    @classmethod
    def of(cls, number: int, key: VariableKey, data: SetMonitoringDataType) -> Monitor:
        """What the CSMS wants to have."""
        params = data.periodic_event_stream
        return cls(
            number,
            key,
            data.type,
            data.value,
            data.severity,
            data.transaction,
            stream=None if params is None else Stream.of(params),
        )

    def dump(self) -> str:
        """The text that it is kept as. Its kind is no part of it: only custom monitors are kept."""
        stream = None if self.stream is None else [self.stream.interval, self.stream.values]
        return json.dumps(
            [list(self.key), self.type, self.value, self.severity, self.transaction, stream]
        )

    @classmethod
    def load(cls, number: int, text: str) -> Monitor:
        """The custom monitor that was kept as that text."""
        key, kind, value, severity, transaction, stream = json.loads(text)
        return cls(
            number,
            VariableKey(*key),
            MonitorEnumType(kind),
            value,
            severity,
            transaction,
            stream=None if stream is None else Stream(*stream),
        )
