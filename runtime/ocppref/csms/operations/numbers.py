"""The numbers that a request needs and that the CSMS gives: none is given twice."""

from __future__ import annotations

from typing import NamedTuple

from ocppref.csms.storage import Connection, counters, jobs


class Number(NamedTuple):
    """A field, by its wire name and its Python name, and its counter.

    Some count for each station apart.
    """

    wire: str
    field: str
    counter: str
    per_station: bool = False


_REQUEST_ID = Number("requestId", "request_id", jobs.REQUEST_ID)

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

NUMBERS = {
    **dict.fromkeys(JOBS, _REQUEST_ID),
    "RequestStartTransaction": Number("remoteStartId", "remote_start_id", "remoteStartId"),
    "ReserveNow": Number("id", "id", "reservationId"),
    "SendLocalList": Number("versionNumber", "version_number", "localListVersion", True),
}
"""By Action."""


def take(connection: Connection, station: str, action: str, many: int = 1) -> int:
    """The first of `many` numbers that were never given."""
    return counters.take(connection, _name(station, action), many)


def note(connection: Connection, station: str, action: str, number: int) -> None:
    """A client has chosen a number itself: it is not given again."""
    if 0 < number < 2**31:
        counters.skip_to(connection, _name(station, action), number)


def _name(station: str, action: str) -> str:
    number = NUMBERS[action]
    return f"{number.counter}/{station}" if number.per_station else number.counter
