"""The REST API: what it shows, and what it refuses."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from tests.runtime.ref.csms.running import Served, csms_at, event, in_loop
from tests.runtime.ref.csms.station_side import StationSide

from ocpp21 import UnlockConnectorResponse
from ocppj import ErrorCode


@in_loop
async def test_nothing_is_shown_without_the_token(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        paths = (await served.http.get(f"{served.service.http_url}/openapi.json")).json()["paths"]
        guarded = [path for path in paths if path.startswith("/api/v1")]
        assert len(guarded) > 15
        async with httpx.AsyncClient(base_url=served.service.http_url, trust_env=False) as http:
            for path in guarded:
                for method in paths[path]:
                    concrete = path.replace("{", "").replace(":path", "").replace("}", "")
                    for headers in ({}, {"Authorization": "Bearer wrong"}):
                        answer = await http.request(method, concrete, headers=headers, json={})
                        assert answer.status_code == 401, (method, path)
            for path in ("/healthz", "/readyz", "/metrics"):
                assert (await http.get(path)).status_code == 200


@in_loop
async def test_a_station_is_made_changed_and_forgotten(database_url: str) -> None:
    async with csms_at(database_url) as served:
        made = await served.http.put("/stations/CS001", json={"heartbeatInterval": 60})
        again = await served.http.put("/stations/cs001", json={"registration": "Pending"})
        assert (made.status_code, again.status_code) == (201, 200)
        [shown] = await served.get("/stations")
        assert shown == {
            "identity": "CS001",
            "connected": False,
            "idle": False,
            "registration": "Pending",
            "bootStatus": None,
            "ocppVersion": None,
            "lastSeen": None,
            "boot": None,
            "bootedAt": None,
            "heartbeatInterval": 60,
            "securityProfile": None,
            "hasPassword": False,
            "evses": [],
        }
        assert (await served.http.delete("/stations/CS001")).status_code == 204
        assert (await served.http.get("/stations/CS001")).status_code == 404
        assert (await served.http.delete("/stations/CS001")).status_code == 404


@in_loop
async def test_a_station_that_is_forgotten_is_put_out(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station() as station:
            await station.calls.transaction_event(event("Started", 0))
            connection = await station.connected()
            assert (await served.http.delete("/stations/CS001")).status_code == 204
            await connection.wait_closed()
        assert await served.get("/transactions") == []


@pytest.mark.parametrize(
    ("identity", "body"),
    [
        ("a:b", {}),
        ("x" * 49, {}),
        ("..%2F", {}),
        ("CS001", {"password": "short"}),
        ("CS001", {"password": "x" * 65}),
        ("CS001", {"registration": "Perhaps"}),
        ("CS001", {"heartbeatInterval": 0}),
        ("CS001", {"heartbeatInterval": 2**31}),
        ("CS001", {"nonsense": 1}),
    ],
)
@in_loop
async def test_what_is_no_station_is_refused_and_nothing_is_done(
    sqlite_url: str, identity: str, body: dict[str, Any]
) -> None:
    async with csms_at(sqlite_url) as served:
        answer = await served.http.put(f"/stations/{identity}", json=body)
        assert answer.status_code in (404, 422)
        assert str(body.get("password", "nothing at all")) not in answer.text
        assert await served.get("/stations") == []


@in_loop
async def test_tokens_are_kept_as_they_were_given(database_url: str) -> None:
    given = {
        "status": "Blocked",
        "groupIdToken": {"idToken": "G", "type": "Central"},
        "cacheExpiryDateTime": "2030-01-01T00:00:00Z",
        "language1": "de",
        "language2": "en",
    }
    async with csms_at(database_url) as served:
        shown = await served.put("/tokens/ISO14443/Ab%2Fcd", given)
        assert shown == {"type": "ISO14443", "idToken": "Ab/cd", **given}
        await served.put("/tokens/ISO14443/AB%2FCD", {})
        assert await served.get("/tokens") == [
            {"type": "ISO14443", "idToken": "AB/CD", "status": "Accepted"}
        ]
        assert (await served.http.delete("/tokens/ISO14443/ab%2Fcd")).status_code == 204
        assert (await served.http.delete("/tokens/ISO14443/ab%2Fcd")).status_code == 404
        bad = await served.http.put("/tokens/ISO14443/X", json={"status": "Fine"})
        assert bad.status_code == 422


@pytest.mark.parametrize(
    ("action", "body", "status", "said"),
    [
        ("Reset", {"type": "OnIdle"}, 200, {"status": "Accepted"}),
        ("Reset", {"type": "Sometime"}, 422, "/type"),
        ("Reset", {}, 422, "/type"),
        ("Reset", {"type": "OnIdle", "more": 1}, 422, "/more"),
        ("ClearCache", {}, 502, {"errorCode": "SecurityError"}),
        ("UnlockConnector", {"evseId": 1, "connectorId": 1}, 502, "not valid"),
        ("Heartbeat", {}, 404, "no such Action"),
        ("Nonsense", {}, 404, "no such Action"),
        ("NotifyPeriodicEventStream", {}, 404, "no such Action"),
    ],
)
@in_loop
async def test_an_action_is_sent_straight_through(
    sqlite_url: str, action: str, body: dict[str, Any], status: int, said: Any
) -> None:
    side = StationSide(
        Reset={"status": "Accepted"}, ClearCache=ErrorCode.SECURITY_ERROR, UnlockConnector={}
    )
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        raw = action == "UnlockConnector"
        async with served.station(handlers=_Odd() if raw else side):
            answer = await served.post(f"/stations/CS001/actions/{action}", body)
            assert answer.status_code == status, answer.text
            if isinstance(said, str):
                assert said in answer.text
            else:
                assert said.items() <= answer.json().items()


class _Odd:
    """Answers with what is no answer."""

    async def on_unlock_connector(self, request: Any, context: Any) -> Any:
        return UnlockConnectorResponse.model_construct(status="Perhaps")


@in_loop
async def test_who_is_not_there_or_does_not_answer_is_told(sqlite_url: str) -> None:
    class Silent:
        async def on_reset(self, request: Any, context: Any) -> Any:
            await asyncio.Event().wait()

    body = {"type": "OnIdle"}
    async with csms_at(sqlite_url) as served:
        assert (await served.post("/stations/CS001/actions/Reset", body)).status_code == 404
        await served.add_station()
        assert (await served.post("/stations/CS001/actions/Reset", body)).status_code == 409
        async with served.station(handlers=Silent()):
            answer = await served.post("/stations/CS001/actions/Reset?timeout=0.1", body)
            assert answer.status_code == 504


@in_loop
async def test_a_body_that_is_too_large_is_not_read(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:

        async def endless() -> Any:
            for _ in range(100):
                yield b" " * 65536

        answer = await served.http.put("/tokens/ISO14443/A", content=endless())
        assert answer.status_code == 413


@in_loop
async def test_what_happens_is_told_as_it_happens(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        types = ["connection", "status", "transaction"]
        async with served.http.stream("GET", "/events", params={"type": types}) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            lines = stream.aiter_lines()
            assert await anext(lines) == ": connected"
            async with served.station() as station:
                await station.calls.transaction_event(event("Started", 0, evse=1))
                told = [await _next(lines) for _ in range(3)]
        assert [each["type"] for each in told] == ["connection", "connection", "transaction"]
        assert told[0]["connected"] is True and told[1]["boot"] == "Accepted"
        assert (told[2]["station"], told[2]["transactionId"], told[2]["open"]) == (
            "CS001",
            "T1",
            True,
        )


async def _next(lines: Any) -> Any:
    while not (line := await anext(lines)).startswith("data: "):
        pass
    return json.loads(line.removeprefix("data: "))


@in_loop
async def test_messages_are_told_without_their_secrets(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with served.http.stream("GET", "/events", params={"type": "message"}) as stream:
            lines = stream.aiter_lines()
            await anext(lines)
            async with served.station(handlers=StationSide()):
                assert '"BootNotification"' in (await _next(lines))["frame"]
                await _set_password(served)
                while '"SetVariables"' not in (frame := (await _next(lines))["frame"]):
                    pass
        assert '"attributeValue":"***"' in frame
        assert "a good new password" not in frame


async def _set_password(served: Served) -> None:
    answer = await served.http.put("/stations/CS001", json={"password": "a good new password"})
    assert answer.status_code == 502


@in_loop
async def test_metrics_count_what_happened(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with served.station() as station:
            await station.calls.transaction_event(event("Started", 0))
            text = (await served.http.get(f"{served.service.http_url}/metrics")).text
        lines = text.splitlines()
        assert "csms_stations_connected 1.0" in lines
        assert "csms_transactions_open 1.0" in lines
        counted = 'ocpp_messages_total{action="TransactionEvent",direction="in",type="CALL"} 1.0'
        assert counted in lines
