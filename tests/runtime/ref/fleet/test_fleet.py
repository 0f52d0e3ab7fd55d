"""Fleets at a CSMS over sockets, with and without faults."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.runtime.ref.csms.running import PASSWORD, Served, csms_at, in_loop, until
from tests.runtime.ref.station.tester import Tester

import ocpp21
from ocppj import ErrorCode, Refusal, serve_csms
from ocppref.fleet import Api, Chaos, Fleet, Plan, Tally
from ocppref.fleet.audit import ApiError, check_api, provision

PLAN = Plan(
    "ws://127.0.0.1:1/ocpp",
    stations=4,
    duration=3.0,
    gap=0.3,
    stay=0.6,
    meter_interval=1,
    settle=30,
)


async def play(served: Served, **changes: object) -> Tally:
    """A whole day of a fleet at this CSMS, with its own journal compared."""
    service = served.service
    api = Api(service.http_url, service.api_token)
    plan = replace(PLAN, csms_url=service.ocpp_url, password=PASSWORD, api=api, **changes)
    identities = [plan.identity(number) for number in range(1, plan.stations + 1)]
    await check_api(api)
    await provision(api, identities, PASSWORD, (plan.id_token_type, plan.id_token))
    return await Fleet(plan, range(1, plan.stations + 1)).run()


@in_loop
async def test_a_quiet_day(tmp_path: Path) -> None:
    async with csms_at(f"sqlite+aiosqlite:///{tmp_path}/csms.db") as served:
        seen = await play(served, boot_storm=True, reconnect_storm=1.2)
    assert seen.problems == []
    assert seen.accepted_stations == 4
    assert seen.transactions == seen.complete > 4
    assert seen.events == seen.events_accepted == seen.verified > 12
    assert seen.latencies.count > seen.events
    assert seen.lost >= 4  # by the storms


@in_loop
async def test_a_day_of_faults_loses_nothing(tmp_path: Path) -> None:
    chaos = Chaos(drop=0.01, duplicate=0.05, halfopen=0.01, cut=0.05, power=0.02, delay=0.01)
    async with csms_at(f"sqlite+aiosqlite:///{tmp_path}/csms.db") as served:
        seen = await play(served, chaos=chaos, message_timeout=1, down=0.2, stations=6)
    assert seen.problems == []
    assert seen.incidents.total() > 3
    assert seen.transactions == seen.complete > 0
    assert seen.events == seen.events_accepted == seen.verified


@in_loop
async def test_what_the_csms_loses_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with csms_at(f"sqlite+aiosqlite:///{tmp_path}/csms.db") as served:
        monkeypatch.setattr("ocppref.csms.api.transactions._MOST_EVENTS", 2)
        seen = await play(served, duration=2.0)
    assert seen.problem_count > 0
    assert all("is lost: the CSMS does not have it" in each for each in seen.problems)
    assert seen.verified < seen.events


def refuse(_: object) -> object:
    """What a CSMS answers that is full."""
    raise Refusal(ErrorCode.INTERNAL_ERROR, "it is full")


@in_loop
async def test_what_the_csms_does_not_take_is_lost() -> None:
    tester = Tester(lambda: datetime.now(UTC))
    tester.answers["TransactionEvent"] = refuse
    async with serve_csms(tester, bindings=[ocpp21.CSMS], port=0) as csms:
        url = f"ws://127.0.0.1:{csms.port}/ocpp"
        plan = replace(PLAN, csms_url=url, settle=0.5, duration=1.5)
        seen = await Fleet(plan, range(1, 5)).run()
    assert seen.events_accepted == 0 < seen.events
    assert seen.complete == 0 < seen.incomplete
    assert seen.errors["TransactionEvent: InternalError"] > 0
    assert any("was never accepted" in each for each in seen.problems)


@in_loop
async def test_an_early_end_is_settled_too(tmp_path: Path) -> None:
    async with csms_at(f"sqlite+aiosqlite:///{tmp_path}/csms.db", security_profile=0) as served:
        service = served.service
        await served.add_station("FLEET-00001", password=None)
        plan = replace(PLAN, csms_url=service.ocpp_url, duration=600.0, boot_storm=True, gap=0.01)
        fleet = Fleet(plan, [1])
        day = asyncio.create_task(fleet.run())
        await until(lambda: fleet.tally.running and fleet.tally.events_accepted)
        fleet.ending.set()
        seen = await day
    assert seen.problems == []
    assert seen.complete == seen.transactions > 0


@in_loop
async def test_an_api_that_cannot_be_used_is_told_before(tmp_path: Path) -> None:
    async with csms_at(f"sqlite+aiosqlite:///{tmp_path}/csms.db") as served:
        with pytest.raises(ApiError, match="does not take this --api-token"):
            await check_api(Api(served.service.http_url, "wrong"))
    with pytest.raises(ApiError, match="cannot be reached"):
        await check_api(Api("http://127.0.0.1:1", "any"))
