"""Resets that the CSMS asks for."""

from __future__ import annotations

import asyncio

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.stage import TOKEN, Stage, stage
from tests.runtime.ref.station.tester import NoAnswer

from ocpp21 import (
    BootReasonEnumType,
    ChangeAvailabilityRequest,
    ReserveNowRequest,
    ResetEnumType,
    ResetRequest,
    ResetResponse,
    ResetStatusEnumType,
)
from ocppj.testing import in_virtual_time
from ocppref.station.reset import EVSE_TIME

_Kind = ResetEnumType
_Status = ResetStatusEnumType
RESUME = {"TxCtrlr.ResumptionTimeout": "600"}


async def reset(the: Stage, kind: ResetEnumType, evse_id: int | None = None) -> ResetStatusEnumType:
    request = ResetRequest(type=kind, evse_id=evse_id)
    response: ResetResponse = await the.to_station.reset(request)
    return response.status


def boots(the: Stage) -> list[BootReasonEnumType]:
    return [boot.reason for boot in the.tester.of("BootNotification")]


@requirement("B11.FR.01", "B11.FR.03", "B11.FR.04", "B13.FR.02", "B01.FR.03", "B01.FR.09")
@pytest.mark.parametrize("kind", list(_Kind))
def test_without_a_transaction_it_reboots_at_once(kind: ResetEnumType) -> None:
    @in_virtual_time
    async def run() -> None:
        async with stage() as the:
            await the.booted()
            assert await reset(the, kind) is _Status.ACCEPTED
            await the.booted(2)
            assert boots(the) == [BootReasonEnumType.POWER_UP, BootReasonEnumType.REMOTE_RESET]
            assert the.statuses() == ["Available", "Available"]

    run()


@requirement("B11.FR.07", "B12.FR.01", "B12.FR.03")
@in_virtual_time
async def test_on_idle_it_waits_for_the_transactions_and_lets_nobody_else_begin() -> None:
    async with stage(evses=3) as the:
        await the.booted()
        await the.charge(1)
        await the.charge(2)
        assert await reset(the, _Kind.ON_IDLE) is _Status.SCHEDULED
        await asyncio.sleep(60)
        status = [evse["connectors"][0]["status"] for evse in the.station.state()["evses"]]
        assert status == ["Occupied", "Occupied", "Unavailable"]
        await the.station.present(TOKEN, evse_id=1)
        await asyncio.sleep(600)
        assert len(boots(the)) == 1
        await the.station.present(TOKEN, evse_id=2)
        await the.booted(2)
        assert boots(the)[-1] is BootReasonEnumType.SCHEDULED_RESET
        ends = [event for event in the.events() if event[0] == "Ended"]
        assert ends == [("Ended", "StopAuthorized")] * 2
        boot = the.tester.actions().index("BootNotification", 1)
        assert "TransactionEvent" not in the.tester.actions()[boot:]
        assert the.statuses()[-3:] == ["Occupied", "Occupied", "Available"]


@requirement("B12.FR.02", "B12.FR.04")
@in_virtual_time
async def test_an_immediate_reset_ends_the_transactions() -> None:
    async with stage(evses=2) as the:
        await the.booted()
        await the.charge(1)
        await the.charge(2)
        assert await reset(the, _Kind.IMMEDIATE) is _Status.ACCEPTED
        await the.booted(2)
        ends = [each for each in the.tester.of("TransactionEvent") if each.event_type == "Ended"]
        assert len(ends) == 2
        for end in ends:
            assert end.trigger_reason == "ResetCommand"
            assert end.transaction_info.stopped_reason == "ImmediateReset"
        boot = the.tester.actions().index("BootNotification", 1)
        assert "TransactionEvent" not in the.tester.actions()[boot:]
        assert boots(the)[-1] is BootReasonEnumType.REMOTE_RESET
        assert the.station.state()["transactions"] == []


@requirement("B12.FR.05")
@in_virtual_time
async def test_an_end_that_is_not_answered_is_sent_again_after_the_reboot() -> None:
    async with stage() as the:
        await the.booted()
        await the.charge()
        the.tester.answers["TransactionEvent"] = _never
        at = asyncio.get_running_loop().time()
        assert await reset(the, _Kind.IMMEDIATE) is _Status.ACCEPTED
        await the.tester.seen("BootNotification", 2)
        assert the.tester.times("BootNotification")[1] - at == pytest.approx(30 + 1, abs=0.5)
        del the.tester.answers["TransactionEvent"]
        first, again = [
            await the.tester.seen(
                "TransactionEvent", number, lambda each: each.event_type == "Ended"
            )
            for number in (1, 2)
        ]
        assert first.seq_no == again.seq_no and again.offline


@requirement("B13.FR.01")
@pytest.mark.parametrize("charging", [True, False])
def test_without_resumption_there_is_no_reset_with_it(charging: bool) -> None:
    @in_virtual_time
    async def run() -> None:
        async with stage({"TxCtrlr.ResumptionTimeout": "0"}) as the:
            await the.booted()
            if charging:
                await the.charge()
            assert await reset(the, _Kind.IMMEDIATE_AND_RESUME) is _Status.REJECTED
            assert await reset(the, _Kind.IMMEDIATE_AND_RESUME, 1) is _Status.REJECTED
            await asyncio.sleep(100)
            assert len(boots(the)) == 1

    run()


@requirement("B13.FR.03", "B13.FR.04", "B13.FR.21", "B13.FR.23", "B13.FR.24", "B13.FR.30")
@in_virtual_time
async def test_a_transaction_can_sleep_through_a_reboot() -> None:
    async with stage(RESUME) as the:
        await the.booted()
        await the.charge()
        [before] = the.station.state()["transactions"]
        assert await reset(the, _Kind.IMMEDIATE_AND_RESUME) is _Status.ACCEPTED
        await the.booted(2)
        await asyncio.sleep(5)
        [after] = the.station.state()["transactions"]
        assert after["transactionId"] == before["transactionId"]
        assert the.station.state()["evses"][0]["flow"] == "charging"
        assert the.events()[-2:] == [("Updated", "ResetCommand"), ("Updated", "TxResumed")]
        resumed = the.tester.of("TransactionEvent")[-1]
        assert resumed.transaction_info.charging_state == "Charging"
        numbers = [each.seq_no for each in the.tester.of("TransactionEvent")]
        assert numbers == list(range(len(numbers)))


@requirement("B13.FR.10", "B13.FR.11", "B13.FR.12", "B13.FR.13", "B13.FR.30")
@in_virtual_time
async def test_a_transaction_can_sleep_through_the_reset_of_its_evse() -> None:
    async with stage(RESUME, evses=2) as the:
        await the.booted()
        await the.charge(1)
        await the.charge(2)
        assert await reset(the, _Kind.IMMEDIATE_AND_RESUME, 1) is _Status.ACCEPTED
        await asyncio.sleep(EVSE_TIME / 2)
        assert [evse["flow"] == "charging" for evse in the.station.state()["evses"]] == [
            False,
            True,
        ]
        await asyncio.sleep(EVSE_TIME)
        assert [evse["flow"] for evse in the.station.state()["evses"]] == ["charging"] * 2
        assert the.events()[-2:] == [("Updated", "ResetCommand"), ("Updated", "TxResumed")]
        assert len(boots(the)) == 1


@requirement("B11.FR.08", "B11.FR.10", "B12.FR.08")
@in_virtual_time
async def test_an_evse_is_reset_by_itself() -> None:
    async with stage(evses=2) as the:
        await the.booted()
        await the.charge(1)
        await the.charge(2)
        assert await reset(the, _Kind.IMMEDIATE, 1) is _Status.ACCEPTED
        await asyncio.sleep(EVSE_TIME / 2)
        assert the.station.state()["evses"][0]["connectors"][0]["status"] == "Unavailable"
        await asyncio.sleep(EVSE_TIME)
        assert the.station.state()["evses"][0]["connectors"][0]["status"] == "Occupied"
        assert [each["evseId"] for each in the.station.state()["transactions"]] == [2]
        assert the.events()[-1] == ("Ended", "ResetCommand")
        assert the.statuses()[-2:] == ["Unavailable", "Occupied"]
        assert len(boots(the)) == 1


@requirement("B12.FR.01", "B12.FR.07")
@in_virtual_time
async def test_an_evse_waits_for_its_own_transaction_only() -> None:
    async with stage(evses=2) as the:
        await the.booted()
        await the.charge(1)
        await the.charge(2)
        assert await reset(the, _Kind.ON_IDLE, 1) is _Status.SCHEDULED
        await asyncio.sleep(100)
        await the.station.present(TOKEN, evse_id=1)
        await asyncio.sleep(1)
        assert the.station.state()["evses"][0]["connectors"][0]["status"] == "Unavailable"
        await asyncio.sleep(EVSE_TIME)
        assert the.station.state()["evses"][0]["connectors"][0]["status"] == "Occupied"
        assert len(boots(the)) == 1


@requirement("B11.FR.06", "B11.FR.09", "B12.FR.10")
@in_virtual_time
async def test_what_cannot_be_reset_is_rejected() -> None:
    async with stage() as the:
        await the.booted()
        assert await reset(the, _Kind.IMMEDIATE, 2) is _Status.REJECTED
        assert await reset(the, _Kind.IMMEDIATE, 0) is _Status.REJECTED
        await the.charge()
        the.tester.answers["TransactionEvent"] = _never
        assert await reset(the, _Kind.IMMEDIATE) is _Status.ACCEPTED
        assert await reset(the, _Kind.IMMEDIATE) is _Status.REJECTED
        assert await reset(the, _Kind.ON_IDLE, 1) is _Status.REJECTED


@requirement("B11.FR.02", "B12.FR.06", "B01.FR.07")
@in_virtual_time
async def test_what_was_set_inoperative_is_unavailable_after_the_reboot() -> None:
    async with stage(evses=2) as the:
        await the.booted()
        await the.to_station.change_availability(
            ChangeAvailabilityRequest.model_validate(
                {"operational_status": "Inoperative", "evse": {"id": 2}}
            )
        )
        assert await reset(the, _Kind.ON_IDLE, 2) is _Status.ACCEPTED
        await asyncio.sleep(2 * EVSE_TIME)
        assert the.station.state()["evses"][1]["connectors"][0]["status"] == "Unavailable"
        assert await reset(the, _Kind.ON_IDLE) is _Status.ACCEPTED
        await the.booted(2)
        assert the.statuses()[-2:] == ["Available", "Unavailable"]


@requirement("B11.FR.05", "B01.FR.13")
@in_virtual_time
async def test_what_was_reserved_is_reserved_after_the_reboot() -> None:
    async with stage(evses=2) as the:
        await the.booted()
        await the.to_station.reserve_now(
            ReserveNowRequest.model_validate(
                {
                    "id": 7,
                    "expiry_date_time": "2025-06-02T00:00:00Z",
                    "id_token": {"id_token": TOKEN, "type": "ISO14443"},
                    "evse_id": 2,
                }
            )
        )
        assert await reset(the, _Kind.IMMEDIATE, 2) is _Status.ACCEPTED
        await asyncio.sleep(2 * EVSE_TIME)
        await the.charge(1)
        assert await reset(the, _Kind.ON_IDLE) is _Status.SCHEDULED
        await asyncio.sleep(60)
        await the.station.present(TOKEN, evse_id=1)
        await the.booted(2)
        assert the.statuses()[-1] == "Reserved"
        assert the.tester.of("ReservationStatusUpdate") == []


@pytest.mark.parametrize(("retries", "jams", "works"), [(2, 2, True), (2, 3, False), (0, 1, False)])
def test_a_reset_that_fails_is_tried_again_as_often_as_reset_retries_says(
    retries: int, jams: int, works: bool
) -> None:
    @in_virtual_time
    async def run() -> None:
        async with stage({"OCPPCommCtrlr.ResetRetries": str(retries), **RESUME}) as the:
            await the.booted()
            await the.charge()
            the.station.jam_reset(jams)
            assert await reset(the, _Kind.IMMEDIATE_AND_RESUME) is _Status.ACCEPTED
            await asyncio.sleep(120)
            assert len(boots(the)) == (2 if works else 1)
            [transaction] = the.station.state()["transactions"]
            assert transaction["chargingState"] == "Charging"
            assert await reset(the, _Kind.IMMEDIATE) is _Status.ACCEPTED

    run()


@in_virtual_time
async def test_an_immediate_reset_does_not_wait_for_one_that_is_scheduled() -> None:
    async with stage() as the:
        await the.booted()
        await the.charge()
        assert await reset(the, _Kind.ON_IDLE) is _Status.SCHEDULED
        assert await reset(the, _Kind.ON_IDLE) is _Status.SCHEDULED
        assert await reset(the, _Kind.IMMEDIATE) is _Status.ACCEPTED
        await the.booted(2)
        await asyncio.sleep(600)
        assert boots(the)[1:] == [BootReasonEnumType.REMOTE_RESET]


def _never(_: object) -> object:
    raise NoAnswer
