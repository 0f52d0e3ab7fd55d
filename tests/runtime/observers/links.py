"""Connections for observers to be told of, made up and real."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import ocpp21
from ocpp21 import (
    CsmsCalls,
    HeartbeatRequest,
    HeartbeatResponse,
    ResetEnumType,
    ResetRequest,
    ResetResponse,
    ResetStatusEnumType,
    SetVariableDataType,
    SetVariablesRequest,
    SetVariablesResponse,
)
from ocppj.contract import CallContext, Kind, Side
from ocppj.csms import serve_csms
from ocppj.errors import ErrorCode, OCPPCallError, Refusal
from ocppj.observer import Exchange, Observer, Origin
from ocppj.station import Station, connect_station

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@dataclass
class FakeLink:
    """A CSMS's end, unless it says otherwise."""

    side: Side = Side.CSMS
    identity: str = "CS001"
    subprotocol: str = "ocpp2.1"
    address: str = "192.0.2.1:50123"


def of_peer(action: str = "Heartbeat", kind: Kind = Kind.CALL, known: bool = True) -> Exchange:
    return Exchange(Origin.PEER, kind, action, "id-1", known)


def of_ours(action: str = "Reset", kind: Kind = Kind.CALL) -> Exchange:
    return Exchange(Origin.LOCAL, kind, action, "id-2")


class CsmsHandlers:
    """Resets the station while it handles its Heartbeat, and sets its password."""

    async def on_heartbeat(
        self, request: HeartbeatRequest, context: CallContext[CsmsCalls]
    ) -> HeartbeatResponse:
        await context.peer.reset(ResetRequest(type=ResetEnumType.ON_IDLE))
        data = SetVariableDataType(
            component=ocpp21.ComponentType(name="SecurityCtrlr"),
            variable=ocpp21.VariableType(name="BasicAuthPassword"),
            attribute_value="correct horse battery",
        )
        with suppress(OCPPCallError):
            await context.peer.set_variables(SetVariablesRequest(set_variable_data=[data]))
        return HeartbeatResponse(current_time=NOON)


class StationHandlers:
    """Takes the reset, and refuses variables."""

    async def on_reset(self, request: ResetRequest, context: object) -> ResetResponse:
        return ResetResponse(status=ResetStatusEnumType.ACCEPTED)

    async def on_set_variables(
        self, request: SetVariablesRequest, context: object
    ) -> SetVariablesResponse:
        raise Refusal(ErrorCode.SECURITY_ERROR, "not now")


@asynccontextmanager
async def connected(
    csms: Iterable[Observer] = (),
    station: Iterable[Observer] = (),
    *,
    csms_handler: object = None,
    grace: float = 10.0,
) -> AsyncIterator[Station[ocpp21.ChargingStationCalls]]:
    """A station at a CSMS over a real socket, each with its observers. It ends within seconds."""
    handler = csms_handler or CsmsHandlers()
    async with (
        asyncio.timeout(20),
        serve_csms(handler, bindings=ocpp21.CSMS, port=0, observers=csms) as server,
        connect_station(
            StationHandlers(),
            f"ws://127.0.0.1:{server.port}",
            identity="CS001",
            bindings=[ocpp21.CHARGING_STATION],
            observers=station,
        ) as client,
    ):
        await client.connected()
        yield client
        await client.close()
        await server.close(grace)


def heartbeat(csms: Iterable[Observer] = (), station: Iterable[Observer] = ()) -> None:
    """The station sends a Heartbeat, and takes what the CSMS does meanwhile."""

    async def talk() -> None:
        async with connected(csms, station) as client:
            await client.calls.heartbeat(HeartbeatRequest())

    asyncio.run(talk())
