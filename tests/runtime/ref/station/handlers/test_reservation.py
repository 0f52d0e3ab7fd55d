"""ReserveNow and CancelReservation: the answer first, the report after it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from tests.requirements import requirement
from tests.runtime.ref.station.handlers.contexts import Asked
from tests.runtime.ref.station.plant import site, statuses
from tests.runtime.ref.station.tester import START

from ocpp21 import CancelReservationRequest, IdTokenType, ReserveNowRequest
from ocppj.testing import in_virtual_time
from ocppref.station.handlers.reservation import ReservationHandler


@requirement("H01.FR.23", "H02.FR.01", "H02.FR.02", "H02.FR.04")
@in_virtual_time
async def test_what_changed_is_reported_after_the_answer() -> None:
    async with site() as the, the.running() as plant:
        handler = ReservationHandler(
            reservations=plant.reservations, availability=plant.availability
        )
        the.tester.received.clear()
        reserve, cancel = Asked(), Asked()
        made = await handler.on_reserve_now(
            ReserveNowRequest(
                id=1,
                expiry_date_time=START + timedelta(hours=1),
                id_token=IdTokenType(id_token="A", type="Central"),
                evse_id=1,
            ),
            reserve,
        )
        await asyncio.sleep(1)
        assert made.status.value == "Accepted" and statuses(the.tester) == []
        await reserve.answered()
        await asyncio.sleep(1)
        assert statuses(the.tester) == [(1, 1, "Reserved")]
        gone = await handler.on_cancel_reservation(
            CancelReservationRequest(reservation_id=1), cancel
        )
        again = await handler.on_cancel_reservation(
            CancelReservationRequest(reservation_id=1), Asked()
        )
        assert (gone.status.value, again.status.value) == ("Accepted", "Rejected")
        await asyncio.sleep(1)
        assert len(statuses(the.tester)) == 1
        await cancel.answered()
        await asyncio.sleep(1)
        assert statuses(the.tester)[1:] == [(1, 1, "Available")]
