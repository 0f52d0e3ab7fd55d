"""The local authorisation list and the cache."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.requirements import requirement
from tests.runtime.ref.conformance.scenes import ask, scene
from tests.runtime.ref.conformance.test_sessions import go, transactions
from tests.runtime.ref.station.stage import TOKEN, Stage

from ocppj.testing import in_virtual_time


def _entry(token: str, status: str | None = "Accepted") -> dict[str, Any]:
    entry: dict[str, Any] = {"idToken": {"idToken": token, "type": "ISO14443"}}
    return entry if status is None else {**entry, "idTokenInfo": {"status": status}}


async def _send(the: Stage, version: int, kind: str, *entries: dict[str, Any]) -> str:
    request = {"versionNumber": version, "updateType": kind}
    if entries:
        request["localAuthorizationList"] = list(entries)
    return str((await ask(the, "SendLocalList", request)).status.value)


async def _version(the: Stage) -> int:
    return int((await ask(the, "GetLocalListVersion")).version_number)


async def _session(the: Stage) -> None:
    await the.charge()
    await asyncio.sleep(60)
    await go(the)


@requirement("D01.FR.01", "D01.FR.05", "D01.FR.15", "D02.FR.01")
@in_virtual_time
async def test_the_local_list_is_sent_changed_and_used() -> None:
    variables = {
        "LocalAuthListCtrlr.Enabled": "true",
        "AuthCtrlr.LocalPreAuthorize": "true",
        "AuthCacheCtrlr.Enabled": "false",
    }
    async with scene(variables) as the:
        await the.booted()
        assert await _version(the) == 0
        assert await _send(the, 4, "Full", _entry(TOKEN), _entry("0400")) == "Accepted"
        assert await _version(the) == 4
        await _session(the)
        assert the.tester.of("Authorize") == [] and len(transactions(the)) == 1
        assert await _send(the, 4, "Differential", _entry("0401")) == "VersionMismatch"
        assert await _send(the, 5, "Differential", _entry(TOKEN, None)) == "Accepted"
        await the.station.power_cycle()
        await the.booted(2)
        assert await _version(the) == 5
        await _session(the)
        assert len(the.tester.of("Authorize")) == 1
        assert await _send(the, 6, "Full") == "Accepted"
        assert await _version(the) == 6


@requirement("C13.FR.01", "C13.FR.02")
@in_virtual_time
async def test_the_local_list_is_all_there_is_offline() -> None:
    variables = {
        "LocalAuthListCtrlr.Enabled": "true",
        "AuthCtrlr.LocalAuthorizeOffline": "true",
        "AuthCtrlr.OfflineTxForUnknownIdEnabled": "false",
    }
    async with scene(variables, evses=2) as the:
        await the.booted()
        assert await _send(the, 1, "Full", _entry(TOKEN), _entry("0400", "Blocked")) == "Accepted"
        await the.station.go_offline()
        await the.station.plug(2)
        await the.station.present("0400", evse_id=2)
        await asyncio.sleep(10)
        assert the.station.state()["transactions"] == []
        await the.charge()
        await the.station.go_online()
        await asyncio.sleep(5)
        assert len(transactions(the)) == 1


@requirement("C10.FR.01", "C11.FR.01", "C12.FR.02")
@in_virtual_time
async def test_the_cache_is_filled_used_and_cleared() -> None:
    variables = {"AuthCacheCtrlr.Enabled": "true", "AuthCtrlr.LocalPreAuthorize": "true"}
    async with scene(variables) as the:
        await the.booted()
        await _session(the)
        await _session(the)
        assert len(the.tester.of("Authorize")) == 1 and len(transactions(the)) == 2
        assert (await ask(the, "ClearCache")).status == "Accepted"
        await _session(the)
        assert len(the.tester.of("Authorize")) == 2


@requirement("C11.FR.04")
@in_virtual_time
async def test_without_a_cache_there_is_nothing_to_clear() -> None:
    async with scene({"AuthCacheCtrlr.Enabled": "false"}) as the:
        await the.booted()
        assert (await ask(the, "ClearCache")).status == "Rejected"
