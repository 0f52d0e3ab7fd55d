"""A connection that has much to read takes turns with others, and reads no more meanwhile."""

from __future__ import annotations

import asyncio

from tests.runtime.looping import in_loops, until
from tests.runtime.raw_peer import raw_peer, request
from tests.runtime.sides import HEARTBEAT_ANSWER, NOW, csms
from websockets.frames import Frame, Opcode

from ocpp21 import CsmsCalls, CsmsHandler, HeartbeatRequest, HeartbeatResponse
from ocppj import CallContext, Limits


def many_heartbeats(many: int) -> bytes:
    frame = Frame(Opcode.TEXT, b'[2,"1","Heartbeat",{}]').serialize(mask=True)
    return frame * many


@in_loops
async def test_what_is_too_much_for_a_turn_waits_for_the_next_and_nothing_more_is_read() -> None:
    async with csms() as server, raw_peer(server.port) as peer:
        connection = server.connections["CS001"]
        transport = connection._transport
        assert transport is not None
        connection.data_received(many_heartbeats(200))
        turns = 1
        while not transport.is_reading():
            assert len(connection._wire.rest) > 0
            await asyncio.sleep(0)
            turns += 1
        assert turns == 4
        for _ in range(200):
            assert await peer.hear() == [3, "1", HEARTBEAT_ANSWER]


@in_loops
async def test_between_two_turns_of_one_peer_others_are_answered() -> None:
    async with csms() as server, raw_peer(server.port) as busy:
        async with raw_peer(server.port, request("/ocpp/CS002")) as other:
            busy.writer.write(many_heartbeats(20_000))
            busy_one = server.connections["CS001"]
            await until(lambda: bool(busy_one._wire.rest))
            other.say(2, "2", "Heartbeat", {})
            assert await other.hear() == [3, "2", HEARTBEAT_ANSWER]
            assert busy_one._wire.rest


class Hurrying(CsmsHandler):
    """Waits a moment in each handler, so that reading pauses and goes on again and again."""

    def __init__(self, last: int) -> None:
        self.done = asyncio.Event()
        self._last = last

    async def on_heartbeat(
        self, request: HeartbeatRequest, context: CallContext[CsmsCalls]
    ) -> HeartbeatResponse:
        await asyncio.sleep(0)
        self._last -= 1
        if not self._last:
            self.done.set()
        return HeartbeatResponse(current_time=NOW)


@in_loops
async def test_while_something_is_left_nothing_more_is_read() -> None:
    many = 20_000
    handler = Hurrying(many)
    async with csms(handler, limits=Limits(handling=1)) as server, raw_peer(server.port) as peer:
        connection = server.connections["CS001"]
        peer.writer.write(many_heartbeats(many))
        reader = asyncio.create_task(peer.reader.read(-1))
        most = 0
        while not handler.done.is_set():
            most = max(most, len(connection._wire.rest))
            await asyncio.sleep(0)
        assert most <= 300 * 1024  # one read brings 256 KiB
        reader.cancel()
