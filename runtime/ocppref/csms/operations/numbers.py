"""The numbers that a request needs and that the CSMS gives: none is given twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection

from ocppref.csms.storage import counters, jobs


class _Number(NamedTuple):
    """A field, and its counter. Some count for each station apart."""

    field: str
    counter: str
    per_station: bool = False


_REQUEST_ID = _Number("requestId", jobs.REQUEST_ID)

JOBS = frozenset(
    {
        "CustomerInformation",
        "GetBaseReport",
        "GetChargingProfiles",
        "GetDERControl",
        "GetDisplayMessages",
        "GetLog",
        "GetMonitoringReport",
        "GetReport",
        "PublishFirmware",
        "RequestBatterySwap",
        "UpdateFirmware",
    }
)
"""Actions that are over only when the station has sent more than its answer."""

_NUMBERS = {
    **dict.fromkeys(JOBS, _REQUEST_ID),
    "RequestStartTransaction": _Number("remoteStartId", "remoteStartId"),
    "ReserveNow": _Number("id", "reservationId"),
    "SendLocalList": _Number("versionNumber", "localListVersion", per_station=True),
}


def has_number(action: str) -> bool:
    """Whether requests of that Action carry a number of ours."""
    return action in _NUMBERS


def with_number(
    connection: Connection, station: str, action: str, payload: Mapping[str, object]
) -> dict[str, object]:
    """The payload with a new number, if it has none; one that it has is not given again."""
    number = _NUMBERS[action]
    name = f"{number.counter}/{station}" if number.per_station else number.counter
    given = payload.get(number.field)
    if given is None:
        return {**payload, number.field: counters.take(connection, name)}
    if isinstance(given, int) and 0 < given < 2**31:
        counters.skip_to(connection, name, given)
    return dict(payload)
