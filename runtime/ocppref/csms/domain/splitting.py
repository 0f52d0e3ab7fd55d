"""Requests that are too large for a Charging Station, in parts, and the answers put together.

How much a station takes is what its device model says: ItemsPerMessage and BytesPerMessage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

from ocpp21 import (
    ClearVariableMonitoringRequest,
    GetReportRequest,
    GetVariablesRequest,
    SendLocalListRequest,
    SetVariableMonitoringRequest,
    SetVariablesRequest,
    UpdateEnumType,
)

# Room for what stands around a payload on the wire: type, message id, Action and brackets.
_FRAME = 90


class Message(Protocol):
    """A request or a response of OCPP."""

    def write_json(self) -> str: ...

    def model_copy(self: MessageT, *, update: dict[str, object]) -> MessageT: ...


MessageT = TypeVar("MessageT", bound=Message)


@dataclass(frozen=True, slots=True)
class Limited:
    """A list that a request carries, and where a station says how much of it it takes."""

    field: str
    component: str
    instance: str
    results: str | None


LIMITED: dict[type[object], Limited] = {
    SetVariablesRequest: Limited(
        "set_variable_data", "DeviceDataCtrlr", "SetVariables", "set_variable_result"
    ),
    GetVariablesRequest: Limited(
        "get_variable_data", "DeviceDataCtrlr", "GetVariables", "get_variable_result"
    ),
    GetReportRequest: Limited("component_variable", "DeviceDataCtrlr", "GetReport", None),
    SetVariableMonitoringRequest: Limited(
        "set_monitoring_data", "MonitoringCtrlr", "SetVariableMonitoring", "set_monitoring_result"
    ),
    ClearVariableMonitoringRequest: Limited(
        "id", "MonitoringCtrlr", "ClearVariableMonitoring", "clear_monitoring_result"
    ),
    SendLocalListRequest: Limited("local_authorization_list", "LocalAuthListCtrlr", "", None),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a station takes in one message; None where it has not said."""

    items: int | None = None
    size: int | None = None

    def hold(self, items: int, size: int) -> bool:
        """Whether so many items in so many bytes fit."""
        fits = self.items is None or items <= self.items
        return fits and (self.size is None or size + _FRAME <= self.size)


class TooLargeError(Exception):
    """One item alone is more than the station takes in a message. `place` is its index."""

    def __init__(self, place: int, limits: Limits) -> None:
        super().__init__(f"item {place} does not fit: the station takes {limits.size} bytes")
        self.place = place


def split(request: MessageT, limits: Limits) -> list[MessageT]:
    """The request itself, or parts of it that the station takes. Raises `TooLargeError`."""
    rule = LIMITED.get(type(request))
    items: list[object] = [] if rule is None else getattr(request, rule.field) or []
    if rule is None or not items or limits.hold(len(items), _size(request)):
        return [request]
    empty = _size(request.model_copy(update={rule.field: items[:1]})) - _size_of(items[0])
    return [
        request.model_copy(update={rule.field: part, **_changes(request, number)})
        for number, part in enumerate(_parts(items, limits, empty))
    ]


def join(request: Message, responses: Sequence[MessageT]) -> MessageT:
    """The answers to the parts of a request, as one answer."""
    rule = LIMITED.get(type(request))
    if isinstance(request, GetReportRequest):  # a report comes if any of them was accepted
        accepted = (each for each in responses if getattr(each, "status", None) == "Accepted")
        return next(accepted, responses[-1])
    if rule is None or rule.results is None:
        return responses[-1]
    results = [each for response in responses for each in getattr(response, rule.results)]
    return responses[-1].model_copy(update={rule.results: results})


def _changes(request: Message, number: int) -> dict[str, object]:
    """D01: a full list begins with a full update; what follows adds to it, with its own version."""
    if not isinstance(request, SendLocalListRequest) or number == 0:
        return {}
    version = request.version_number + number
    return {"update_type": UpdateEnumType.DIFFERENTIAL, "version_number": version}


def _parts(items: Sequence[object], limits: Limits, empty: int) -> Iterator[list[object]]:
    part: list[object] = []
    size = empty
    for place, item in enumerate(items):
        more = _size_of(item) + 1
        if not limits.hold(1, empty + more):
            raise TooLargeError(place, limits)
        if part and not limits.hold(len(part) + 1, size + more):
            yield part
            part, size = [], empty
        part.append(item)
        size += more
    yield part


def _size(message: Message) -> int:
    return len(message.write_json().encode())


def _size_of(item: object) -> int:
    return len(str(item)) if isinstance(item, int) else _size(cast(Message, item))
