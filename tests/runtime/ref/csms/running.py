"""Runs async tests, a CSMS, and stations that connect to it."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import uvloop

import ocpp21
from ocpp21 import (
    BootNotificationRequest,
    BootReasonEnumType,
    ChargingStationCalls,
    ChargingStationType,
    EVSEType,
    IdTokenType,
    TransactionEventEnumType,
    TransactionEventRequest,
    TransactionType,
    TriggerReasonEnumType,
)
from ocppj import Station, connect_station
from ocppref.csms import CsmsService, CsmsSettings
from ocppref.csms.storage.store import Store, open_store

_PATIENCE = 60.0
PASSWORD = "correct horse battery"
TOKEN = "a token for tests"
BEGIN = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)


def in_loop(test: Callable[..., Coroutine[object, object, None]]) -> Callable[..., None]:
    """Run a test in a real loop. It fails if a task is left over, or an error was not handled."""

    @functools.wraps(test)
    def run(*arguments: object, **fixtures: object) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_checked(test(*arguments, **fixtures)))

    return run


async def _checked(test: Coroutine[object, object, None]) -> None:
    unhandled: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, seen: unhandled.append(seen))
    async with asyncio.timeout(_PATIENCE):
        await test
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left
    assert not unhandled


async def until(condition: Callable[[], object]) -> None:
    """Wait until something is so. The test's own patience is the bound."""
    while not condition():  # noqa: ASYNC110 - it may be anything
        await asyncio.sleep(0.005)


@asynccontextmanager
async def store_at(url: str) -> AsyncIterator[Store]:
    """A store."""
    async with await open_store(url) as store:
        yield store


@asynccontextmanager
async def csms_at(
    url: str, *, handlers: tuple[object, ...] = (), vendors: Any = None, **settings: Any
) -> AsyncIterator[Served]:
    """A CSMS, and its API."""
    chosen = {"port": 0, "http_port": 0, "database_url": url, "api_token": TOKEN, **settings}
    service = CsmsService(CsmsSettings.model_validate(chosen), handlers=handlers, vendors=vendors)
    async with service, _client(service) as http:
        yield Served(service, http)


def _client(service: CsmsService) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=f"{service.http_url}/api/v1",
        headers={"Authorization": f"Bearer {service.api_token}"},
        trust_env=False,
        timeout=30,
    )


class Served:
    """A CSMS that runs, and a client of its API."""

    def __init__(self, service: CsmsService, http: httpx.AsyncClient) -> None:
        self.service = service
        self.http = http

    @property
    def port(self) -> int:
        """The port for stations."""
        return int(self.service.ocpp_url.rsplit(":", 1)[1].split("/")[0])

    async def get(self, path: str, **params: Any) -> Any:
        """What the API answers, which has to be 200."""
        answer = await self.http.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def put(self, path: str, body: object) -> Any:
        """The same for what is put."""
        answer = await self.http.put(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    async def post(self, path: str, body: object) -> httpx.Response:
        """Whatever the answer is."""
        return await self.http.post(path, json=body)

    async def add_station(self, identity: str = "CS001", **body: Any) -> None:
        """Provision a station."""
        await self.put(f"/stations/{identity}", {"password": PASSWORD, **body})

    async def add_token(self, id_token: str = "ABCD", kind: str = "ISO14443", **body: Any) -> None:
        """Make a token known."""
        await self.put(f"/tokens/{kind}/{id_token}", {"status": "Accepted", **body})

    @asynccontextmanager
    async def station(
        self,
        identity: str = "CS001",
        *,
        handlers: object = (),
        booted: bool = True,
        password: str = PASSWORD,
    ) -> AsyncIterator[Station[ChargingStationCalls]]:
        """A station that is connected, and has booted."""
        async with connect_station(
            handlers or [],
            self.service.ocpp_url,
            identity=identity,
            password=password,
            bindings=[ocpp21.CHARGING_STATION],
        ) as station:
            await station.connected()
            if booted:
                await station.calls.boot_notification(boot())
            yield station


def boot(**machine: Any) -> BootNotificationRequest:
    """A boot."""
    return BootNotificationRequest(
        reason=BootReasonEnumType.POWER_UP,
        charging_station=ChargingStationType(model="X1", vendor_name="Example", **machine),
    )


def token(id_token: str = "ABCD", kind: str = "ISO14443") -> IdTokenType:
    """A token."""
    return IdTokenType(id_token=id_token, type=kind)


def event(
    kind: str,
    seq_no: int,
    transaction_id: str = "T1",
    *,
    trigger: str = "MeterValuePeriodic",
    evse: int | None = None,
    **other: Any,
) -> TransactionEventRequest:
    """An event of a transaction, a minute after the one before."""
    information = {
        key: other.pop(key) for key in ("stopped_reason", "remote_start_id") if key in other
    }
    return TransactionEventRequest(
        event_type=TransactionEventEnumType(kind),
        timestamp=other.pop("timestamp", BEGIN + timedelta(minutes=seq_no)),
        trigger_reason=TriggerReasonEnumType(trigger),
        seq_no=seq_no,
        transaction_info=TransactionType(transaction_id=transaction_id, **information),
        evse=None if evse is None else EVSEType(id=evse, connector_id=1),
        **other,
    )


def energy(wh: float, minute: int = 0, **sample: Any) -> list[ocpp21.MeterValueType]:
    """A meter value with the energy register."""
    value = ocpp21.SampledValueType(value=wh, **sample)
    at = BEGIN + timedelta(minutes=minute)
    return [ocpp21.MeterValueType(timestamp=at, sampled_value=[value])]
