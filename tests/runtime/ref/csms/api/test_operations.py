"""What a person wants done: sessions, reservations, logs, firmware, statistics."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tests.requirements import requirement
from tests.runtime.ref.csms.running import Served, csms_at, energy, event, in_loop
from tests.runtime.ref.csms.station_side import StationSide

from ocpp21 import LogStatusNotificationRequest, UploadLogStatusEnumType

CS = "/stations/CS001"
ACCEPTED = {"status": "Accepted"}


@requirement("F01.FR.19", "F03.FR.01")
@in_loop
async def test_a_session_is_started_and_stopped(database_url: str) -> None:
    side = StationSide(RequestStartTransaction=ACCEPTED, RequestStopTransaction=ACCEPTED)
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side) as station:
            starting = asyncio.create_task(
                served.http.post(f"{CS}/sessions?wait=30", json={"idToken": "A", "evseId": 1})
            )
            asked = await side.came("RequestStartTransaction")
            assert (asked.evse_id, asked.id_token.type) == (1, "ISO14443")
            await station.calls.transaction_event(
                event("Started", 0, evse=1, remote_start_id=asked.remote_start_id)
            )
            answer = (await starting).json()
            assert answer == {
                "status": "Accepted",
                "remoteStartId": asked.remote_start_id,
                "transactionId": "T1",
            }
            stopped = await served.http.post(f"{CS}/sessions/T1/stop")
            assert stopped.json() == ACCEPTED
            assert (await served.http.post(f"{CS}/sessions/T2/stop")).status_code == 422


@in_loop
async def test_a_reservation_is_made_and_cancelled(sqlite_url: str) -> None:
    side = StationSide(ReserveNow=ACCEPTED, CancelReservation=ACCEPTED)
    body = {"idToken": "A", "expiryDateTime": "2099-01-01T00:00:00Z", "evseId": 1}
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with served.station(handlers=side):
            made = (await served.post(f"{CS}/reservations", body)).json()
            [shown] = await served.get(f"{CS}/reservations")
            assert (shown["id"], shown["status"]) == (made["id"], "Active")
            await served.http.delete(f"{CS}/reservations/{made['id']}")
            [shown] = await served.get(f"{CS}/reservations")
            assert shown["status"] == "Canceled"


@requirement("N01.FR.17", "N01.FR.18", "N01.FR.25", "N01.FR.27", "N01.FR.28")
@pytest.mark.parametrize("method", ["PUT", "POST"])
@in_loop
async def test_a_log_is_uploaded_once_and_can_be_fetched(database_url: str, method: str) -> None:
    side = StationSide(GetLog={"status": "Accepted", "filename": "log.txt"})
    content = b"a line\n" * 300_000
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side) as station:
            job = (await served.post(f"{CS}/logs", {})).json()
            number, url = job["requestId"], side.requests("GetLog")[0].log.remote_location
            assert url.endswith("/") and urlsplit(url).username == "CS001"
            assert urlsplit(url).password not in (None, "correct horse battery")
            assert (await served.http.get(f"/jobs/{number}/file")).status_code == 404
            statuses = [await _upload(method, url, content, "wrong")]
            statuses += [await _upload(method, url, content), await _upload(method, url, content)]
            assert statuses == [401, 201, 403]
            await station.calls.log_status_notification(
                LogStatusNotificationRequest(
                    status=UploadLogStatusEnumType.UPLOADED, request_id=number
                )
            )
            assert (await served.get(f"/jobs/{number}"))["status"] == "succeeded"
            assert await _fetched(served, f"/jobs/{number}/file") == content


async def _upload(method: str, url: str, content: bytes, password: str | None = None) -> int:
    user = urlsplit(url).username or ""
    secret = password or urlsplit(url).password or ""
    async with httpx.AsyncClient(trust_env=False, auth=(user, secret)) as http:
        place = url.replace(f"{user}:{urlsplit(url).password}@", "") + "log.txt"
        form = {"uploadfile": ("log.txt", content, "text/plain")}
        body: dict[str, Any] = {"content": content} if method == "PUT" else {"files": form}
        return (await http.request(method, place, **body)).status_code


async def _fetched(served: Served, path: str) -> bytes:
    answer = await served.http.get(path)
    assert answer.status_code == 200
    return answer.content


@in_loop
async def test_firmware_is_kept_and_fetched_by_the_station(database_url: str) -> None:
    side = StationSide(UpdateFirmware=ACCEPTED)
    image = bytes(range(256)) * 10_000
    async with csms_at(database_url) as served:
        await served.add_station()
        assert (await served.post(f"{CS}/firmware", {"firmware": "a.bin"})).status_code == 404
        for content in (b"old", image):
            put = await served.http.put("/firmware/a.bin", content=content)
            assert put.json()["size"] == len(content)
        assert [each["name"] for each in await served.get("/firmware")] == ["a.bin"]
        async with served.station(handlers=side):
            job = await served.post(f"{CS}/firmware", {"firmware": "a.bin"})
            assert (job.status_code, job.json()["kind"]) == (202, "UpdateFirmware")
            place = side.requests("UpdateFirmware")[0].firmware.location
            async with httpx.AsyncClient(trust_env=False) as http:
                assert (await http.get(place)).content == image
                assert (await http.get(place.replace("firmware/", "firmware/x"))).status_code == 404
        assert (await served.http.delete("/firmware/a.bin")).status_code == 204
        assert await served.get("/firmware") == []


@in_loop
async def test_what_was_done_is_counted(database_url: str) -> None:
    async with csms_at(database_url, price_per_kwh=0.5) as served:
        await served.add_station()
        await served.add_station("CS002")
        async with served.station() as station:
            first = event("Started", 0, meter_value=energy(1000, 0))
            last = event("Ended", 1, meter_value=energy(3000, 1))
            await station.calls.transaction_event(first)
            await station.calls.transaction_event(last)
            await station.calls.transaction_event(event("Started", 0, "T2"))
        shown = await served.get(f"{CS}/statistics")
        assert (shown["sessions"], shown["openSessions"]) == (2, 1)
        assert (shown["energyWh"], shown["totalCost"]) == (2000, 1.0)
        assert shown["messagesIn"] >= 4 and shown["connections"] == 1
        assert 0 < shown["uptimeSeconds"] < 60
        total = await served.get("/statistics")
        assert (total["stations"], total["sessions"], total["idle"]) == (2, 2, 0)
        other = await served.get("/stations/CS002/statistics")
        assert (other["sessions"], other["uptimeSeconds"]) == (0, 0)


@requirement("A05.FR.07")
@in_loop
async def test_an_operator_may_let_a_station_come_with_less_security(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with served.station():
            pass
        assert (await served.get(CS))["securityProfile"] == 1
        assert (await served.http.delete(f"{CS}/security-profile")).status_code == 204
        assert (await served.get(CS))["securityProfile"] is None
