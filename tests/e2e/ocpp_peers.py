"""The package `ocpp` as a peer on either side, used as its own documentation shows it."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from ocpp.routing import on
from ocpp.v21 import ChargePoint, call_result, datatypes
from ocpp.v21.enums import (
    Action,
    AuthorizationStatusEnumType,
    GetVariableStatusEnumType,
    RegistrationStatusEnumType,
)
from websockets.asyncio.client import connect
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection, basic_auth, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.e2e.our_station import IDENTITY
from tests.e2e.sample_messages import TIME_TEXT

SUBPROTOCOLS = [Subprotocol("ocpp2.1")]


class PeerStation(ChargePoint):
    """A Charging Station. Keeps the fields that each message brought."""

    def __init__(self, identity: str, socket: Connection, response_timeout: float) -> None:
        super().__init__(identity, socket, response_timeout)
        self.socket = socket
        self.heard: list[dict[str, object]] = []

    def be_patient(self) -> None:
        """Wait longer for answers from now on."""
        self._response_timeout = 10.0

    @on(Action.get_variables)
    async def on_get_variables(self, **fields: object) -> call_result.GetVariables:
        self.heard.append(fields)
        return call_result.GetVariables(
            get_variable_result=[
                datatypes.GetVariableResultType(
                    attribute_status=GetVariableStatusEnumType.accepted,
                    attribute_value="300",
                    component=datatypes.ComponentType(name="OCPPCommCtrlr"),
                    variable=datatypes.VariableType(name="HeartbeatInterval"),
                )
            ]
        )


class PeerCsms(ChargePoint):
    """What a CSMS has for each Charging Station. Keeps the fields that each message brought."""

    def __init__(self, identity: str, socket: Connection, response_timeout: float) -> None:
        super().__init__(identity, socket, response_timeout)
        self.socket = socket
        self.heard: list[dict[str, object]] = []

    def be_patient(self) -> None:
        """Wait longer for answers from now on."""
        self._response_timeout = 10.0

    @on(Action.boot_notification)
    async def on_boot_notification(self, **fields: object) -> call_result.BootNotification:
        self.heard.append(fields)
        return call_result.BootNotification(
            current_time=TIME_TEXT, interval=300, status=RegistrationStatusEnumType.accepted
        )

    @on(Action.heartbeat)
    async def on_heartbeat(self, **fields: object) -> call_result.Heartbeat:
        self.heard.append(fields)
        return call_result.Heartbeat(current_time=TIME_TEXT)

    @on(Action.status_notification)
    async def on_status_notification(self, **fields: object) -> call_result.StatusNotification:
        self.heard.append(fields)
        return call_result.StatusNotification()

    @on(Action.transaction_event)
    async def on_transaction_event(self, **fields: object) -> call_result.TransactionEvent:
        self.heard.append(fields)
        return call_result.TransactionEvent(
            total_cost=1.25,
            id_token_info=datatypes.IdTokenInfoType(status=AuthorizationStatusEnumType.accepted),
        )

    @on(Action.meter_values)
    async def on_meter_values(self, **fields: object) -> call_result.MeterValues:
        self.heard.append(fields)
        return call_result.MeterValues()


@asynccontextmanager
async def peer_station(
    port: int,
    kind: Callable[[str, Connection, float], PeerStation] = PeerStation,
    password: str | None = None,
    response_timeout: float = 10.0,
) -> AsyncIterator[PeerStation]:
    """A Charging Station that is connected to the CSMS at `port`."""
    headers = {} if password is None else {"Authorization": _basic(password)}
    url = f"ws://127.0.0.1:{port}/ocpp/{IDENTITY}"
    async with connect(url, subprotocols=SUBPROTOCOLS, additional_headers=headers) as socket:
        station = kind(IDENTITY, socket, response_timeout)
        reading = asyncio.create_task(_read(station))
        try:
            yield station
        finally:
            reading.cancel()  # a handler may be waiting, and then it reads no further
            await asyncio.wait([reading])


class PeerPort:
    """The port of a CSMS. `connected()` gives one `PeerCsms` for each connection."""

    def __init__(
        self, kind: Callable[[str, Connection, float], PeerCsms], response_timeout: float
    ) -> None:
        self.number = 0
        self._kind = kind
        self._response_timeout = response_timeout
        self._arrived: asyncio.Queue[PeerCsms] = asyncio.Queue()

    async def connected(self) -> PeerCsms:
        """The next Charging Station that connects."""
        return await self._arrived.get()

    async def serve(self, socket: ServerConnection) -> None:
        """Serve one connection."""
        assert socket.request is not None
        identity = socket.request.path.rpartition("/")[2]
        csms = self._kind(identity, socket, self._response_timeout)
        self._arrived.put_nowait(csms)
        await _read(csms)


@asynccontextmanager
async def peer_csms(
    kind: Callable[[str, Connection, float], PeerCsms] = PeerCsms,
    password: str | None = None,
    response_timeout: float = 10.0,
) -> AsyncIterator[PeerPort]:
    """A CSMS that listens."""
    port = PeerPort(kind, response_timeout)
    check = None if password is None else basic_auth(credentials=(IDENTITY, password))
    async with serve(
        port.serve, "127.0.0.1", 0, subprotocols=SUBPROTOCOLS, process_request=check
    ) as server:
        port.number = next(iter(server.sockets)).getsockname()[1]
        yield port


async def _read(peer: ChargePoint) -> None:
    with suppress(ConnectionClosed):
        await peer.start()


def _basic(password: str) -> str:
    return f"Basic {base64.b64encode(f'{IDENTITY}:{password}'.encode()).decode()}"
