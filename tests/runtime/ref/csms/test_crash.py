"""kill -9 under load: what was answered is stored, and nothing is stored twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.runtime.ref.csms.running import boot, energy, event, in_loop, until
from tests.runtime.ref.csms.test_cli import Serving, serving

import ocpp21
from ocpp21 import ChargingStationCalls
from ocppj import Backoff, OCPPError, Station, connect_station

_STATIONS = 20
_MOMENTS = 3
_TOKEN = "hush"
_QUICK = Backoff(wait_minimum=0.05, random_range=0.05, repeat_times=1)


@pytest.mark.parametrize("seed", range(_MOMENTS))
@in_loop
async def test_a_kill_loses_nothing_that_was_answered(
    database_url: str, tmp_path: Path, seed: int
) -> None:
    moment = random.Random(seed).randrange(_STATIONS, 500)
    options = ("--security-profile", "0", "--accept-unknown", "--api-token", _TOKEN)
    settings = {"CSMS_DATABASE_URL": database_url, "LOG_LEVEL": "ERROR"}
    answered: dict[str, int] = {}
    with serving(*options, folder=tmp_path, **settings) as csms:
        async with _load(csms, answered):
            await until(lambda: sum(answered.values()) >= moment)
            csms.process.kill()
    assert len(answered) == _STATIONS
    with serving(*options, folder=tmp_path, **settings) as again:
        for identity, count in answered.items():
            shown = await asyncio.to_thread(again.get, f"/transactions/{identity}/T1", _TOKEN)
            assert isinstance(shown, dict)
            numbers = [each["seqNo"] for each in shown["events"]]
            # The one whose answer was lost may be there too: the station sends it again.
            assert numbers in (list(range(count)), list(range(count + 1)))
            assert (shown["open"], shown["missingSeqNos"]) == (True, [])
            assert shown["energyWh"] == 10.0 * (len(numbers) - 1)
        await _finish(again, answered)


@asynccontextmanager
async def _load(csms: Serving, answered: dict[str, int]) -> AsyncIterator[None]:
    """Stations that send one event after the other, and count the answers."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_charge(csms, f"CS{n:03}", answered)) for n in range(_STATIONS)]
        await until(lambda: len(answered) == _STATIONS)
        yield
        for task in tasks:
            task.cancel()


@asynccontextmanager
async def _station(csms: Serving, identity: str) -> AsyncIterator[Station[ChargingStationCalls]]:
    async with connect_station(
        [],
        csms.ocpp_url,
        identity=identity,
        bindings=[ocpp21.CHARGING_STATION],
        backoff=_QUICK,
    ) as station:
        await station.connected()
        yield station


async def _charge(csms: Serving, identity: str, answered: dict[str, int]) -> None:
    async with _station(csms, identity) as station:
        await station.calls.boot_notification(boot())
        number = 0
        while True:
            kind = "Updated" if number else "Started"
            try:
                await station.calls.transaction_event(_event(kind, number))
            except OCPPError:
                return
            number += 1
            answered[identity] = number


def _event(kind: str, number: int) -> ocpp21.TransactionEventRequest:
    return event(kind, number, meter_value=energy(10.0 * number), evse=1)


async def _finish(csms: Serving, answered: dict[str, int]) -> None:
    """Each station sends its last event again, and the end: nothing counts twice."""
    identity, count = next(iter(answered.items()))
    async with _station(csms, identity) as station:
        for number in (count - 1, count):
            await station.calls.transaction_event(_event("Updated", number))
        await station.calls.transaction_event(_event("Ended", count + 1))
    shown = await asyncio.to_thread(csms.get, f"/transactions/{identity}/T1", _TOKEN)
    assert isinstance(shown, dict)
    assert shown["complete"] and shown["energyWh"] == 10.0 * (count + 1)
