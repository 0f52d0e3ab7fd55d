"""Boot and registration, and what a lost connection changes about them."""

from __future__ import annotations

import asyncio

import pytest
from tests.requirements import requirement
from tests.runtime.ref.conformance.scenes import ask, scene
from tests.runtime.ref.station.tester import NoAnswer, boot_answer

from ocppj import OCPPCallError
from ocppj.testing import in_virtual_time

_VERSION = {
    "getVariableData": [{"component": {"name": "ClockCtrlr"}, "variable": {"name": "DateTime"}}]
}


@requirement("B01.FR.01", "B01.FR.05", "B01.FR.08")
@in_virtual_time
async def test_accepted() -> None:
    async with scene(evses=2) as the:
        await the.booted()
        assert the.tester.actions()[:2] == ["BootNotification", "NotifyEvent"]
        assert the.statuses() == ["Available", "Available"]
        await asyncio.sleep(1000)
        assert the.tester.times("Heartbeat")[:2] == pytest.approx([300, 600], abs=2)


@requirement("B02.FR.01", "B02.FR.02", "B02.FR.04", "B02.FR.05", "B02.FR.08")
@in_virtual_time
async def test_pending() -> None:
    async with scene() as the:
        the.tester.answers["BootNotification"] = boot_answer("Pending", 40)
        await the.booted()
        answer = await ask(the, "GetVariables", _VERSION)
        assert answer.get_variable_result[0].attribute_status == "Accepted"
        token = {"idToken": "04A1B2", "type": "ISO14443"}
        start = {"idToken": token, "remoteStartId": 1, "evseId": 1}
        assert (await ask(the, "RequestStartTransaction", start)).status == "Rejected"
        stop = await ask(the, "RequestStopTransaction", {"transactionId": "x"})
        assert stop.status == "Rejected"
        report = {"requestId": 7, "reportBase": "SummaryInventory"}
        assert (await ask(the, "GetBaseReport", report)).status == "Accepted"
        await the.tester.seen("NotifyReport")
        await asyncio.sleep(30)
        assert set(the.tester.actions()) == {"BootNotification", "NotifyReport"}
        the.tester.answers.clear()
        await the.booted(2)
        assert the.tester.times("BootNotification")[1] == pytest.approx(40, abs=1)
        assert the.statuses() == ["Available"]


@requirement("B03.FR.02", "B03.FR.06", "B03.FR.08")
@in_virtual_time
async def test_rejected() -> None:
    async with scene() as the:
        the.tester.answers["BootNotification"] = boot_answer("Rejected", 50)
        await the.booted()
        if "CS001" in the.csms.connections:
            with pytest.raises(OCPPCallError) as error:
                await ask(the, "GetVariables", _VERSION)
            assert error.value.code == "SecurityError"
        await asyncio.sleep(45)
        assert the.tester.actions() == ["BootNotification"]
        the.tester.answers.clear()
        await the.booted(2)
        assert the.statuses() == ["Available"]


@in_virtual_time
async def test_no_answer_at_first() -> None:
    def none(_: object) -> object:
        raise NoAnswer

    async with scene() as the:
        the.tester.answers["BootNotification"] = none
        await the.booted()
        the.tester.answers.clear()
        await the.booted(2)
        assert the.statuses() == ["Available"]


@requirement("B04.FR.02")
@in_virtual_time
async def test_a_short_loss_of_the_connection() -> None:
    async with scene({"OCPPCommCtrlr.OfflineThreshold": "600"}, evses=2) as the:
        await the.booted()
        await asyncio.sleep(100)  # what was just told before the cut would be told again
        the.network.reachable = False
        the.network.cut()
        await asyncio.sleep(100)
        await the.station.plug(2)
        the.network.reachable = True
        await asyncio.sleep(60)
        assert the.statuses() == ["Available", "Available", "Occupied"]
        assert len(the.tester.of("BootNotification")) == 1


@requirement("B04.FR.01")
@in_virtual_time
async def test_a_long_loss_of_the_connection() -> None:
    async with scene({"OCPPCommCtrlr.OfflineThreshold": "60"}, evses=2) as the:
        await the.booted()
        the.network.reachable = False
        the.network.cut()
        await asyncio.sleep(1000)
        the.network.reachable = True
        await asyncio.sleep(60)
        assert the.statuses() == ["Available"] * 4
        assert len(the.tester.of("BootNotification")) == 1


@requirement("B01.FR.09")
@in_virtual_time
async def test_a_cold_start() -> None:
    async with scene() as the:
        await the.booted()
        await the.station.power_cycle(100)
        await the.booted(2)
        assert [each.reason for each in the.tester.of("BootNotification")] == ["PowerUp"] * 2
        assert the.statuses() == ["Available"] * 2
