"""Handlers of both sides, as tests of the shell need them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Unpack

import ocpp21
from ocpp21 import (
    ChargingStationCalls,
    ChargingStationHandler,
    CsmsCalls,
    CsmsHandler,
    DataTransferRequest,
    DataTransferResponse,
    HeartbeatRequest,
    HeartbeatResponse,
    NotifyPeriodicEventStream,
    ResetRequest,
    ResetResponse,
)
from ocppj import CallContext, Connection, Csms, CsmsOptions, Station, StationOptions
from ocppj.csms import serve_csms
from ocppj.station import connect_station

NOW = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
HEARTBEAT = HeartbeatRequest()
HEARTBEAT_ANSWER = {"currentTime": "2025-06-01T12:00:00Z"}
RESET = ResetRequest(type=ocpp21.ResetEnumType.IMMEDIATE)


class Clerk(CsmsHandler):
    """A CSMS. A DataTransfer waits until `opened`; what SENDs carry is kept in `streamed`."""

    def __init__(self) -> None:
        self.opened = asyncio.Event()
        self.waiting = 0
        self.streamed: list[int] = []

    async def on_heartbeat(
        self, request: HeartbeatRequest, context: CallContext[CsmsCalls]
    ) -> HeartbeatResponse:
        return HeartbeatResponse(current_time=NOW)

    async def on_data_transfer(
        self, request: DataTransferRequest, context: CallContext[CsmsCalls]
    ) -> DataTransferResponse:
        self.waiting += 1
        await self.opened.wait()
        return DataTransferResponse(status=ocpp21.DataTransferStatusEnumType.ACCEPTED)

    async def on_notify_periodic_event_stream(
        self, message: NotifyPeriodicEventStream, context: CallContext[CsmsCalls]
    ) -> None:
        if message.pending:
            await self.opened.wait()
        self.streamed.append(message.id)


class Box(ChargingStationHandler):
    """A Charging Station that asks for the time before it resets."""

    def __init__(self) -> None:
        self.resets = 0

    async def on_reset(
        self, request: ResetRequest, context: CallContext[ChargingStationCalls]
    ) -> ResetResponse:
        self.resets += 1
        await context.peer.heartbeat(HEARTBEAT)
        return ResetResponse(status=ocpp21.ResetStatusEnumType.ACCEPTED)


@asynccontextmanager
async def csms(
    handler: object = None, **options: Unpack[CsmsOptions]
) -> AsyncIterator[Csms[CsmsCalls]]:
    """A CSMS at a free port."""
    async with serve_csms(
        Clerk() if handler is None else handler, bindings=[ocpp21.CSMS], port=0, **options
    ) as server:
        yield server


@asynccontextmanager
async def station(
    port: int,
    identity: str = "CS001",
    handler: object = None,
    password: str | None = None,
    **options: Unpack[StationOptions],
) -> AsyncIterator[Station[ChargingStationCalls]]:
    """A station of that identity, which connects to that port."""
    async with connect_station(
        Box() if handler is None else handler,
        f"ws://127.0.0.1:{port}/ocpp",
        identity=identity,
        bindings=[ocpp21.CHARGING_STATION],
        password=password,
        **options,
    ) as client:
        yield client


@asynccontextmanager
async def pair(
    clerk: object = None, box: object = None, **options: Unpack[CsmsOptions]
) -> AsyncIterator[tuple[Csms[CsmsCalls], Station[ChargingStationCalls], Connection[CsmsCalls]]]:
    """Both, connected; and the CSMS's end of the connection."""
    async with csms(clerk, **options) as server, station(server.port, handler=box) as client:
        await client.connected()
        yield server, client, server.connections["CS001"]


def transfer(data: object = None) -> DataTransferRequest:
    """The request of a DataTransfer."""
    return DataTransferRequest(vendor_id="com.example", data=data)


def stream(number: int, *, wait: bool = False) -> NotifyPeriodicEventStream:
    """A SEND."""
    element = ocpp21.StreamDataElementType(t=0.0, v="1")
    return NotifyPeriodicEventStream(data=[element], id=number, pending=int(wait), basetime=NOW)
