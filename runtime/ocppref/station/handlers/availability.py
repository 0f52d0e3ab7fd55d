"""Functional block G: ChangeAvailability."""

from __future__ import annotations

from ocpp21 import ChangeAvailabilityRequest, ChangeAvailabilityResponse, ChargingStationCalls
from ocppj import CallContext
from ocppref.station.availability import Availability

Context = CallContext[ChargingStationCalls]


class AvailabilityHandler:
    """ChangeAvailability. What it changes is reported after the answer."""

    def __init__(self, *, availability: Availability) -> None:
        self._availability = availability

    async def on_change_availability(
        self, request: ChangeAvailabilityRequest, context: Context
    ) -> ChangeAvailabilityResponse:
        """The CSMS puts something in or out of service."""
        with self._availability.silence():
            response = self._availability.change(request)
        context.after_answer(self._report)  # G03.FR.04, G04.FR.05
        return response

    async def _report(self) -> None:
        self._availability.report_changed()
