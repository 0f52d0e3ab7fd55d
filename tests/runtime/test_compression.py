"""permessage-deflate with other implementations: that of `websockets`, with its own defaults."""

from __future__ import annotations

import asyncio
import json

import pytest
from tests.runtime.looping import in_loops
from tests.runtime.sides import RESET, Clerk, csms, station, transfer
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.typing import Subprotocol

import ocpp21

OCPP = [Subprotocol("ocpp2.1")]
LONG = {"vendorId": "com.example", "data": "all work and no play " * 100}


@pytest.mark.parametrize(
    "offer",
    [
        ClientPerMessageDeflateFactory(),
        ClientPerMessageDeflateFactory(client_max_window_bits=9, server_max_window_bits=9),
        ClientPerMessageDeflateFactory(client_max_window_bits=None, server_max_window_bits=15),
        ClientPerMessageDeflateFactory(
            server_no_context_takeover=True, client_no_context_takeover=True
        ),
    ],
)
@in_loops
async def test_with_stations_of_others(offer: ClientPerMessageDeflateFactory) -> None:
    clerk = Clerk()
    clerk.opened.set()
    async with (
        csms(clerk) as server,
        connect(
            f"ws://127.0.0.1:{server.port}/ocpp/CS001",
            subprotocols=OCPP,
            extensions=[offer],
            compression=None,
            proxy=None,
        ) as socket,
    ):
        assert server.connections["CS001"].compressed
        for number in range(3):
            await socket.send(json.dumps([2, str(number), "DataTransfer", LONG]))
            assert json.loads(await socket.recv()) == [3, str(number), {"status": "Accepted"}]


@in_loops
async def test_with_a_csms_of_others() -> None:
    seen: list[object] = []

    async def answer(socket: ServerConnection) -> None:
        async for text in socket:
            frame = json.loads(text)
            seen.append(frame[3])
            await socket.send(json.dumps([3, frame[1], {"status": "Accepted", "data": LONG}]))

    async with serve(answer, "127.0.0.1", 0, subprotocols=OCPP) as server:
        port = server.sockets[0].getsockname()[1]
        async with station(port) as client:
            assert (await client.connected()).compressed
            for _ in range(3):
                found = await client.calls.data_transfer(transfer(LONG["data"]))
                assert found.data == LONG
    assert seen == [LONG] * 3


@in_loops
async def test_handlers_do_not_notice() -> None:
    async with csms() as server, station(server.port) as client:
        await client.connected()
        answers = await asyncio.gather(*(server.calls("CS001").reset(RESET) for _ in range(5)))
        assert {each.status for each in answers} == {ocpp21.ResetStatusEnumType.ACCEPTED}
