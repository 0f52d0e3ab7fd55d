"""The way to the Charging Stations: every CALL of the CSMS goes through here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from ocpp21 import CsmsCalls, GenericStatusEnumType, TriggerMessageRequest
from ocppj import CallSpec, Connection, OCPPConnectionError
from ocppref.csms.gate import action_of
from ocppref.csms.stations import PENDING, Station, Stations

RequestT = TypeVar("RequestT")
ResponseT = TypeVar("ResponseT")

_REPORTS = {"GetBaseReport": "NotifyReport", "GetReport": "NotifyReport"}


class NotConnectedError(OCPPConnectionError):
    """The station has no connection now."""


class NotAllowedError(OCPPConnectionError):
    """The station's boot was rejected: it is left alone until it boots again (B03.FR.03)."""


class Outgoing:
    """Sends CALLs to stations by identity. `connections` gives those that there are."""

    def __init__(
        self,
        stations: Stations,
        connections: Callable[[], Mapping[str, Connection[CsmsCalls]]],
    ) -> None:
        self._stations = stations
        self._connections = connections

    def check(self, identity: str) -> Connection[CsmsCalls]:
        """The connection of a station that may be sent something now.

        Raises `NotConnectedError` and `NotAllowedError`.
        """
        station = self._stations.get(identity)
        connection = self._connections().get(identity)
        if station is None or connection is None:
            raise NotConnectedError(f"{identity} is not connected")
        if not station.may_be_asked():
            raise NotAllowedError(f"the boot of {identity} was rejected: nothing is sent to it")
        return connection

    async def call(
        self,
        identity: str,
        spec: CallSpec[RequestT, ResponseT],
        request: RequestT,
        timeout: float | None = None,  # noqa: ASYNC109 - it ends the CALL, not only the waiting
    ) -> ResponseT:
        """Send a CALL and wait for its answer.

        Raises `NotConnectedError`, `NotAllowedError`, and what any CALL of ocppj's raises.
        """
        connection = self.check(identity)
        asked = _asked_for(self._stations[identity], spec.name, request)
        response = await connection.call(spec, request, timeout)
        if asked is not None and not _is_accepted(response):
            self._stations[identity].asked.discard(asked)
        return response

    async def close(self, identity: str, reason: str) -> None:
        """Close the station's connection, if it has one."""
        connection = self._connections().get(identity)
        if connection is not None:
            await connection.close(1008, reason)


def _asked_for(station: Station, action: str, request: object) -> str | None:
    """Let a Pending station send what it is asked for (B02.FR.09), before the request is out.

    What it sends may arrive in one piece with its answer.
    """
    if station.boot_status is not PENDING:
        return None
    if isinstance(request, TriggerMessageRequest):
        asked: str | None = action_of(request.requested_message.value)
    else:
        asked = _REPORTS.get(action)
    if asked is None or asked in station.asked:
        return None
    station.asked.add(asked)
    return asked


def _is_accepted(response: object) -> bool:
    return getattr(response, "status", None) == GenericStatusEnumType.ACCEPTED
