"""Functional block H: ReserveNow and CancelReservation."""

from __future__ import annotations

from ocpp21 import (
    CancelReservationRequest,
    CancelReservationResponse,
    CancelReservationStatusEnumType,
    ChargingStationCalls,
    ReserveNowRequest,
    ReserveNowResponse,
)
from ocppj import CallContext
from ocppref.station.availability import Availability
from ocppref.station.reservations import Reservations

Context = CallContext[ChargingStationCalls]
_Cancelled = CancelReservationStatusEnumType


class ReservationHandler:
    """ReserveNow and CancelReservation. What they change is reported after the answer."""

    def __init__(self, *, reservations: Reservations, availability: Availability) -> None:
        self._reservations = reservations
        self._availability = availability

    async def on_reserve_now(
        self, request: ReserveNowRequest, context: Context
    ) -> ReserveNowResponse:
        """The CSMS reserves an EVSE."""
        with self._availability.silence():
            response = self._reservations.reserve(request)
        context.after_answer(self._report)  # H01.FR.20, H01.FR.23, H01.FR.24
        return response

    async def on_cancel_reservation(
        self, request: CancelReservationRequest, context: Context
    ) -> CancelReservationResponse:
        """The CSMS withdraws a reservation."""
        with self._availability.silence():
            found = self._reservations.cancel(request.reservation_id)
        context.after_answer(self._report)  # H02.FR.04, H02.FR.06
        status = _Cancelled.ACCEPTED if found else _Cancelled.REJECTED  # H02.FR.01
        return CancelReservationResponse(status=status)

    async def _report(self) -> None:
        self._availability.report_changed()
