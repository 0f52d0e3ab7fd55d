"""The monitors that every station of this kind comes with."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ocpp21 import EventNotificationEnumType, MonitorEnumType
from ocppref.station.device_model import variables
from ocppref.station.monitoring.monitor import Monitor

_Kind = EventNotificationEnumType
_Type = MonitorEnumType

FIRST_CUSTOM = 100
"""The ids below are for built-in monitors."""

_ERROR, _WARNING = 4, 6  # severities

_HARD_WIRED = ((variables.STATION_PROBLEM, _Type.DELTA, 1.0, _ERROR),)
# Lists that are nearly full, measured by what they may hold at most.
_PRECONFIGURED = (
    (variables.LOCAL_AUTH_LIST_ENTRIES, _Type.UPPER_THRESHOLD, 9_000.0, _WARNING),
    (variables.CERTIFICATE_ENTRIES, _Type.UPPER_THRESHOLD, 7.0, _WARNING),
    (variables.NUMBER_OF_DISPLAY_MESSAGES, _Type.UPPER_THRESHOLD, 18.0, _WARNING),
)


@cache
def built_in() -> tuple[Monitor, ...]:
    """Hard-wired and preconfigured monitors. Their ids are always the same."""
    return tuple(_monitors())


def _monitors() -> Iterator[Monitor]:
    number = 0
    for kind, rows in (
        (_Kind.HARD_WIRED_MONITOR, _HARD_WIRED),
        (_Kind.PRECONFIGURED_MONITOR, _PRECONFIGURED),
    ):
        for handle, type_, value, severity in rows:
            number += 1
            yield Monitor(number, handle.key, type_, value, severity, kind=kind)
