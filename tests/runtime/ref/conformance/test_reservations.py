"""Reservations: used, expired and cancelled."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from tests.requirements import requirement
from tests.runtime.ref.conformance.scenes import ask, scene
from tests.runtime.ref.conformance.test_sessions import go, only, transactions
from tests.runtime.ref.station.stage import TOKEN, Stage
from tests.runtime.ref.station.tester import virtual_date

from ocppj.testing import in_virtual_time


async def _reserve(the: Stage, seconds: float = 600, **more: Any) -> str:
    request = {
        "id": 7,
        "evseId": 1,
        "expiryDateTime": (virtual_date() + timedelta(seconds=seconds)).isoformat(),
        "idToken": {"idToken": TOKEN, "type": "ISO14443"},
        **more,
    }
    return str((await ask(the, "ReserveNow", request)).status.value)


def _ends(the: Stage) -> list[tuple[int, str]]:
    return [
        (each.reservation_id, each.reservation_update_status.value)
        for each in the.tester.of("ReservationStatusUpdate")
    ]


@requirement("H01.FR.15", "H03.FR.01")
@in_virtual_time
async def test_it_is_used() -> None:
    async with scene() as the:
        await the.booted()
        assert await _reserve(the) == "Accepted"
        await asyncio.sleep(1)
        assert the.statuses() == ["Available", "Reserved"]
        await the.station.plug(1)
        await the.station.present("0400", evse_id=1)
        await asyncio.sleep(5)
        assert transactions(the) == []
        await the.station.present(TOKEN, evse_id=1)
        await asyncio.sleep(60)
        await go(the)
        assert [event.reservation_id for event in only(the) if event.reservation_id] == [7]
        assert _ends(the) == []
        assert the.statuses()[-1] == "Available"


@requirement("H04.FR.01", "H04.FR.02")
@in_virtual_time
async def test_it_expires() -> None:
    async with scene() as the:
        await the.booted()
        assert await _reserve(the, 120) == "Accepted"
        await asyncio.sleep(121)
        assert _ends(the) == [(7, "Expired")]
        assert the.statuses() == ["Available", "Reserved", "Available"]


@requirement("H02.FR.01", "H02.FR.02")
@in_virtual_time
async def test_it_is_cancelled() -> None:
    async with scene() as the:
        await the.booted()
        assert await _reserve(the) == "Accepted"
        assert (await ask(the, "CancelReservation", {"reservationId": 8})).status == "Rejected"
        assert (await ask(the, "CancelReservation", {"reservationId": 7})).status == "Accepted"
        await asyncio.sleep(5)
        assert the.statuses() == ["Available", "Reserved", "Available"]
        assert _ends(the) == []


@requirement("H01.FR.11", "H01.FR.14")
@in_virtual_time
async def test_what_cannot_be_reserved() -> None:
    async with scene() as the:
        await the.booted()
        await the.station.plug(1)
        assert await _reserve(the) == "Occupied"
        await the.station.unplug(1)
        change = {"operationalStatus": "Inoperative", "evse": {"id": 1}}
        assert (await ask(the, "ChangeAvailability", change)).status == "Accepted"
        assert await _reserve(the) == "Unavailable"
        change["operationalStatus"] = "Operative"
        assert (await ask(the, "ChangeAvailability", change)).status == "Accepted"
        await the.station.fault(1)
        assert await _reserve(the) == "Faulted"
