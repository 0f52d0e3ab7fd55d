"""TransactionEvents, as the station that sends them sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.requirements import requirement
from tests.runtime.ref.csms.running import (
    BEGIN,
    Served,
    csms_at,
    energy,
    event,
    in_loop,
    token,
)
from tests.runtime.ref.csms.station_side import StationSide

from ocpp21 import TransactionEventResponse
from ocppj import OCPPCallError
from ocppref.csms.errors import StorageError


@requirement("J02.FR.19", "E02.FR.02", "E03.FR.02", "I02.FR.01", "I03.FR.02")
@in_loop
async def test_a_session_from_begin_to_end(database_url: str) -> None:
    async with csms_at(database_url, price_per_kwh=0.4) as served:
        await served.add_station()
        await served.add_token()
        async with served.station() as station:
            send = station.calls.transaction_event
            started = event(
                "Started",
                0,
                evse=1,
                trigger="Authorized",
                id_token=token(),
                meter_value=energy(1000, 0, context="Transaction.Begin"),
            )
            answer = await send(started)
            assert answer.id_token_info is not None
            assert (answer.id_token_info.status, answer.total_cost) == ("Accepted", None)
            answer = await send(event("Updated", 1, meter_value=energy(3500, 1)))
            assert answer == TransactionEventResponse(total_cost=1.0)
            [shown] = await served.get("/transactions", open="true", station="cs001")
            assert (shown["open"], shown["energyWh"], shown["totalCost"]) == (True, 2500, 1.0)
            answer = await send(event("Ended", 2, meter_value=energy(6000, 2)))
            assert answer.total_cost == 2.0
        assert await served.get("/transactions", open="true") == []
        shown = await served.get("/transactions/CS001/T1")
        events = shown.pop("events")
        assert [each["seqNo"] for each in events] == [0, 1, 2]
        assert events[0]["meterValue"][0]["sampledValue"][0]["value"] == 1000
        assert shown == {
            "transactionId": "T1",
            "station": "CS001",
            "evseId": 1,
            "connectorId": 1,
            "idToken": {"idToken": "ABCD", "type": "ISO14443"},
            "stopIdToken": None,
            "open": False,
            "complete": True,
            "missingSeqNos": [],
            "startedAt": "2025-06-01T12:00:00Z",
            "endedAt": "2025-06-01T12:02:00Z",
            "energyWh": 5000,
            "stoppedReason": "Local",
            "remoteStartId": None,
            "reservationId": None,
            "chargingState": None,
            "tariffId": None,
            "totalCost": 2.0,
        }


@requirement("J02.FR.19")
@in_loop
async def test_whatever_is_sent_is_answered(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station() as station:
            send = station.calls.transaction_event
            for each in (
                event("Updated", 7, "unknown"),
                event("Ended", 3, "unknown"),
                event("Ended", 3, "unknown"),
                event("Started", 5, "unknown", id_token=token("nobody")),
                event("Started", 5, "unknown", offline=True),
            ):
                await send(each)
        shown = await served.get("/transactions/CS001/unknown")
        assert [each["seqNo"] for each in shown["events"]] == [3, 5, 7]


@requirement("E01.FR.11", "E01.FR.12", "E02.FR.04", "E05.FR.01", "C09.FR.12", "C12.FR.03")
@in_loop
async def test_a_token_is_judged_as_it_is_now(database_url: str) -> None:
    group = {"idToken": "GROUP", "type": "Central"}
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station() as station:

            async def status(seq_no: int, kind: str = "Started") -> str | None:
                answer = await station.calls.transaction_event(
                    event(kind, seq_no, id_token=token())
                )
                assert answer.id_token_info is not None
                found = answer.id_token_info.group_id_token
                assert (found.id_token if found else None) == (
                    "GROUP" if answer.id_token_info.status != "Unknown" else None
                )
                return answer.id_token_info.status

            assert await status(0) == "Unknown"
            await served.add_token(groupIdToken=group)
            assert await status(1, "Updated") == "Accepted"
            await served.add_token(groupIdToken=group, status="Blocked")
            assert await status(2, "Updated") == "Blocked"
            past = {"cacheExpiryDateTime": "2020-01-01T00:00:00Z"}
            await served.add_token(groupIdToken=group, **past)
            assert await status(3, "Ended") == "Expired"


@requirement("C02.FR.02")
@in_loop
async def test_a_start_button_is_accepted(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station() as station:
            answer = await station.calls.transaction_event(
                event("Started", 0, id_token=token("", "NoAuthorization"))
            )
            assert answer.id_token_info is not None
            assert answer.id_token_info.status == "Accepted"


async def _start(served: Served, station: object, name: str, minute: int, **said: object) -> str:
    each = event(
        "Started", 0, name, id_token=token(), timestamp=BEGIN + timedelta(minutes=minute), **said
    )
    answer = await station.calls.transaction_event(each)  # type: ignore[attr-defined]
    return str(answer.id_token_info.status)


@in_loop
async def test_a_token_charges_at_one_place_at_a_time(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_token()
        for name in ("CS001", "CS002"):
            await served.add_station(name)
        async with served.station("CS001") as one, served.station("CS002") as two:
            assert await _start(served, one, "A", 0) == "Accepted"
            assert await _start(served, one, "A", 0) == "Accepted"  # sent again
            assert await _start(served, two, "B", 1) == "ConcurrentTx"
            assert await _start(served, two, "C", 2, offline=True) == "Accepted"
            await one.calls.transaction_event(event("Ended", 1, "A", id_token=token()))
            await two.calls.transaction_event(event("Ended", 1, "C"))
            assert await _start(served, two, "B", 1) == "Accepted"


@in_loop
async def test_a_token_of_the_group_may_stop_what_another_started(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        await served.add_token("ONE")
        await served.add_token("TWO")
        async with served.station() as station:
            send = station.calls.transaction_event
            await send(event("Started", 0, id_token=token("ONE")))
            await send(event("Started", 0, "other", id_token=token("TWO")))
            answer = await send(event("Ended", 1, id_token=token("TWO"), trigger="StopAuthorized"))
            assert answer.id_token_info is not None
            assert answer.id_token_info.status == "Accepted"
        shown = await served.get("/transactions/CS001/T1")
        assert (shown["idToken"]["idToken"], shown["stopIdToken"]["idToken"]) == ("ONE", "TWO")


@in_loop
async def test_a_gap_is_asked_about_and_given_up_when_nothing_is_to_come(
    database_url: str,
) -> None:
    side = StationSide(GetTransactionStatus={"messagesInQueue": False})
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side) as station:
            await station.calls.transaction_event(event("Started", 0))
            await station.calls.transaction_event(event("Ended", 3))
            assert (await side.came("GetTransactionStatus")).transaction_id == "T1"
            shown = await served.get("/transactions/CS001/T1")
            assert (shown["complete"], shown["missingSeqNos"]) == (False, [1, 2])
            await station.calls.transaction_event(event("Updated", 2))
            await station.calls.transaction_event(event("Updated", 1))
            shown = await served.get("/transactions/CS001/T1")
            assert (shown["complete"], shown["missingSeqNos"]) == (True, [])


@in_loop
async def test_a_reservation_is_used_up_by_the_transaction_that_names_it(
    database_url: str,
) -> None:
    side = StationSide(ReserveNow={"status": "Accepted"})
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side) as station:
            body = {
                "expiryDateTime": "2030-01-01T00:00:00Z",
                "idToken": {"idToken": "ABCD", "type": "ISO14443"},
            }
            answer = await served.post("/stations/CS001/actions/ReserveNow", body)
            assert answer.json() == {"status": "Accepted"}
            [held] = await served.get("/stations/CS001/reservations")
            assert (held["id"], held["status"]) == (1, "Active")
            await station.calls.transaction_event(event("Started", 0, reservation_id=held["id"]))
            [held] = await served.get("/stations/CS001/reservations")
            assert held["status"] == "Used"


@in_loop
async def test_a_central_token_is_good_where_it_was_sent_to(database_url: str) -> None:
    side = StationSide(RequestStartTransaction={"status": "Accepted"})
    central = {"idToken": "made-up", "type": "Central"}
    async with csms_at(database_url) as served:
        for name in ("CS001", "CS002"):
            await served.add_station(name)
        async with served.station(handlers=side) as station, served.station("CS002") as other:
            answer = await served.post(
                "/stations/CS001/actions/RequestStartTransaction", {"idToken": central}
            )
            assert answer.status_code == 200
            asked = await side.came("RequestStartTransaction")
            for each, status in ((station, "Accepted"), (other, "Unknown")):
                started = event(
                    "Started",
                    0,
                    remote_start_id=asked.remote_start_id,
                    id_token=token("made-up", "Central"),
                )
                info = (await each.calls.transaction_event(started)).id_token_info
                assert info is not None and info.status == status


@in_loop
async def test_what_cannot_be_stored_is_not_answered_as_if_it_were(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with served.station() as station:

            async def fail(changes: object) -> None:
                raise StorageError("the disk is full")

            with monkeypatch.context() as patch:
                patch.setattr(served.service.parts.store.writer, "save", fail)
                with pytest.raises(OCPPCallError, match="InternalError") as caught:
                    await station.calls.transaction_event(event("Started", 0))
            assert "disk" not in str(caught.value)
            await station.calls.transaction_event(event("Started", 0))
        assert len((await served.get("/transactions/CS001/T1"))["events"]) == 1
