"""What happens at the bounds of a connection, over real sockets."""

from __future__ import annotations

import asyncio
import json

import pytest
from tests.runtime.looping import in_loops, settle, until
from tests.runtime.manual_clock import ManualClock
from tests.runtime.raw_peer import RawPeer, raw_peer
from tests.runtime.sides import HEARTBEAT_ANSWER, NOW, RESET, Clerk, csms, pair, stream, transfer
from websockets.frames import CloseCode, Opcode

from ocpp21 import CsmsCalls, CsmsHandler, HeartbeatRequest, HeartbeatResponse
from ocppj import CallContext, Limits, OCPPBusyError, OCPPUsageError

STREAM = {
    "id": 1,
    "pending": 0,
    "basetime": "2025-06-01T12:00:00Z",
    "data": [{"t": 0, "v": "1"}],
}


def test_messages_of_less_than_a_kilobyte_are_no_limit() -> None:
    with pytest.raises(OCPPUsageError, match="1024"):
        Limits(message_size=1000)


@in_loops
async def test_a_message_that_is_too_long_closes_the_connection() -> None:
    async with csms(limits=Limits(message_size=2000)) as server, raw_peer(server.port) as peer:
        peer.send(Opcode.TEXT, b"x" * 2001)
        assert (await peer.goodbye()).code == CloseCode.MESSAGE_TOO_BIG
        assert await peer.at_end()
        await until(lambda: not server.connections)


@in_loops
async def test_reading_pauses_while_too_much_is_under_way_and_goes_on_after() -> None:
    clerk = Clerk()
    async with csms(clerk, limits=Limits(handling=3)) as server, raw_peer(server.port) as peer:
        connection = server.connections["CS001"]
        for number in range(5):
            peer.say(2, str(number), "DataTransfer", {"vendorId": "x"})
        peer.say(2, "last", "Heartbeat", {})
        await until(lambda: clerk.waiting == 3)
        await settle()
        assert clerk.waiting == connection.under_way == 3
        clerk.opened.set()
        answers = [(await peer.hear())[:2] for _ in range(6)]
        assert sorted(answers) == [[3, each] for each in sorted(["0", "1", "2", "3", "4", "last"])]


@in_loops
async def test_a_flood_of_sends_is_held_back_and_none_is_lost() -> None:
    clerk = Clerk()
    async with csms(clerk, limits=Limits(handling=3)) as server, raw_peer(server.port) as peer:
        connection = server.connections["CS001"]
        for number in range(200):
            payload = {**STREAM, "id": number, "pending": int(number == 0)}
            peer.say(6, f"s{number}", "NotifyPeriodicEventStream", payload)
        await until(lambda: connection.under_way == 3)
        await settle()
        assert connection.under_way == 3
        clerk.opened.set()
        await until(lambda: len(clerk.streamed) == 200)
        assert clerk.streamed == list(range(200))


@in_loops
async def test_full_of_handlers_the_answer_to_a_call_of_ours_is_still_read() -> None:
    class Asking(CsmsHandler):
        async def on_heartbeat(
            self, request: HeartbeatRequest, context: CallContext[CsmsCalls]
        ) -> HeartbeatResponse:
            await context.peer.reset(RESET)
            return HeartbeatResponse(current_time=NOW)

    async with csms(Asking(), limits=Limits(handling=1)) as server, raw_peer(server.port) as peer:
        peer.say(2, "1", "Heartbeat", {})
        _, message_id, action, _ = await peer.hear()
        assert action == "Reset"
        peer.say(2, "2", "Heartbeat", {})  # one too many: refused, as it stands before the answer
        peer.say(3, message_id, {"status": "Accepted"})
        assert (await peer.hear())[:3] == [4, "2", "GenericError"]
        assert await peer.hear() == [3, "1", HEARTBEAT_ANSWER]


@in_loops
async def test_the_line_of_own_calls_has_an_end() -> None:
    async with csms(limits=Limits(queue=2)) as server, raw_peer(server.port) as peer:
        calls = server.calls("CS001")
        tasks = [asyncio.create_task(calls.reset(RESET)) for _ in range(3)]
        await peer.hear()
        with pytest.raises(OCPPBusyError):
            await calls.reset(RESET)
        for task in tasks:
            task.cancel()
        await settle()


class Talkative(CsmsHandler):
    """Answers at length."""

    async def on_heartbeat(
        self, request: HeartbeatRequest, context: CallContext[CsmsCalls]
    ) -> HeartbeatResponse:
        custom = {"vendorId": "x", "text": "x" * 50_000}
        return HeartbeatResponse.model_validate({"currentTime": NOW, "customData": custom})


async def overfill(peer: RawPeer, clock: ManualClock) -> None:
    """Ask for much and read nothing, until the server has stopped to read."""
    question = json.dumps([2, "1", "Heartbeat", {}]).encode()
    before = len(clock.pending)
    while len(clock.pending) == before:  # the stall has no timer yet
        peer.send(Opcode.TEXT, question)
        await asyncio.sleep(0)


@in_loops
async def test_a_peer_that_takes_nothing_is_dropped_with_its_reason() -> None:
    clock = ManualClock()
    limits = Limits(stall_timeout=30, ping_interval=0)
    async with (
        csms(Talkative(), limits=limits, clock=clock) as server,
        raw_peer(server.port) as peer,
    ):
        connection = server.connections["CS001"]
        await overfill(peer, clock)
        await clock.turn(29)
        assert connection.is_open
        await clock.turn(1)
        await connection.wait_closed()
        assert connection.close_reason == "it takes no data"


class Slow:
    """A transport whose unsent bytes are what a test says."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.unsent = 0
        self._transport = transport

    def __getattr__(self, name: str) -> object:
        return getattr(self._transport, name)

    def get_write_buffer_size(self) -> int:
        return self.unsent


@in_loops
async def test_a_peer_that_takes_its_time_is_not_dropped() -> None:
    clock = ManualClock()
    limits = Limits(stall_timeout=30, ping_interval=0)
    async with csms(limits=limits, clock=clock) as server, raw_peer(server.port):
        connection = server.connections["CS001"]
        assert connection._transport is not None
        slow = Slow(connection._transport)
        connection._transport = slow  # type: ignore[assignment]
        slow.unsent = 100_000
        connection.pause_writing()
        for slow.unsent in (90_000, 80_000, 70_000):
            await clock.turn(30)
            assert connection.is_open
        connection.resume_writing()
        await clock.turn(60)
        assert connection.is_open
        connection.pause_writing()
        await clock.turn(30)
        assert not connection.is_open


@in_loops
async def test_a_send_waits_for_a_peer_that_takes_nothing() -> None:
    async with pair() as (_, client, _):
        mine = client.connection
        assert mine is not None
        mine.pause_writing()
        task = asyncio.create_task(client.calls.notify_periodic_event_stream(stream(1)))
        await settle()
        assert not task.done()
        mine.resume_writing()
        await task
        mine.pause_writing()
        late = asyncio.create_task(client.calls.notify_periodic_event_stream(stream(2)))
        await settle()
        await mine.close()
        with pytest.raises(ConnectionError):
            await late


@in_loops
async def test_long_messages_go_both_ways() -> None:
    clerk = Clerk()
    clerk.opened.set()
    async with pair(clerk) as (_, client, _):
        answer = await client.calls.data_transfer(transfer("x" * 900_000))
        assert answer.status == "Accepted"
