"""Charging sessions, with a CSMS that is there, and one that is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.requirements import requirement
from tests.runtime.ref.conformance.scenes import ask, scene
from tests.runtime.ref.station.stage import TOKEN, Stage

from ocpp21 import AuthorizeResponse, TransactionEventResponse
from ocppj.testing import in_virtual_time

_TOKEN = {"idToken": TOKEN, "type": "ISO14443"}


def transactions(the: Stage) -> list[list[Any]]:
    """The TransactionEvents of each transaction, which has to be whole as far as it got."""
    found: dict[str, list[Any]] = {}
    for event in the.tester.of("TransactionEvent"):
        found.setdefault(event.transaction_info.transaction_id, []).append(event)
    for events in found.values():
        assert [event.seq_no for event in events] == list(range(len(events)))
        kinds = [event.event_type.value for event in events]
        assert kinds.index("Started") == 0 and kinds.count("Started") == 1
        assert "Ended" not in kinds[:-1]
        assert sum(event.evse is not None for event in events) <= 1
    return list(found.values())


def only(the: Stage) -> list[Any]:
    """The events of the one transaction that there was, which has ended."""
    [events] = transactions(the)
    assert events[-1].event_type == "Ended"
    return events


def reasons(events: list[Any]) -> list[str]:
    """Why they were sent, without those of meter values."""
    found = [event.trigger_reason.value for event in events]
    return [each for each in found if not each.startswith("MeterValue")]


async def go(the: Stage) -> None:
    """The driver ends it and leaves."""
    await the.station.present(TOKEN, evse_id=1)
    await asyncio.sleep(2)
    await the.station.unplug(1)
    await asyncio.sleep(2)


@requirement("E02.FR.01", "C01.FR.02")
@in_virtual_time
async def test_the_cable_first() -> None:
    async with scene({"TxCtrlr.TxStartPoint": "EVConnected"}) as the:
        await the.booted()
        await the.station.plug(1)
        await asyncio.sleep(5)
        await the.station.present(TOKEN, evse_id=1)
        await asyncio.sleep(600)
        await go(the)
        events = only(the)
        found = reasons(events)
        assert found[0] == "CablePluggedIn" and "Authorized" in found
        assert events[0].id_token is None and events[0].evse is not None
        assert len(the.tester.of("Authorize")) == 1
        assert events[-1].transaction_info.stopped_reason == "Local"
        assert the.statuses() == ["Available", "Occupied", "Available"]


@requirement("E03.FR.01")
@in_virtual_time
async def test_the_card_first() -> None:
    async with scene({"TxCtrlr.TxStartPoint": "Authorized"}) as the:
        await the.booted()
        await the.station.present(TOKEN, evse_id=1)
        await asyncio.sleep(5)
        await the.station.plug(1)
        await asyncio.sleep(600)
        await go(the)
        events = only(the)
        assert reasons(events)[:2] == ["Authorized", "CablePluggedIn"]
        assert events[0].id_token.id_token == TOKEN


@requirement("E03.FR.05")
@in_virtual_time
async def test_the_card_and_no_cable() -> None:
    variables = {"TxCtrlr.TxStartPoint": "Authorized", "TxCtrlr.EVConnectionTimeOut": "30"}
    async with scene(variables) as the:
        await the.booted()
        await the.station.present(TOKEN, evse_id=1)
        await asyncio.sleep(100)
        assert reasons(only(the)) == ["Authorized", "EVConnectTimeout"]


@in_virtual_time
async def test_a_token_that_is_not_accepted() -> None:
    async with scene() as the:
        invalid = AuthorizeResponse.model_validate({"id_token_info": {"status": "Invalid"}})
        the.tester.answers["Authorize"] = lambda _: invalid
        await the.booted()
        await the.station.plug(1)
        await the.station.present(TOKEN, evse_id=1)
        await asyncio.sleep(60)
        assert transactions(the) == []
        assert the.station.state()["evses"][0]["flow"] == "connected"


@requirement("E05.FR.02", "E05.FR.10")
@in_virtual_time
async def test_a_token_that_turns_out_to_be_bad_in_the_midst_of_the_session() -> None:
    def answer(request: Any) -> TransactionEventResponse:
        bad = {"id_token_info": {"status": "Invalid"}} if request.id_token else {}
        return TransactionEventResponse.model_validate(bad)

    variables = {"TxCtrlr.StopTxOnInvalidId": "true", "TxCtrlr.TxStopPoint": "Authorized"}
    async with scene(variables) as the:
        the.tester.answers["TransactionEvent"] = answer
        await the.booted()
        await the.station.plug(1)
        await the.station.present(TOKEN, evse_id=1)
        await asyncio.sleep(60)
        events = only(the)
        assert reasons(events)[-1] == "Deauthorized"
        assert events[-1].transaction_info.stopped_reason == "DeAuthorized"
        assert the.station.state()["evses"][0]["power"] == 0


@asynccontextmanager
async def _offline_at(
    begin: float, end: float, variables: dict[str, str] | None = None
) -> AsyncIterator[Stage]:
    """A session from 10 to 1000 s; there is no network from `begin` to `end`."""
    given = {"AuthCtrlr.OfflineTxForUnknownIdEnabled": "true", **(variables or {})}
    async with scene(given) as the:
        await the.booted()
        loop = asyncio.get_running_loop()
        loop.call_at(begin, lambda: setattr(the.network, "reachable", False))
        loop.call_at(begin, the.network.cut)
        loop.call_at(end, lambda: setattr(the.network, "reachable", True))
        await asyncio.sleep(10 - loop.time())
        await the.station.plug(1)
        await the.station.present(TOKEN, evse_id=1)
        await asyncio.sleep(1000 - loop.time())
        await go(the)
        await asyncio.sleep(1000)
        yield the


def _is_offline(the: Stage) -> list[bool]:
    return [bool(event.offline) for event in only(the)]


@requirement("E04.FR.03", "E11.FR.07")
@in_virtual_time
async def test_it_starts_offline() -> None:
    async with _offline_at(5, 500) as the:
        found = _is_offline(the)
        assert found[0] and not found[-1]
        assert found == sorted(found, reverse=True)


@requirement("E11.FR.02", "E11.FR.07")
@in_virtual_time
async def test_it_ends_offline() -> None:
    async with _offline_at(500, 1500) as the:
        found = _is_offline(the)
        assert not found[0] and found[-1]
        assert found == sorted(found)


@requirement("E12.FR.01", "E12.FR.02")
@in_virtual_time
async def test_all_of_it_is_offline() -> None:
    async with _offline_at(5, 1500) as the:
        assert all(_is_offline(the))
        assert len(the.tester.of("BootNotification")) == 1


@requirement("F01.FR.01", "F01.FR.13", "F03.FR.01")
@in_virtual_time
async def test_a_remote_start_with_the_cable_and_a_remote_stop() -> None:
    async with scene() as the:
        await the.booted()
        await the.station.plug(1)
        start = {"idToken": _TOKEN, "remoteStartId": 42, "evseId": 1}
        assert (await ask(the, "RequestStartTransaction", start)).status == "Accepted"
        await asyncio.sleep(60)
        [events] = transactions(the)
        assert events[0].transaction_info.remote_start_id == 42
        assert events[0].trigger_reason == "RemoteStart"
        again = await ask(the, "RequestStartTransaction", start)
        assert again.status == "Rejected"
        wrong = await ask(the, "RequestStopTransaction", {"transactionId": "another"})
        assert wrong.status == "Rejected"
        stop = {"transactionId": events[0].transaction_info.transaction_id}
        assert (await ask(the, "RequestStopTransaction", stop)).status == "Accepted"
        await asyncio.sleep(5)
        await the.station.unplug(1)
        await asyncio.sleep(5)
        events = only(the)
        assert events[-1].transaction_info.stopped_reason == "Remote"


@requirement("F02.FR.01", "E03.FR.01")
@in_virtual_time
async def test_a_remote_start_before_the_cable() -> None:
    variables = {"TxCtrlr.TxStartPoint": "Authorized", "TxCtrlr.EVConnectionTimeOut": "60"}
    async with scene(variables) as the:
        await the.booted()
        start = {"idToken": _TOKEN, "remoteStartId": 1, "evseId": 1}
        assert (await ask(the, "RequestStartTransaction", start)).status == "Accepted"
        await asyncio.sleep(30)
        await the.station.plug(1)
        await asyncio.sleep(600)
        await go(the)
        assert reasons(only(the))[:2] == ["RemoteStart", "CablePluggedIn"]


@requirement("F02.FR.01", "E03.FR.05")
@in_virtual_time
async def test_a_remote_start_and_no_cable_ever() -> None:
    variables = {"TxCtrlr.TxStartPoint": "Authorized", "TxCtrlr.EVConnectionTimeOut": "60"}
    async with scene(variables) as the:
        await the.booted()
        start = {"idToken": _TOKEN, "remoteStartId": 1, "evseId": 1}
        assert (await ask(the, "RequestStartTransaction", start)).status == "Accepted"
        await asyncio.sleep(90)
        assert reasons(only(the)) == ["RemoteStart", "EVConnectTimeout"]
        assert only(the)[-1].transaction_info.stopped_reason == "Timeout"
