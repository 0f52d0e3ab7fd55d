"""Conformance: charging sessions, in and out of order."""

from __future__ import annotations

from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.ref.csms.conformance.tester import NOW, Payload, Probe, joined
from tests.runtime.ref.csms.running import Served, csms_at, in_loop

TOKEN = {"idToken": "ABCD", "type": "ISO14443"}
EVSE = {"id": 1, "connectorId": 1}


def _energy(wh: float) -> list[Payload]:
    return [{"timestamp": NOW, "sampledValue": [{"value": wh}]}]


def _status(status: str, evse: int = 1) -> Payload:
    return {"timestamp": NOW, "connectorStatus": status, "evseId": evse, "connectorId": 1}


async def _shown(served: Served, id: str = "T1") -> Any:
    return await served.get(f"/transactions/CS001/{id}")


async def _late(station: Probe, seq_no: int) -> None:
    await station.event("Updated", seq_no, offline=True, meterValue=_energy(seq_no * 100))


async def _finish(station: Probe, first: int) -> Payload:
    await station.event("Updated", first, meterValue=_energy(1500))
    await station.event("Updated", first + 1, trigger="StopAuthorized", idToken=TOKEN)
    return await station.event(
        "Ended",
        first + 2,
        trigger="EVCommunicationLost",
        info={"stoppedReason": "EVDisconnected"},
        meterValue=_energy(3000),
    )


@requirement("E02.FR.01", "E02.FR.04", "C01.FR.02", "I03.FR.02")
@in_loop
async def test_a_session_cable_first(database_url: str) -> None:
    async with csms_at(database_url, price_per_kwh=0.5) as served:
        await served.add_station()
        await served.add_token()
        async with joined(served) as station:
            assert await station.call("StatusNotification", _status("Occupied")) == {}
            answer = await station.event(
                "Started", 0, trigger="CablePluggedIn", evse=EVSE, meterValue=_energy(1000)
            )
            assert "idTokenInfo" not in answer
            allowed = await station.call("Authorize", {"idToken": TOKEN})
            assert allowed["idTokenInfo"]["status"] == "Accepted"
            answer = await station.event("Updated", 1, trigger="Authorized", idToken=TOKEN)
            assert answer["idTokenInfo"]["status"] == "Accepted"
            end = await _finish(station, 2)
            assert end["totalCost"] == pytest.approx(1.0)
            await station.call("StatusNotification", _status("Available"))
        shown = await _shown(served)
        assert (shown["open"], shown["complete"], shown["missingSeqNos"]) == (False, True, [])
        assert (shown["energyWh"], shown["totalCost"]) == (2000.0, pytest.approx(1.0))
        assert shown["stoppedReason"] == "EVDisconnected"
        assert [each["seqNo"] for each in shown["events"]] == [0, 1, 2, 3, 4]
        assert shown["events"][0]["customData"]["bay"] == [1, {"of": 2}]
        [evse] = (await served.get("/stations/CS001"))["evses"]
        assert evse["connectors"][0]["status"] == "Available"


@requirement("E03.FR.01", "E01.FR.11", "C09.FR.12")
@in_loop
async def test_a_session_card_first(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        await served.add_token(groupIdToken={"idToken": "G", "type": "Central"})
        async with joined(served) as station:
            await station.call("Authorize", {"idToken": TOKEN})
            answer = await station.event(
                "Started", 0, trigger="Authorized", idToken=TOKEN, evse=EVSE
            )
            assert answer["idTokenInfo"]["status"] == "Accepted"
            assert answer["idTokenInfo"]["groupIdToken"]["idToken"] == "G"
            await station.event(
                "Updated", 1, trigger="CablePluggedIn", info={"chargingState": "EVConnected"}
            )
            await _finish(station, 2)
        shown = await _shown(served)
        assert (shown["open"], shown["complete"]) == (False, True)
        assert shown["idToken"]["idToken"] == "ABCD"


@requirement("C01.FR.06", "C09.FR.12")
@in_loop
async def test_another_token_of_the_group_stops_it(sqlite_url: str) -> None:
    other = {"idToken": "EFGH", "type": "ISO14443"}
    group = {"idToken": "G", "type": "Central"}
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        for name in ("ABCD", "EFGH"):
            await served.add_token(name, groupIdToken=group)
        async with joined(served) as station:
            await station.event("Started", 0, trigger="Authorized", idToken=TOKEN, evse=EVSE)
            allowed = await station.call("Authorize", {"idToken": other})
            assert allowed["idTokenInfo"]["groupIdToken"]["idToken"] == "G"
            answer = await station.event("Ended", 1, trigger="StopAuthorized", idToken=other)
            assert answer["idTokenInfo"]["status"] == "Accepted"
        shown = await _shown(served)
        assert shown["idToken"]["idToken"] == "ABCD"
        assert shown["stopIdToken"]["idToken"] == "EFGH"


@requirement("E01.FR.12")
@pytest.mark.parametrize(
    ("status", "told"),
    [(None, {"Unknown", "Invalid"}), ("Blocked", {"Blocked"}), ("Expired", {"Expired"})],
)
@in_loop
async def test_a_bad_token_is_told_and_its_events_are_kept(
    sqlite_url: str, status: str | None, told: set[str]
) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        if status is not None:
            await served.add_token(status=status)
        async with joined(served) as station:
            allowed = await station.call("Authorize", {"idToken": TOKEN})
            assert allowed["idTokenInfo"]["status"] in told
            answer = await station.event(
                "Started", 0, trigger="Authorized", idToken=TOKEN, evse=EVSE, offline=True
            )
            assert answer["idTokenInfo"]["status"] in told
        assert (await _shown(served))["open"]


@requirement("E04.FR.01", "E11.FR.01")
@in_loop
async def test_what_comes_late_and_out_of_order_is_put_in_order(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        answers = {"GetTransactionStatus": {"ongoingIndicator": False, "messagesInQueue": True}}
        async with joined(served, answers=answers) as station:
            for seq_no in (3, 1):
                await _late(station, seq_no)
            await station.event("Ended", 4, offline=True, meterValue=_energy(400))
            asked = await station.wait_for("GetTransactionStatus")
            assert asked["transactionId"] == "T1"
            shown = await _shown(served)
            assert (shown["open"], shown["complete"]) == (False, False)
            assert shown["missingSeqNos"] == [2]
            await _late(station, 2)
            assert not (await _shown(served))["complete"]  # it has not begun yet
            await station.event("Started", 0, offline=True, meterValue=_energy(0), evse=EVSE)
        shown = await _shown(served)
        assert (shown["complete"], shown["missingSeqNos"], shown["energyWh"]) == (True, [], 400.0)
        assert [each["seqNo"] for each in shown["events"]] == [0, 1, 2, 3, 4]


@in_loop
async def test_an_event_that_is_sent_again_counts_once_and_is_answered_alike(
    database_url: str,
) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        await served.add_token()
        async with joined(served) as station:
            await station.event("Started", 0, evse=EVSE, meterValue=_energy(0))
            more = {"trigger": "Authorized", "idToken": TOKEN, "meterValue": _energy(70)}
            first = await station.event("Updated", 1, message_id="the-same", **more)
        async with joined(served, booted=False) as station:
            again = await station.event("Updated", 1, message_id="the-same", **more)
            assert again == first
            assert await station.event("Updated", 1, message_id="another", **more) == first
        shown = await _shown(served)
        assert [each["seqNo"] for each in shown["events"]] == [0, 1]
        assert shown["energyWh"] == 70.0


@in_loop
async def test_two_sessions_may_both_begin_at_0(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        async with joined(served) as station:
            for id, evse in (("A", 1), ("B", 2)):
                place = {"id": evse, "connectorId": 1}
                await station.event("Started", 0, id, evse=place, meterValue=_energy(0))
            for id, energy in (("A", 10), ("B", 20)):
                await station.event("Ended", 1, id, meterValue=_energy(energy))
        for id, energy in (("A", 10.0), ("B", 20.0)):
            shown = await _shown(served, id)
            assert (shown["complete"], shown["energyWh"]) == (True, energy)


@requirement("F01.FR.01", "F02.FR.01")
@in_loop
async def test_a_remote_start_is_found_again_by_its_id(sqlite_url: str) -> None:
    answers = {"RequestStartTransaction": {"status": "Accepted"}}
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        await served.add_token()
        async with joined(served, answers=answers) as station:
            body = {"idToken": TOKEN, "evseId": 1}
            for number in (0, 1):
                path = "/stations/CS001/actions/RequestStartTransaction"
                assert (await served.post(path, body)).json()["status"] == "Accepted"
                asked = await station.wait_for("RequestStartTransaction", number)
                started = asked["remoteStartId"]
                await station.event(
                    "Started",
                    0,
                    f"R{number}",
                    trigger="RemoteStart",
                    idToken=TOKEN,
                    evse=EVSE,
                    info={"remoteStartId": started},
                )
                assert (await _shown(served, f"R{number}"))["remoteStartId"] == started
                await station.event("Ended", 1, f"R{number}", trigger="RemoteStop")
