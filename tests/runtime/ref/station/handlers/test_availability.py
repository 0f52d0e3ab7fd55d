"""ChangeAvailability: the answer first, the report after it."""

from __future__ import annotations

import asyncio

from tests.requirements import requirement
from tests.runtime.ref.station.handlers.contexts import Asked
from tests.runtime.ref.station.plant import site, statuses

from ocpp21 import ChangeAvailabilityRequest, OperationalStatusEnumType
from ocppj.testing import in_virtual_time
from ocppref.station.handlers.availability import AvailabilityHandler


@requirement("G03.FR.01", "G03.FR.04", "G04.FR.02", "G04.FR.03", "G04.FR.05")
@in_virtual_time
async def test_what_changed_is_reported_after_the_answer() -> None:
    async with site() as the, the.running() as plant:
        handler = AvailabilityHandler(availability=plant.availability)
        the.tester.received.clear()
        asked = Asked()
        response = await handler.on_change_availability(
            ChangeAvailabilityRequest(operational_status=OperationalStatusEnumType.INOPERATIVE),
            asked,
        )
        await asyncio.sleep(1)
        assert response.status.value == "Accepted"
        assert statuses(the.tester) == []
        await asked.answered()
        await asyncio.sleep(1)
        assert statuses(the.tester) == [(1, 1, "Unavailable")]
