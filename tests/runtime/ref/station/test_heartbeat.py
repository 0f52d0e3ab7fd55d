"""Heartbeats."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.bench import lab
from tests.runtime.ref.station.events import security_event
from tests.runtime.ref.station.tester import NoAnswer, boot_answer, virtual_date

import ocpp21
from ocppj.testing import in_virtual_time
from ocppref.station.device_model import variables
from ocppref.station.timekeeper import Adjustment


@requirement("G02.FR.01", "G02.FR.02")
@in_virtual_time
async def test_beats_at_the_interval_that_the_csms_gave() -> None:
    async with lab() as the:
        the.tester.answers["BootNotification"] = boot_answer("Accepted", interval=70)
        async with the.booted():
            await the.tester.seen("Heartbeat", 3)
            assert the.tester.times("Heartbeat") == pytest.approx([70, 140, 210], abs=0.1)


@requirement("G02.FR.05")
@in_virtual_time
async def test_what_else_is_sent_is_as_good_as_a_heartbeat() -> None:
    async with lab() as the:
        the.tester.answers["BootNotification"] = boot_answer("Accepted", interval=100)
        async with the.booted() as station:
            for _ in range(5):
                await asyncio.sleep(60)
                station.outbox.queue(security_event())
            await the.tester.seen("Heartbeat")
            assert the.tester.times("Heartbeat") == pytest.approx([400], abs=0.1)


@requirement("G02.FR.07")
@pytest.mark.parametrize(("source", "beats"), [("Heartbeat", 3), ("RealTimeClock", 0)])
def test_once_a_day_it_asks_for_the_time_however_much_else_is_sent(source: str, beats: int) -> None:
    @in_virtual_time
    async def run() -> None:
        async with lab() as the:
            the.tester.answers["BootNotification"] = boot_answer("Accepted", interval=3600)
            async with the.booted(variables={"ClockCtrlr.TimeSource": source}) as station:
                for _ in range(3 * 48 + 1):
                    await asyncio.sleep(1800)
                    station.outbox.queue(security_event())
                assert len(the.tester.of("Heartbeat")) == beats

    run()


@in_virtual_time
async def test_a_new_interval_holds_at_once() -> None:
    async with lab() as the, the.booted() as station:
        await the.tester.seen("BootNotification")
        await asyncio.sleep(10)
        station.model.set(
            ocpp21.SetVariableDataType.model_validate(
                {
                    "component": {"name": "OCPPCommCtrlr"},
                    "variable": {"name": "HeartbeatInterval"},
                    "attribute_value": "30",
                }
            )
        )
        await the.tester.seen("Heartbeat", 2)
        assert the.tester.times("Heartbeat") == pytest.approx([30, 60], abs=0.1)


@in_virtual_time
async def test_offline_it_does_not_beat_and_afterwards_it_does() -> None:
    async with lab() as the:
        the.tester.answers["BootNotification"] = boot_answer("Accepted", interval=100)
        async with the.booted() as station:
            await the.tester.seen("BootNotification")
            await asyncio.sleep(1)
            the.network.reachable = False
            the.network.cut()
            await asyncio.sleep(5000)
            the.network.reachable = True
            await station.comes(online=True)
            at = asyncio.get_running_loop().time()
            await the.tester.seen("Heartbeat", 2)
            first, second = the.tester.times("Heartbeat")
            assert first - at < 2 and second - first == pytest.approx(100)


@in_virtual_time
async def test_one_that_is_not_answered_is_not_the_last() -> None:
    async with lab() as the:
        the.tester.answers["BootNotification"] = boot_answer("Accepted", interval=100)
        the.tester.answers["Heartbeat"] = _never
        async with the.booted():
            await the.tester.seen("Heartbeat", 3)
            assert the.tester.times("Heartbeat") == pytest.approx([100, 200, 300], abs=0.1)


@requirement("G02.FR.06")
@in_virtual_time
async def test_sets_the_clock_and_tells_when_that_is_notable() -> None:
    async with lab() as the:
        the.tester.answers["BootNotification"] = boot_answer("Accepted", interval=100)
        async with the.booted() as station:
            seen: list[Adjustment] = []
            station.timekeeper.adjusted.connect(seen.append)
            for ahead in (0.5, 10.0, 3600.0):
                the.tester.answers["Heartbeat"] = lambda _, ahead=ahead: _beat(ahead)
                count = len(the.tester.of("Heartbeat"))
                await the.tester.seen("Heartbeat", count + 1)
                await asyncio.sleep(1)
            by = [(round(each.seconds), each.notable) for each in seen]
            assert by == [(10, False), (3590, True)]
            assert station.clock.utc() - virtual_date() == timedelta(hours=1)
            assert station.model[variables.DATE_TIME] - virtual_date() == timedelta(hours=1)


def _beat(ahead: float) -> ocpp21.HeartbeatResponse:
    return ocpp21.HeartbeatResponse(current_time=virtual_date() + timedelta(seconds=ahead))


def _never(_: object) -> object:
    raise NoAnswer
