"""Reports on their way: split into parts that are short enough, and sent one after the other."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel

from ocpp21 import ChargingStationCalls, NotifyReportRequest, ReportDataType, StatusInfoType
from ocppj import OCPPError
from ocppref.station.device_model import DeviceModel, variables
from ocppref.station.time import StationClock

ItemT = TypeVar("ItemT", bound=BaseModel)

_log = logging.getLogger(__name__)

_AT_ONCE = 4
# The longest message id there is, and the longest request id and seqNo.
_FRAME = '[2,"' + 36 * "x" + '","NotifyReport",]'
_NUMBERS = len(str(-(2**31))) + len(str(2**31))


@dataclass(eq=False, slots=True)
class Delivery:
    """A report that is to be sent."""

    request_id: int
    generated_at: datetime
    parts: Sequence[Sequence[ReportDataType]]


class Reports:
    """The reports of one power-on that are under way."""

    __slots__ = ("_clock", "_model", "_under_way")

    def __init__(self, *, model: DeviceModel, clock: StationClock) -> None:
        self._model = model
        self._clock = clock
        self._under_way: list[Delivery] = []

    def refuse(self, request_id: int) -> StatusInfoType | None:
        """Why there cannot be another report now, and None if there can."""
        if any(delivery.request_id == request_id for delivery in self._under_way):
            return StatusInfoType(reason_code="DuplicateRequestId")
        if len(self._under_way) >= _AT_ONCE:
            info = "other reports are still being sent"
            return StatusInfoType(reason_code="OutOfMemory", additional_info=info)
        return None

    def prepare(self, request_id: int, data: Iterable[ReportDataType]) -> Delivery:
        """Split a report."""
        now = self._clock.utc()
        parts = list(
            split(
                data,
                items=self._model[variables.ITEMS_PER_MESSAGE_GET_REPORT],
                size=self._model[variables.BYTES_PER_MESSAGE_GET_REPORT] - _overhead(now),
            )
        )
        return Delivery(request_id, now, parts)

    async def deliver(self, delivery: Delivery, csms: ChargingStationCalls) -> None:
        """Send the parts in order. What cannot be delivered is dropped, with the rest of it.

        Until it is done the report counts as under way.
        """
        self._under_way.append(delivery)
        try:
            for message in messages(delivery):
                await csms.notify_report(message)
        except OCPPError as error:
            _log.warning("report %d was not delivered: %s", delivery.request_id, error)
        finally:
            self._under_way.remove(delivery)


def messages(delivery: Delivery) -> Iterator[NotifyReportRequest]:
    """The parts as messages, numbered from 0; all but the last say that more will come."""
    for number, part in enumerate(delivery.parts):
        yield NotifyReportRequest(
            request_id=delivery.request_id,
            generated_at=delivery.generated_at,
            report_data=list(part) or None,
            seq_no=number,
            tbc=number < len(delivery.parts) - 1,
        )


def split(data: Iterable[ItemT], *, items: int, size: int) -> Iterator[list[ItemT]]:
    """Parts of at most so many items, and so many bytes as JSON; one at least.

    A single item that is longer than a part may be is a part by itself: there is no way to split
    it, and the CSMS has asked for it.
    """
    part: list[ItemT] = []
    length = 0
    for item in data:
        own = _length(item) + 1  # the comma
        if part and (len(part) == items or length + own > size):
            yield part
            part, length = [], 0
        part.append(item)
        length += own
    yield part


def _length(model: BaseModel) -> int:
    return len(model.model_dump_json(by_alias=True, exclude_none=True).encode())


def _overhead(now: datetime) -> int:
    """The length of a frame around its items."""
    empty = NotifyReportRequest(request_id=0, generated_at=now, seq_no=0, tbc=False)
    return len(_FRAME) + _length(empty) + _NUMBERS + len(',"reportData":[]')
