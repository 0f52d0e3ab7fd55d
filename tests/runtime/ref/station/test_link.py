"""The connection to the CSMS."""

from __future__ import annotations

import asyncio
import itertools
from random import Random

import pytest
from tests.runtime.ref.station.bench import IDENTITY, lab

import ocpp21
from ocpp21 import HeartbeatRequest
from ocppj import NetworkProfile, Observer, OCPPConnectionError
from ocppj.testing import in_virtual_time
from ocppref.station.link import Online

FIRST = NetworkProfile("ws://one.example/ocpp", IDENTITY, slot=1)
SECOND = NetworkProfile("ws://two.example/ocpp", IDENTITY, slot=2)
BACK_OFF = {
    "OCPPCommCtrlr.RetryBackOffWaitMinimum": "4",
    "OCPPCommCtrlr.RetryBackOffRandomRange": "0",
    "OCPPCommCtrlr.RetryBackOffRepeatTimes": "3",
}


class Attempts(Observer):
    """Notes when an attempt failed, and to where."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, str]] = []

    def connection_refused(self, identity: str, address: str, reason: str) -> None:
        self.seen.append((asyncio.get_running_loop().time(), address))


def _set(name: str, text: str) -> ocpp21.SetVariableDataType:
    return ocpp21.SetVariableDataType.model_validate(
        {
            "component": {"name": "OCPPCommCtrlr"},
            "variable": {"name": name},
            "attribute_value": text,
        }
    )


@in_virtual_time
async def test_tells_when_it_comes_and_goes_and_for_how_long_it_was_away() -> None:
    async with lab() as the:
        station = the.bench(variables=BACK_OFF)
        seen: list[Online | None] = []
        station.link.came_online.connect(seen.append)
        station.link.went_offline.connect(seen.append)
        the.network.reachable = False
        station.start()
        await asyncio.sleep(1)
        assert not station.link.online and station.link.offline_for() == 1
        the.network.reachable = True
        await asyncio.sleep(9)
        assert station.link.online and station.link.offline_for() == 0
        the.network.cut()
        await asyncio.sleep(100)
        await station.close()
        assert seen == [
            Online(pytest.approx(4), True, False),
            None,
            Online(pytest.approx(4), False, False),
            None,
        ]


@in_virtual_time
async def test_the_back_off_is_that_of_the_variables_and_changes_with_them() -> None:
    async with lab() as the:
        station = the.bench(variables=BACK_OFF)
        attempts = Attempts()
        station.watch(attempts)
        the.network.reachable = False
        station.start()
        await asyncio.sleep(4 + 8 + 16 + 32 + 32 + 1)
        for name, text in (("RetryBackOffWaitMinimum", "5"), ("RetryBackOffRepeatTimes", "0")):
            assert station.model.set(_set(name, text)).attribute_status == "Accepted"
        await asyncio.sleep(31 + 5 + 5 + 1)
        times = [at for at, _ in attempts.seen]
        waits = [round(later - at) for at, later in itertools.pairwise(times)]
        assert waits == [4, 8, 16, 32, 32, 32, 5, 5]
        await station.close()


@in_virtual_time
async def test_the_random_part_of_the_back_off_comes_from_the_seed() -> None:
    runs = []
    for _ in range(2):
        async with lab() as the:
            station = the.bench(variables={"OCPPCommCtrlr.RetryBackOffRandomRange": "100"})
            attempts = Attempts()
            station.watch(attempts)
            start = asyncio.get_running_loop().time()
            the.network.reachable = False
            station.start()
            await asyncio.sleep(2000)
            await station.close()
            runs.append([round(at - start, 6) for at, _ in attempts.seen])
    assert runs[0] == runs[1]
    random = Random(0).random
    assert runs[0][1] == pytest.approx(10 + 100 * random())


@in_virtual_time
async def test_each_profile_is_tried_as_often_as_the_variable_says() -> None:
    async with lab() as the:
        variables = {**BACK_OFF, "OCPPCommCtrlr.NetworkProfileConnectionAttempts": "2"}
        station = the.bench(variables=variables)
        attempts = Attempts()
        station.watch(attempts)
        the.network.reachable = False
        station.start(profiles=(FIRST, SECOND))
        await asyncio.sleep(130)
        assert (
            station.model.set(_set("NetworkProfileConnectionAttempts", "1")).attribute_status
            == "Accepted"
        )
        await asyncio.sleep(130)
        tried = "".join("1" if "one" in where else "2" for _, where in attempts.seen)
        assert tried.startswith("112211") and tried[-4:] in ("1212", "2121")
        await station.close()


@in_virtual_time
async def test_the_ping_interval_is_that_of_the_variable_and_a_dead_line_is_noticed() -> None:
    async with lab() as the, the.booted() as station:
        await the.tester.seen("BootNotification")
        await asyncio.sleep(1)
        assert station.model.set(_set("WebSocketPingInterval", "7")).attribute_status == "Accepted"
        assert station.model.set(_set("WebSocketPingInterval", "-1")).attribute_status == "Rejected"
        at = asyncio.get_running_loop().time()
        the.network.half_open()
        await station.comes(online=False)
        assert 30 <= asyncio.get_running_loop().time() - at <= 30 + 7 + 1


@in_virtual_time
async def test_a_new_connection_is_made_at_once_where_that_is_asked_for() -> None:
    async with lab() as the, the.booted() as station:
        await the.tester.seen("BootNotification")
        await asyncio.sleep(1)
        seen: list[bool] = []
        station.link.came_online.connect(lambda _: seen.append(True))
        station.link.went_offline.connect(lambda _: seen.append(False))
        at = asyncio.get_running_loop().time()
        await station.link.reconnect([SECOND])
        await asyncio.sleep(0.5)
        assert seen == [False, True]
        assert station.link.profile is SECOND
        await station.link.calls.heartbeat(HeartbeatRequest())
        assert asyncio.get_running_loop().time() - at < 1
        await station.link.retry()  # there is a connection: nothing to do
        assert station.link.online


@in_virtual_time
async def test_calls_of_a_link_that_is_closed_fail() -> None:
    async with lab() as the:
        station = the.bench()
        with pytest.raises(OCPPConnectionError):
            await station.link.unrestricted.heartbeat(HeartbeatRequest())
        station.start()
        await asyncio.sleep(1)
        await station.close()
        with pytest.raises(OCPPConnectionError):
            await station.link.unrestricted.heartbeat(HeartbeatRequest())
