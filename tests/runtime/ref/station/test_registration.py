"""BootNotification and what follows from its answer."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.bench import lab
from tests.runtime.ref.station.tester import NoAnswer, boot_answer, virtual_date

import ocpp21
from ocpp21 import BootReasonEnumType, HeartbeatRequest
from ocppj import ErrorCode, OCPPConnectionError, Refusal
from ocppj.testing import in_virtual_time
from ocppref.station.device_model import variables
from ocppref.station.link import NotRegistered
from ocppref.station.registration import OWN_WAIT, RETRY_WAIT, note_firmware, note_reason


@requirement("B01.FR.01", "B01.FR.09")
@in_virtual_time
async def test_boots_with_what_it_is_and_why() -> None:
    async with lab() as the, the.booted() as station:
        boot = await the.tester.seen("BootNotification")
        assert boot.reason is BootReasonEnumType.POWER_UP
        assert boot.charging_station.vendor_name == "ocppref"
        assert boot.charging_station.model == "Reference"
        assert boot.charging_station.firmware_version == "1.0.0"
        await asyncio.sleep(1)
        assert station.registration.is_accepted


@requirement("B01.FR.03", "B01.FR.09")
@in_virtual_time
async def test_each_boot_has_the_reason_that_was_noted_for_it_and_no_later_one() -> None:
    async with lab() as the:
        note_reason(the.store, BootReasonEnumType.REMOTE_RESET)
        note_firmware(the.store, "2.0.0")
        for _ in range(2):
            async with the.booted():
                await asyncio.sleep(1)
        first, second = the.tester.of("BootNotification")
        assert first.reason is BootReasonEnumType.REMOTE_RESET
        assert second.reason is BootReasonEnumType.POWER_UP
        assert second.charging_station.firmware_version == "2.0.0"


@requirement("B01.FR.04", "G02.FR.01")
@in_virtual_time
async def test_takes_the_interval_for_its_heartbeats() -> None:
    async with lab() as the:
        the.tester.answers["BootNotification"] = boot_answer("Accepted", interval=17)
        async with the.booted() as station:
            await asyncio.sleep(1)
            assert station.model[variables.HEARTBEAT_INTERVAL] == 17


@requirement("B01.FR.04")
@in_virtual_time
async def test_an_interval_of_zero_leaves_its_own() -> None:
    async with lab() as the:
        the.tester.answers["BootNotification"] = boot_answer("Accepted", interval=0)
        async with the.booted() as station:
            await asyncio.sleep(1)
            assert station.model[variables.HEARTBEAT_INTERVAL] == 300


@requirement("B01.FR.06")
@pytest.mark.parametrize("status", ["Accepted", "Pending", "Rejected"])
def test_takes_the_time_whatever_the_answer(status: str) -> None:
    @in_virtual_time
    async def run() -> None:
        async with lab() as the:
            the.tester.answers["BootNotification"] = boot_answer(status)
            station = the.bench(wall=lambda: virtual_date() - timedelta(days=400))
            station.start()
            await asyncio.sleep(1)
            assert abs(station.clock.utc() - virtual_date()) < timedelta(seconds=0.1)
            await station.close()

    run()


@requirement("B01.FR.06")
@in_virtual_time
async def test_leaves_the_clock_alone_where_time_comes_from_elsewhere() -> None:
    async with lab() as the:
        station = the.bench(
            variables={"ClockCtrlr.TimeSource": "RealTimeClock"},
            wall=lambda: virtual_date() - timedelta(days=400),
        )
        station.start()
        await asyncio.sleep(1)
        assert station.clock.utc() < virtual_date() - timedelta(days=399)
        await station.close()


@requirement("B01.FR.08")
@in_virtual_time
async def test_sends_nothing_before_it_is_answered() -> None:
    async with lab() as the:
        the.tester.answers["BootNotification"] = _never
        async with the.booted() as station:
            station.outbox.queue(_security_event())
            await the.tester.seen("BootNotification")
            with pytest.raises(NotRegistered):
                await station.link.calls.heartbeat(HeartbeatRequest())
            await asyncio.sleep(3600)
            assert set(the.tester.actions()) == {"BootNotification"}
            del the.tester.answers["BootNotification"]
            await the.tester.seen("SecurityEventNotification")


@in_virtual_time
async def test_boots_again_where_nothing_or_an_error_came_back() -> None:
    async with lab() as the:
        the.tester.answers["BootNotification"] = _never
        async with the.booted():
            await the.tester.seen("BootNotification")
            the.tester.answers["BootNotification"] = _broken
            await the.tester.seen("BootNotification", 3)
            first, second, third = the.tester.times("BootNotification")
            assert second - first == pytest.approx(30 + RETRY_WAIT)
            assert third - second == pytest.approx(RETRY_WAIT)


@requirement("B02.FR.02", "B02.FR.08")
@in_virtual_time
async def test_pending_it_waits_its_turn_and_sends_nothing_of_its_own() -> None:
    async with lab() as the:
        the.tester.answers["BootNotification"] = boot_answer("Pending", interval=123)
        async with the.booted() as station:
            await the.tester.seen("BootNotification")
            await asyncio.sleep(1)
            station.outbox.queue(_security_event())
            with pytest.raises(NotRegistered):
                await station.link.calls.heartbeat(HeartbeatRequest())
            await station.link.unrestricted.heartbeat(HeartbeatRequest())  # as if asked for
            await the.tester.seen("BootNotification", 3)
            first, second, third = the.tester.times("BootNotification")
            assert second - first == third - second == pytest.approx(123)
            del the.tester.answers["BootNotification"]
            await the.tester.seen("SecurityEventNotification")
            assert the.tester.actions()[:2] == ["BootNotification", "Heartbeat"]
            assert the.tester.actions().index("SecurityEventNotification") == 5


@requirement("B02.FR.04")
@in_virtual_time
async def test_pending_it_boots_at_once_if_the_csms_asks_for_it() -> None:
    async with lab() as the:
        the.tester.answers["BootNotification"] = boot_answer("Pending", interval=1000)
        async with the.booted() as station:
            await the.tester.seen("BootNotification")
            await asyncio.sleep(10)
            station.registration.trigger_boot()
            boot = await the.tester.seen("BootNotification", 2)
            assert boot.reason is BootReasonEnumType.TRIGGERED
            await the.tester.seen("BootNotification", 3)
            first, second, third = the.tester.times("BootNotification")
            assert second - first == pytest.approx(10)
            assert third - second == pytest.approx(1000)


@requirement("B02.FR.06")
@in_virtual_time
async def test_pending_it_keeps_the_connection() -> None:
    async with lab() as the:
        the.tester.answers["BootNotification"] = boot_answer("Pending", interval=50)
        async with the.booted():
            await the.tester.seen("BootNotification")
            connection = the.csms.connections["CS001"]
            await the.tester.seen("BootNotification", 5)
            assert the.csms.connections["CS001"] is connection and connection.is_open


@requirement("B02.FR.07", "B03.FR.05")
@pytest.mark.parametrize("status", ["Pending", "Rejected"])
def test_without_an_interval_it_has_one_of_its_own(status: str) -> None:
    @in_virtual_time
    async def run() -> None:
        async with lab() as the:
            the.tester.answers["BootNotification"] = boot_answer(status, interval=0)
            async with the.booted():
                await the.tester.seen("BootNotification", 2)
                first, second = the.tester.times("BootNotification")
                assert second - first == pytest.approx(OWN_WAIT)

    run()


@requirement("B03.FR.02", "B03.FR.06")
@in_virtual_time
async def test_rejected_it_is_silent_until_the_interval_is_over() -> None:
    async with lab() as the:
        the.tester.answers["BootNotification"] = boot_answer("Rejected", interval=500)
        async with the.booted() as station:
            await the.tester.seen("BootNotification")
            await asyncio.sleep(1)
            station.outbox.queue(_security_event())
            refusal = station.registration.refuses("GetVariables")
            assert refusal is not None and refusal.code is ErrorCode.SECURITY_ERROR
            await the.tester.seen("BootNotification", 2)
            first, second = the.tester.times("BootNotification")
            assert second - first == pytest.approx(500)
            assert set(the.tester.actions()) == {"BootNotification"}
            the.tester.answers["BootNotification"] = boot_answer("Accepted")
            await the.tester.seen("SecurityEventNotification")
            assert station.registration.refuses("GetVariables") is None


@requirement("B01.FR.08")
@in_virtual_time
async def test_after_a_mere_loss_of_the_connection_it_does_not_boot() -> None:
    async with lab() as the, the.booted() as station:
        await the.tester.seen("BootNotification")
        await asyncio.sleep(1)
        the.network.cut()
        await asyncio.sleep(0.1)
        assert not station.link.online
        with pytest.raises(OCPPConnectionError):
            await station.link.calls.heartbeat(HeartbeatRequest())
        await asyncio.sleep(100)
        assert station.link.ready
        await station.link.calls.heartbeat(HeartbeatRequest())
        assert len(the.tester.of("BootNotification")) == 1


@in_virtual_time
async def test_a_connection_that_was_lost_before_the_answer_is_no_reason_to_give_up() -> None:
    async with lab() as the:
        the.tester.answers["BootNotification"] = _never
        async with the.booted() as station:
            await the.tester.seen("BootNotification")
            del the.tester.answers["BootNotification"]
            the.network.cut()
            await the.tester.seen("BootNotification", 2)
            await asyncio.sleep(1)
            assert station.registration.is_accepted


@requirement("B02.FR.04")
@in_virtual_time
async def test_a_new_connection_is_no_reason_to_boot_before_the_interval_is_over() -> None:
    async with lab() as the:
        the.tester.answers["BootNotification"] = boot_answer("Pending", interval=1000)
        async with the.booted():
            await the.tester.seen("BootNotification")
            await asyncio.sleep(1)
            the.network.cut()
            await the.tester.seen("BootNotification", 2)
            first, second = the.tester.times("BootNotification")
            assert second - first == pytest.approx(1000)


def _never(_: object) -> object:
    raise NoAnswer


def _broken(_: object) -> object:
    raise Refusal(ErrorCode.INTERNAL_ERROR)


def _security_event() -> ocpp21.SecurityEventNotificationRequest:
    return ocpp21.SecurityEventNotificationRequest(
        type="StartupOfTheDevice", timestamp=virtual_date()
    )
