"""kill -9 under load: what was answered is stored, nothing is stored twice, and jobs go on.

Two moments on each database by default; OCPPREF_CRASHES=50 tries all fifty.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.runtime.ref.csms.running import boot, energy, event, in_loop, until
from tests.runtime.ref.csms.station_side import StationSide
from tests.runtime.ref.csms.test_cli import Serving, serving

import ocpp21
from ocpp21 import ChargingStationCalls, LogStatusNotificationRequest, UploadLogStatusEnumType
from ocppj import Backoff, OCPPError, Station, connect_station

_STATIONS = 50
_EVENTS = 12  # of a transaction
_MOMENTS = int(os.environ.get("OCPPREF_CRASHES", "2"))
_TOKEN = "hush"
_OPTIONS = ("--security-profile", "0", "--accept-unknown", "--api-token", _TOKEN)
_QUICK = Backoff(wait_minimum=0.05, random_range=0.05, repeat_times=1)


@pytest.mark.parametrize("seed", range(_MOMENTS))
@in_loop
async def test_a_kill_loses_nothing_that_was_answered(
    database_url: str, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    moment, later = chance.randrange(_STATIONS, 2500), chance.uniform(0, 0.02)
    settings = {"CSMS_DATABASE_URL": database_url, "LOG_LEVEL": "ERROR"}
    answered: Counter[str] = Counter()
    with serving(*_OPTIONS, folder=tmp_path, **settings) as csms:
        async with _load(csms, answered):
            job = await _begin_job(csms)
            await until(lambda: len(answered) == _STATIONS and answered.total() >= moment)
            await asyncio.sleep(later)  # answers come in bursts: not only between two of them
            csms.process.kill()
    with serving(*_OPTIONS, folder=tmp_path, **settings) as again:
        await asyncio.to_thread(_check, again, answered)
        await _finish(again, answered, job)


@asynccontextmanager
async def _load(csms: Serving, answered: Counter[str]) -> AsyncIterator[None]:
    """Stations that send one event after the other, and count the answers."""
    async with asyncio.TaskGroup() as group:
        for number in range(_STATIONS):
            group.create_task(_charge(csms, _name(number), answered))
        yield


@asynccontextmanager
async def _station(csms: Serving, identity: str) -> AsyncIterator[Station[ChargingStationCalls]]:
    async with connect_station(
        StationSide(GetLog={"status": "Accepted"}),
        csms.ocpp_url,
        identity=identity,
        bindings=[ocpp21.CHARGING_STATION],
        backoff=_QUICK,
    ) as station:
        await station.connected()
        yield station


async def _charge(csms: Serving, identity: str, answered: Counter[str]) -> None:
    """Charge until there is no answer any more."""
    try:
        async with _station(csms, identity) as station:
            await station.calls.boot_notification(boot())
            while True:
                await station.calls.transaction_event(_event(answered[identity]))
                answered[identity] += 1
    except OCPPError:
        return


def _event(count: int) -> ocpp21.TransactionEventRequest:
    """The event that comes after so many, in one transaction after the other."""
    transaction, number = divmod(count, _EVENTS)
    kind = {0: "Started", _EVENTS - 1: "Ended"}.get(number, "Updated")
    return event(kind, number, f"T{transaction}", meter_value=energy(10.0 * number), evse=1)


async def _begin_job(csms: Serving) -> int:
    """Have the first station send its log, once it is there; gives the requestId."""
    path, log = f"/stations/{_name(0)}/actions/GetLog", {"remoteLocation": "http://127.0.0.1/logs"}
    for number in itertools.count(1000):
        body = {"requestId": number, "logType": "SecurityLog", "log": log}
        try:
            await asyncio.to_thread(_post, csms, path, body)
        except urllib.error.HTTPError as error:
            assert error.code in (404, 409)  # it has not come yet, or has not booted
            await asyncio.sleep(0.02)
        else:
            return number
    raise AssertionError


def _check(csms: Serving, answered: Counter[str]) -> None:
    """All that was answered is there, in order and once; at most one event more, of which the
    answer was lost: the station sends that again.
    """
    for identity, count in answered.items():
        shown = _get(csms, f"/transactions?station={identity}&limit=1000")
        stored = 0
        for each in shown:
            whole = _get(csms, f"/transactions/{identity}/{each['transactionId']}")
            numbers = [given["seqNo"] for given in whole["events"]]
            assert numbers == list(range(len(numbers)))
            assert whole["missingSeqNos"] == []
            assert whole["open"] is (len(numbers) < _EVENTS)
            assert whole["complete"] is not whole["open"]
            assert whole["energyWh"] == 10.0 * (len(numbers) - 1)
            stored += len(numbers)
        assert count <= stored <= count + 1
        assert len(shown) == (stored + _EVENTS - 1) // _EVENTS


async def _finish(csms: Serving, answered: Counter[str], job: int) -> None:
    """A station sends its last event again, and the rest: nothing counts twice. Its job ends."""
    identity = _name(0)
    count = answered[identity]
    end = (count // _EVENTS + 1) * _EVENTS
    async with _station(csms, identity) as station:
        for number in range(max(0, count - 1), end):
            await station.calls.transaction_event(_event(number))
        uploaded = UploadLogStatusEnumType.UPLOADED
        told = LogStatusNotificationRequest(status=uploaded, request_id=job)
        await station.calls.log_status_notification(told)
    path = f"/transactions/{identity}/T{(end - 1) // _EVENTS}"
    shown = await asyncio.to_thread(_get, csms, path)
    assert shown["complete"] and shown["energyWh"] == 10.0 * (_EVENTS - 1)
    assert (await asyncio.to_thread(_get, csms, f"/jobs/{job}"))["status"] == "succeeded"


def _name(number: int) -> str:
    return f"CS{number:03}"


def _get(csms: Serving, path: str) -> Any:
    return csms.get(path, _TOKEN)


def _post(csms: Serving, path: str, body: object) -> None:
    headers = {"Authorization": f"Bearer {_TOKEN}", "Content-Type": "application/json"}
    url, data = f"{csms.http_url}/api/v1{path}", json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200
