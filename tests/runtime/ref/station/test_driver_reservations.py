"""What a token means at an EVSE that is reserved (H03)."""

from __future__ import annotations

import asyncio

from tests.requirements import requirement
from tests.runtime.ref.station.charging import DRIVER, FRIEND, PLUGGED, accepted, site
from tests.runtime.ref.station.test_driver import GROUP, asked, say

from ocpp21 import IdTokenType, ReserveNowRequest
from ocppj.testing import in_virtual_time


@requirement("H01.FR.15", "H03.FR.09")
@in_virtual_time
async def test_a_reserved_evse_is_for_who_has_reserved_it() -> None:
    async with site(PLUGGED) as place:
        request = ReserveNowRequest(
            id=9,
            evse_id=1,
            expiry_date_time=place.lab.tester.now().replace(year=2030),
            id_token=DRIVER,
        )
        assert place.on.reservations.reserve(request).status == "Accepted"
        place.hardware.plug(1)
        await place.present(FRIEND)
        assert place.on.transactions.session(1).authorized is None
        await place.present(DRIVER)
        event = await place.told(trigger_reason="Authorized")
        assert event.reservation_id == 9
        assert place.on.reservations.all() == []


@requirement("H03.FR.07")
@in_virtual_time
async def test_a_reservation_is_used_by_who_is_known_to_be_of_its_group() -> None:
    async with site() as place:
        place.on.authorization.note(DRIVER, accepted("fleet"))
        request = ReserveNowRequest(
            id=9,
            evse_id=1,
            expiry_date_time=place.lab.tester.now().replace(year=2030),
            id_token=FRIEND,
            group_id_token=IdTokenType(id_token="fleet", type="Central"),
        )
        assert place.on.reservations.reserve(request).status == "Accepted"
        place.hardware.plug(1)
        await place.present(DRIVER, 1)
        assert (await place.told(event_type="Started")).reservation_id == 9
        assert asked(place) == []


@requirement("E03.FR.03", "H01.FR.15", "H03.FR.08")
@in_virtual_time
async def test_a_reservation_is_used_by_its_group_before_the_cable() -> None:
    async with site() as place:
        say(place, **GROUP)
        request = ReserveNowRequest(
            id=9,
            expiry_date_time=place.lab.tester.now().replace(year=2030),
            id_token=FRIEND,
            group_id_token=IdTokenType(id_token="fleet", type="Central"),
        )
        assert place.on.reservations.reserve(request).status == "Accepted"
        await place.present(DRIVER, 1)
        place.hardware.plug(1)
        assert (await place.told(event_type="Started")).reservation_id == 9
        assert asked(place) == [DRIVER.id_token]  # nothing else tells of his group
        await asyncio.sleep(100)
        assert place.lab.tester.of("ReservationStatusUpdate") == []
