"""The control API, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from tests.runtime.ref.station.tester import Tester

import ocpp21
from ocppj import serve_csms
from ocppref.station.config import StationConfig
from ocppref.station.control import bind, serving
from ocppref.station.station import Station


@asynccontextmanager
async def controlled() -> AsyncIterator[tuple[httpx.AsyncClient, Tester]]:
    tester = Tester()
    async with serve_csms(tester, bindings=[ocpp21.CSMS], host="127.0.0.1", port=0) as csms:
        config = StationConfig(csms_url=f"ws://127.0.0.1:{csms.port}/ocpp")
        async with (
            Station(config, reboot_time=0.1) as station,
            serving(station, bind(0)) as url,
            httpx.AsyncClient(base_url=url, trust_env=False) as client,
        ):
            await tester.seen("NotifyEvent")
            yield client, tester


async def post(client: httpx.AsyncClient, path: str, **body: object) -> httpx.Response:
    return await client.post(path, json=body)


def test_a_whole_session_by_hand() -> None:
    async def run() -> None:
        async with controlled() as (client, tester):
            for path, body in (
                ("/plug", {"evseId": 1, "connectorId": 1}),
                ("/token", {"evseId": 1, "idToken": "04A1", "type": "ISO14443"}),
            ):
                response = await post(client, path, **body)
                assert (response.status_code, response.json()) == (200, {"ok": True})
            await tester.seen(
                "TransactionEvent",
                where=lambda event: event.transaction_info.charging_state == "Charging",
            )
            assert (await post(client, "/ev", evseId=1, power=5000, soc=30)).status_code == 200
            state = (await client.get("/state")).json()
            assert state["identity"] == "CS001" and state["registration"] == "Accepted"
            assert state["evses"][0]["power"] == 5000
            assert state["transactions"][0]["idToken"] == "04A1"
            assert (await post(client, "/ev", evseId=1, power=0)).status_code == 200
            await tester.seen(
                "TransactionEvent",
                where=lambda event: event.transaction_info.charging_state == "SuspendedEV",
            )
            assert (await post(client, "/fault", evseId=1, on=True, reason="X")).status_code == 200
            await tester.seen("TransactionEvent", where=lambda event: event.event_type == "Ended")
            assert (await post(client, "/fault", evseId=1, on=False)).status_code == 200
            assert (await post(client, "/unplug", evseId=1)).status_code == 200

    asyncio.run(run())


def test_the_network_and_the_power() -> None:
    async def run() -> None:
        async with controlled() as (client, tester):
            assert (await post(client, "/connection", online=False)).status_code == 200
            assert (await client.get("/state")).json()["online"] is False
            assert (await post(client, "/connection", online=True)).status_code == 200
            response = await post(client, "/power-cycle", downSeconds=0.2)
            assert (response.status_code, response.json()) == (200, {"ok": True})
            state = (await client.get("/state")).json()
            assert state["powered"] is False and state["registration"] is None
            response = await post(client, "/power-cycle")
            assert response.status_code == 409
            assert "switched off" in response.json()["reason"]
            await tester.seen("BootNotification", 2)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        ("/plug", {"evseId": 9}, "there is no EVSE 9"),
        ("/plug", {"evseId": 1, "connectorId": 9}, "there is no connector 9"),
        ("/unplug", {"evseId": 1}, "there is no EV at EVSE 1"),
        ("/ev", {"evseId": 1, "power": 5}, "there is no EV at EVSE 1"),
        ("/fault", {"evseId": 0, "on": True}, "there is no EVSE 0"),
        ("/token", {"evseId": 2, "idToken": "a", "type": "b"}, "there is no EVSE 2"),
    ],
)
def test_what_cannot_be_is_answered_with_the_reason(
    path: str, body: dict[str, object], reason: str
) -> None:
    async def run() -> None:
        async with controlled() as (client, _):
            response = await post(client, path, **body)
            assert response.status_code == 409
            assert reason in response.json()["reason"] and response.json()["ok"] is False

    asyncio.run(run())


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/plug", {}),
        ("/plug", {"evseId": "one"}),
        ("/plug", {"evse_id": 1}),
        ("/plug", {"evseId": 1, "colour": "red"}),
        ("/token", {"idToken": "x" * 256, "type": "ISO14443"}),
        ("/power-cycle", {"downSeconds": -1}),
        ("/connection", {}),
    ],
)
def test_a_body_that_is_wrong_is_answered_with_422(path: str, body: dict[str, object]) -> None:
    async def run() -> None:
        async with controlled() as (client, _):
            assert (await post(client, path, **body)).status_code == 422
            assert (await client.get("/state")).status_code == 200

    asyncio.run(run())
