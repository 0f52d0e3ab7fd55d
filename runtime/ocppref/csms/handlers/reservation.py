"""Functional block H: Reservation."""

from __future__ import annotations

from ocpp21 import (
    CsmsCalls,
    CsmsReservationHandler,
    ReservationStatusUpdateRequest,
    ReservationStatusUpdateResponse,
)
from ocppj import CallContext
from ocppref.csms.handlers.block import Block
from ocppref.csms.storage import reservations


class Reservation(Block, CsmsReservationHandler):
    """Ends of reservations."""

    async def on_reservation_status_update(
        self, request: ReservationStatusUpdateRequest, context: CallContext[CsmsCalls]
    ) -> ReservationStatusUpdateResponse:
        """H03, H04."""
        number, status = request.reservation_id, request.reservation_update_status.value
        await self.write(
            context, lambda c, station, now: reservations.end(c, station, number, status, now)
        )
        return ReservationStatusUpdateResponse()
