"""The peer: a CSMS on PyPI `ocpp` and `websockets.asyncio`, as its documentation shows it.

`python -m tests.benchmarks.server_peer uvloop`; validation is on, as it is by default.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

from ocpp.routing import on
from ocpp.v21 import ChargePoint, call_result
from ocpp.v21.datatypes import IdTokenInfoType
from ocpp.v21.enums import Action, AuthorizationStatusEnumType
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from .server_loop import run

_ACCEPTED = AuthorizationStatusEnumType.accepted


class Station(ChargePoint):
    """The CSMS's end of one connection, with the four handlers that all contestants have."""

    @on(Action.heartbeat)
    async def on_heartbeat(self, **fields: object) -> object:
        return call_result.Heartbeat(current_time=datetime.now(UTC).isoformat())

    @on(Action.status_notification)
    async def on_status_notification(self, **fields: object) -> object:
        return call_result.StatusNotification()

    @on(Action.meter_values)
    async def on_meter_values(self, **fields: object) -> object:
        return call_result.MeterValues()

    @on(Action.transaction_event)
    async def on_transaction_event(self, **fields: object) -> object:
        return call_result.TransactionEvent(id_token_info=IdTokenInfoType(status=_ACCEPTED))


async def connected(websocket: ServerConnection) -> None:
    assert websocket.request is not None
    station = Station(websocket.request.path.rsplit("/", 1)[-1], websocket)
    try:
        await station.start()
    except ConnectionClosed:
        pass  # the load generator hangs up without a goodbye


async def main() -> None:
    subprotocols = [Subprotocol("ocpp2.1")]
    async with serve(connected, "127.0.0.1", 0, subprotocols=subprotocols, backlog=2048) as server:
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    run(main(), sys.argv[1])
