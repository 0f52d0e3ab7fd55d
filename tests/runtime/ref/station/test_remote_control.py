"""What the CSMS starts, stops and unlocks from afar."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.charging import DRIVER, FRIEND, STRANGER, Site, accepted, info, site
from tests.runtime.ref.station.tester import boot_answer

from ocpp21 import (
    AuthorizeResponse,
    ChargingProfileType,
    IdTokenType,
    RequestStartTransactionRequest,
    RequestStopTransactionRequest,
    ReserveNowRequest,
    UnlockConnectorRequest,
    UnlockStatusEnumType,
)
from ocppj.testing import in_virtual_time

PLUGGED = {"TxCtrlr.TxStartPoint": "EVConnected", "TxCtrlr.TxStopPoint": "EVConnected"}
AUTHORIZED = {"TxCtrlr.TxStartPoint": "Authorized", "TxCtrlr.TxStopPoint": "Authorized"}
UNCHECKED = {"AuthCtrlr.AuthorizeRemoteStart": "false"}
Unlock = UnlockStatusEnumType


async def start(place: Site, evse_id: int | None = 1, **more: Any) -> Any:
    fields = {"id_token": DRIVER, "remote_start_id": 21, "evse_id": evse_id, **more}
    request = RequestStartTransactionRequest(**fields)
    return await place.lab.to_station.request_start_transaction(request)


async def stop(place: Site, transaction_id: str) -> Any:
    request = RequestStopTransactionRequest(transaction_id=transaction_id)
    return await place.lab.to_station.request_stop_transaction(request)


async def unlock(place: Site, evse_id: int = 1, connector_id: int = 1) -> Any:
    request = UnlockConnectorRequest(evse_id=evse_id, connector_id=connector_id)
    return await place.lab.to_station.unlock_connector(request)


def asked(place: Site) -> list[str]:
    return [each.id_token.id_token for each in place.lab.tester.of("Authorize")]


def reserve(place: Site, evse_id: int | None, token: IdTokenType, group: str | None = None) -> None:
    request = ReserveNowRequest(
        id=5,
        evse_id=evse_id,
        expiry_date_time=place.lab.tester.now().replace(year=2030),
        id_token=token,
        group_id_token=None if group is None else IdTokenType(id_token=group, type="Central"),
    )
    assert place.on.reservations.reserve(request).status == "Accepted"


# Start


@requirement(
    "F01.FR.01", "F01.FR.03", "F01.FR.04", "F01.FR.05", "F01.FR.13", "F01.FR.19", "F01.FR.25"
)
@in_virtual_time
async def test_with_a_cable_it_is_authorised_and_begins() -> None:
    async with site(PLUGGED) as place:
        place.hardware.plug(1)
        started = await place.told(event_type="Started")
        answer = await start(place)
        assert answer.status == "Accepted"
        assert answer.transaction_id == started.transaction_info.transaction_id
        event = await place.told(trigger_reason="RemoteStart")
        assert event.event_type == "Updated"
        assert event.transaction_info.remote_start_id == 21
        assert event.id_token == DRIVER
        assert asked(place) == [DRIVER.id_token]
        await place.told(charging_state="Charging")


@requirement("F01.FR.01", "F02.FR.09")
@in_virtual_time
async def test_a_token_that_is_not_accepted_begins_nothing() -> None:
    async with site(PLUGGED) as place:
        place.lab.tester.answers["Authorize"] = lambda _: AuthorizeResponse(
            id_token_info=info("Blocked")
        )
        place.hardware.plug(1)
        assert (await start(place)).status == "Accepted"
        await asyncio.sleep(10)
        assert not place.hardware.evses[1].permitted
        assert len(place.events) == 1
        assert (await start(place)).status == "Accepted"  # nothing is left of the first one


@requirement("F01.FR.02", "F02.FR.10", "F02.FR.11", "C05.FR.01")
@in_virtual_time
async def test_a_token_need_not_be_authorised() -> None:
    central = IdTokenType(id_token="app-1", type="Central")
    for settings, token in ((UNCHECKED, DRIVER), ({}, central)):
        async with site({**PLUGGED, **settings}) as place:
            place.hardware.plug(1)
            await start(place, id_token=token)
            event = await place.told(trigger_reason="RemoteStart")
            assert event.id_token == token
            assert asked(place) == []


@requirement("F01.FR.03", "E05.FR.09")
@in_virtual_time
async def test_the_csms_may_change_its_mind() -> None:
    async with site({**PLUGGED, **UNCHECKED}) as place:
        place.answer_events(id_token_info=info("Invalid"))
        place.hardware.plug(1)
        await start(place)
        await place.told(trigger_reason="Deauthorized")
        assert not place.hardware.evses[1].permitted


@requirement("F02.FR.01", "F02.FR.03", "F02.FR.05", "F02.FR.12", "F02.FR.13", "F02.FR.21")
@in_virtual_time
async def test_without_a_cable_it_waits_for_one() -> None:
    async with site(PLUGGED) as place:
        answer = await start(place)
        assert (answer.status, answer.transaction_id) == ("Accepted", None)
        await place.lab.tester.seen("Authorize")
        await asyncio.sleep(10)
        assert place.events == []
        place.hardware.plug(1)
        started = await place.told(event_type="Started")
        assert started.trigger_reason == "RemoteStart"
        assert started.transaction_info.remote_start_id == 21
        assert started.transaction_info.charging_state == "EVConnected"
        assert (await place.told(trigger_reason="MeterValuePeriodic")).meter_value


@requirement("F02.FR.07")
@in_virtual_time
async def test_without_a_cable_in_time_it_is_over() -> None:
    async with site(AUTHORIZED) as place:
        await start(place)
        started = await place.told(event_type="Started")
        assert started.trigger_reason == "RemoteStart"
        ended = await place.told(event_type="Ended")
        assert ended.trigger_reason == "EVConnectTimeout"
        assert ended.transaction_info.stopped_reason == "Timeout"


@requirement("F02.FR.08")
@in_virtual_time
async def test_without_a_cable_in_time_who_has_parked_is_deauthorised() -> None:
    bay = {
        "TxCtrlr.TxStartPoint": "Authorized",
        "TxCtrlr.TxStopPoint": "ParkingBayOccupancy",
    }
    async with site(bay) as place:
        place.hardware.park(1)
        await start(place)
        event = await place.told(trigger_reason="EVConnectTimeout")
        assert event.event_type == "Updated"
        assert place.on.transactions.session(1).authorized is None


@requirement("F01.FR.06", "F01.FR.20", "F02.FR.14", "F02.FR.22")
@in_virtual_time
async def test_the_station_chooses_an_evse() -> None:
    async with site(PLUGGED, evses=3) as place:
        place.hardware.plug(2)
        assert (await start(place, None)).transaction_id is not None
        await place.told(trigger_reason="RemoteStart")
        reserve(place, 3, FRIEND)
        await start(place, None, id_token=FRIEND)
        await place.lab.tester.seen("Authorize", 2)
        await start(place, None, id_token=STRANGER)
        await place.lab.tester.seen("Authorize", 3)
        await asyncio.sleep(1)
        holders = [place.on.transactions.session(each).authorized for each in (1, 2, 3)]
        assert [holder and holder.token for holder in holders] == [STRANGER, DRIVER, FRIEND]
        full = await start(place, None, id_token=DRIVER)
        assert (full.status, full.status_info.reason_code) == ("Rejected", "TxInProgress")


@requirement("F01.FR.24", "F02.FR.26")
@in_virtual_time
async def test_who_charges_is_not_disturbed() -> None:
    async with site(PLUGGED) as place:
        place.hardware.plug(1)
        await place.present()
        assert (await start(place, id_token=FRIEND)).status == "Rejected"
        await place.present()  # he has stopped, but it is still his transaction
        assert (await start(place, id_token=FRIEND)).status == "Rejected"
        assert (await start(place, id_token=DRIVER)).status == "Rejected"


@in_virtual_time
async def test_two_at_once_are_one_too_many() -> None:
    async with site(PLUGGED) as place:
        place.hardware.plug(1)
        answers = await asyncio.gather(start(place), start(place, id_token=FRIEND))
        assert [answer.status for answer in answers] == ["Accepted", "Rejected"]


@requirement("F01.FR.23", "F02.FR.25")
@in_virtual_time
async def test_an_evse_that_cannot_be_used() -> None:
    from ocpp21 import ChangeAvailabilityRequest, EVSEType, OperationalStatusEnumType

    async with site(PLUGGED, evses=2) as place:
        place.hardware.fault(1, True)
        assert (await start(place, 1)).status == "Rejected"
        place.on.availability.change(
            ChangeAvailabilityRequest(
                evse=EVSEType(id=2), operational_status=OperationalStatusEnumType.INOPERATIVE
            )
        )
        assert (await start(place, 2)).status == "Rejected"
        assert (await start(place, None)).status == "Rejected"
        unknown = await start(place, 7)
        assert unknown.status_info.reason_code == "UnknownEvse"


@requirement("F01.FR.21", "F01.FR.22", "F02.FR.23", "F02.FR.24", "F02.FR.06")
@in_virtual_time
async def test_a_reserved_evse() -> None:
    async with site(PLUGGED) as place:
        reserve(place, 1, FRIEND)
        assert (await start(place)).status == "Rejected"
    async with site(PLUGGED) as place:
        reserve(place, 1, FRIEND, "fleet")
        other = IdTokenType(id_token="others", type="Central")
        assert (await start(place, group_id_token=other)).status == "Rejected"
        group = IdTokenType(id_token="fleet", type="Central")
        assert (await start(place, group_id_token=group)).status == "Accepted"
        await place.lab.tester.seen("Authorize")
        await asyncio.sleep(1)
        place.hardware.plug(1)
        assert (await place.told(event_type="Started")).reservation_id == 5


@requirement("F01.FR.12", "F02.FR.20")
@in_virtual_time
async def test_a_charging_profile_is_ignored() -> None:
    profile = ChargingProfileType.model_validate(
        {
            "id": 1,
            "stack_level": 0,
            "charging_profile_purpose": "TxProfile",
            "charging_profile_kind": "Relative",
            "charging_schedule": [
                {
                    "id": 1,
                    "charging_rate_unit": "A",
                    "charging_schedule_period": [{"start_period": 0, "limit": 6.0}],
                }
            ],
        }
    )
    async with site(PLUGGED) as place:
        place.hardware.plug(1)
        assert (await start(place, charging_profile=profile)).status == "Accepted"
        await place.told(charging_state="Charging")
        assert place.hardware.evses[1].power == 22000


@requirement("B02.FR.05")
@in_virtual_time
async def test_before_it_is_accepted_nothing_is_started_or_stopped() -> None:
    settings = {**PLUGGED, "TxCtrlr.TxBeforeAcceptedEnabled": "true"}
    async with site(settings, wait=False) as place:
        place.lab.tester.answers["BootNotification"] = boot_answer("Pending", 1000)
        await place.lab.tester.seen("BootNotification")
        await asyncio.sleep(1)
        answer = await start(place)
        assert answer.status_info.reason_code == "CSNotAccepted"
        assert (await stop(place, "any")).status_info.reason_code == "CSNotAccepted"


@requirement("C16.FR.03")
@in_virtual_time
async def test_a_master_pass_starts_nothing() -> None:
    async with site({**PLUGGED, "AuthCtrlr.MasterPassGroupId": "police"}) as place:
        place.on.authorization.note(DRIVER, accepted("police"))
        place.hardware.plug(1)
        await start(place)
        await asyncio.sleep(1)
        assert place.on.transactions.session(1).authorized is None


# Stop


@requirement("F03.FR.03", "F03.FR.04", "F03.FR.07", "F03.FR.08")
@in_virtual_time
async def test_a_transaction_is_stopped() -> None:
    async with site() as place:
        place.hardware.plug(1)
        await place.present()
        started = await place.told(event_type="Started")
        transaction_id = started.transaction_info.transaction_id
        assert (await stop(place, transaction_id)).status == "Accepted"
        ended = await place.told(event_type="Ended")
        assert ended.trigger_reason == "RemoteStop"
        assert ended.transaction_info.stopped_reason == "Remote"
        assert ended.meter_value
        again = await stop(place, transaction_id)
        assert (again.status, again.status_info.reason_code) == ("Rejected", "TxNotFound")


@requirement("F03.FR.02", "F04.FR.02", "F04.FR.03", "F04.FR.04")
@in_virtual_time
async def test_a_transaction_is_stopped_and_the_cable_ends_it() -> None:
    async with site(PLUGGED, connector="sType2") as place:
        place.hardware.plug(1)
        await place.present()
        started = await place.told(event_type="Started")
        assert (await stop(place, started.transaction_info.transaction_id)).status == "Accepted"
        event = await place.told(trigger_reason="RemoteStop")
        assert event.event_type == "Updated"
        assert not place.hardware.evses[1].permitted
        assert not place.hardware.evses[1].connectors[1].locked
        place.hardware.unplug(1)
        ended = await place.told(event_type="Ended")
        assert ended.transaction_info.stopped_reason == "Remote"


# Unlock


@requirement("F05.FR.01", "F05.FR.02", "F05.FR.04", "E02.FR.17")
@in_virtual_time
async def test_a_connector_is_unlocked_but_not_under_who_charges() -> None:
    async with site(PLUGGED, connector="sType2") as place:
        place.hardware.plug(1)
        await place.present()
        connector = place.hardware.evses[1].connectors[1]
        assert (await unlock(place)).status is Unlock.ONGOING_AUTHORIZED_TRANSACTION
        assert connector.locked
        place.answer_events(id_token_info=info("Blocked"))
        await asyncio.sleep(1)
    async with site(PLUGGED, connector="sType2") as place:
        place.on.authorization.note(DRIVER, accepted())
        place.answer_events(id_token_info=info("Blocked"))
        place.hardware.plug(1)
        await place.present()
        await place.told(trigger_reason="Deauthorized")
        connector = place.hardware.evses[1].connectors[1]
        assert connector.locked
        assert (await unlock(place)).status is Unlock.UNLOCKED
        assert not connector.locked
        assert (await place.told(trigger_reason="UnlockCommand")).event_type == "Updated"
        assert place.on.transactions.session(1).keeper is None


@requirement("F05.FR.03")
@in_virtual_time
@pytest.mark.parametrize(("evse_id", "connector_id"), [(1, 2), (2, 1)])
async def test_an_unknown_connector_is_not_unlocked(evse_id: int, connector_id: int) -> None:
    async with site() as place:
        answer = await unlock(place, evse_id, connector_id)
        assert answer.status is Unlock.UNKNOWN_CONNECTOR


@requirement("F05.FR.05", "F05.FR.06")
@in_virtual_time
async def test_a_jammed_lock_is_not_unlocked_and_an_empty_one_is() -> None:
    async with site(connector="sType2") as place:
        empty = await unlock(place)
        assert (empty.status, empty.status_info.reason_code) == (Unlock.UNLOCKED, "NoCable")
        place.hardware.fault(1, True, "ConnectorPlugRetentionLock")
        assert (await unlock(place)).status is Unlock.UNLOCK_FAILED
