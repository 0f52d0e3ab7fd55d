from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.stage import TOKEN, Stage, stage
from tests.runtime.ref.station.tester import virtual_date

import ocpp21
from ocppj.testing import in_virtual_time
from ocppref.station.customer import CLEARED, NO_DATA, PART

CUSTOMER = {"id_token": {"id_token": TOKEN, "type": "ISO14443"}}
STRANGER = {"id_token": {"id_token": "0000", "type": "ISO14443"}}


async def ask(place: Stage, *, report: bool, clear: bool, **who: Any) -> Any:
    request = ocpp21.CustomerInformationRequest.model_validate(
        {"request_id": 5, "report": report, "clear": clear, **who}
    )
    place.tester.received.clear()
    return await place.to_station.customer_information(request)


async def told(place: Stage) -> str:
    """What follows an answer, put together."""
    await place.tester.seen("NotifyCustomerInformation", where=lambda part: not part.tbc)
    parts = place.tester.of("NotifyCustomerInformation")
    assert [part.seq_no for part in parts] == list(range(len(parts)))
    assert [part.tbc for part in parts] == [True] * (len(parts) - 1) + [False]
    assert {part.request_id for part in parts} == {5}
    return "".join(part.data for part in parts)


async def known(place: Stage) -> None:
    """The customer has charged here, is in the list, and has a reservation."""
    await place.charge()
    await place.station.unplug(1)
    await place.to_station.send_local_list(
        ocpp21.SendLocalListRequest.model_validate(
            {
                "version_number": 3,
                "update_type": "Full",
                "local_authorization_list": [
                    {**CUSTOMER, "id_token_info": {"status": "Accepted"}},
                ],
            }
        )
    )
    answer = await place.to_station.reserve_now(
        ocpp21.ReserveNowRequest.model_validate(
            {
                "id": 11,
                "evse_id": 1,
                "expiry_date_time": virtual_date() + timedelta(hours=1),
                **CUSTOMER,
            }
        )
    )
    assert answer.status.value == "Accepted"


@requirement("N09.FR.02", "N09.FR.05")
@in_virtual_time
async def test_all_that_is_known_is_told() -> None:
    async with stage() as place:
        await place.booted()
        await known(place)
        answer = await ask(place, report=True, clear=False, **CUSTOMER)
        assert answer.status.value == "Accepted"
        text = await told(place)
        assert "Authorization Cache" in text
        assert "Local Authorization List" in text
        assert '"id":11' in text


@requirement("N09.FR.06", "N10.FR.04")
@pytest.mark.parametrize("clear", [False, True])
@pytest.mark.parametrize("who", [STRANGER, {"customer_identifier": "Jane"}])
@in_virtual_time
async def test_nothing_is_known_of_a_stranger(who: dict[str, Any], clear: bool) -> None:
    async with stage() as place:
        await place.booted()
        await known(place)
        answer = await ask(place, report=True, clear=clear, **who)
        assert answer.status.value == "Accepted"
        assert await told(place) == NO_DATA


@requirement("N10.FR.01", "N10.FR.02", "N10.FR.03")
@in_virtual_time
async def test_what_is_told_and_cleared_is_gone_but_for_the_list() -> None:
    async with stage() as place:
        await place.booted()
        await known(place)
        await ask(place, report=True, clear=True, **CUSTOMER)
        assert "Authorization Cache" in await told(place)
        await ask(place, report=True, clear=False, **CUSTOMER)
        assert (await told(place)).startswith("Local Authorization List")
        request = ocpp21.CancelReservationRequest(reservation_id=11)
        assert (await place.to_station.cancel_reservation(request)).status.value == "Rejected"


@requirement("N10.FR.06")
@in_virtual_time
async def test_what_is_only_cleared_is_not_told() -> None:
    async with stage() as place:
        await place.booted()
        await known(place)
        await ask(place, report=False, clear=True, **CUSTOMER)
        assert await told(place) == CLEARED
        await ask(place, report=True, clear=False, **CUSTOMER)
        assert "Authorization Cache" not in await told(place)


@requirement("N09.FR.07", "N10.FR.07")
@in_virtual_time
async def test_to_do_nothing_is_rejected() -> None:
    async with stage() as place:
        await place.booted()
        answer = await ask(place, report=False, clear=False, **CUSTOMER)
        assert answer.status.value == "Rejected"


@requirement("N09.FR.09")
@pytest.mark.parametrize("who", [{}, {**CUSTOMER, "customer_identifier": "Jane"}])
@in_virtual_time
async def test_exactly_one_customer_has_to_be_named(who: dict[str, Any]) -> None:
    async with stage() as place:
        await place.booted()
        answer = await ask(place, report=True, clear=False, **who)
        assert answer.status.value == "Invalid"
        await asyncio.sleep(1)
        assert place.tester.of("NotifyCustomerInformation") == []


@requirement("N09.FR.03", "N10.FR.05")
@in_virtual_time
async def test_who_is_charging_cannot_be_forgotten() -> None:
    async with stage() as place:
        await place.booted()
        await place.charge()
        answer = await ask(place, report=False, clear=True, **CUSTOMER)
        assert (answer.status.value, answer.status_info.reason_code) == (
            "Rejected",
            "TxInProgress",
        )
        await ask(place, report=True, clear=False, **CUSTOMER)
        assert "Transaction: " in await told(place)


@requirement("N09.FR.05")
@in_virtual_time
async def test_much_is_told_in_parts() -> None:
    async with stage(evses=6) as place:
        await place.booted()
        for evse in range(1, 7):
            await place.to_station.reserve_now(
                ocpp21.ReserveNowRequest.model_validate(
                    {
                        "id": evse,
                        "evse_id": evse,
                        "expiry_date_time": virtual_date() + timedelta(hours=1),
                        **CUSTOMER,
                    }
                )
            )
        await ask(place, report=True, clear=False, **CUSTOMER)
        text = await told(place)
        parts = place.tester.of("NotifyCustomerInformation")
        assert len(parts) > 1
        assert max(len(part.data) for part in parts) == PART
        assert text.count("Reservation: ") == 6
