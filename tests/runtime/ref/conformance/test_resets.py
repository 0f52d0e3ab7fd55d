"""Resets, in and out of a transaction."""

from __future__ import annotations

import asyncio

from tests.requirements import requirement
from tests.runtime.ref.conformance.scenes import ask, scene
from tests.runtime.ref.conformance.test_sessions import only, transactions
from tests.runtime.ref.station.stage import TOKEN

from ocppj.testing import in_virtual_time


@requirement("B11.FR.01", "B11.FR.03")
@in_virtual_time
async def test_while_nothing_goes_on() -> None:
    async with scene() as the:
        await the.booted()
        assert (await ask(the, "Reset", {"type": "Immediate"})).status == "Accepted"
        await the.booted(2)
        assert (await ask(the, "Reset", {"type": "OnIdle"})).status == "Accepted"
        await the.booted(3)
        boots = [each.reason.value for each in the.tester.of("BootNotification")]
        assert boots[:2] == ["PowerUp", "RemoteReset"] and len(boots) == 3


@requirement("B12.FR.01", "B12.FR.02")
@in_virtual_time
async def test_on_idle_in_a_transaction() -> None:
    async with scene() as the:
        await the.booted()
        await the.charge()
        assert (await ask(the, "Reset", {"type": "OnIdle"})).status == "Scheduled"
        await asyncio.sleep(600)
        assert len(the.tester.of("BootNotification")) == 1
        await the.station.present(TOKEN, evse_id=1)
        await asyncio.sleep(1)
        await the.station.unplug(1)
        await the.booted(2)
        assert only(the)[-1].transaction_info.stopped_reason == "Local"
        assert the.tester.of("BootNotification")[1].reason == "ScheduledReset"


@requirement("B12.FR.03", "B12.FR.04")
@in_virtual_time
async def test_immediate_in_a_transaction() -> None:
    async with scene() as the:
        await the.booted()
        await the.charge()
        assert (await ask(the, "Reset", {"type": "Immediate"})).status == "Accepted"
        await the.booted(2)
        event = only(the)[-1]
        assert event.trigger_reason == "ResetCommand"
        assert event.transaction_info.stopped_reason == "ImmediateReset"


@requirement("B13.FR.01")
@in_virtual_time
async def test_immediate_and_resume_in_a_transaction() -> None:
    async with scene({"TxCtrlr.ResumptionTimeout": "600"}) as the:
        await the.booted()
        await the.charge()
        assert (await ask(the, "Reset", {"type": "ImmediateAndResume"})).status == "Accepted"
        await the.booted(2)
        await asyncio.sleep(60)
        [events] = transactions(the)
        assert "TxResumed" in [event.trigger_reason for event in events]
        assert the.station.state()["evses"][0]["flow"] == "charging"


@requirement("B11.FR.08")
@in_virtual_time
async def test_of_one_evse() -> None:
    async with scene(evses=2) as the:
        await the.booted()
        await the.charge(2)
        assert (await ask(the, "Reset", {"type": "Immediate", "evseId": 1})).status == "Accepted"
        await asyncio.sleep(60)
        assert len(the.tester.of("BootNotification")) == 1
        assert the.station.state()["evses"][1]["flow"] == "charging"
