"""Pings, half-open peers and goodbyes that do not come: with a clock that is turned by hand."""

from __future__ import annotations

import asyncio

import pytest
from tests.runtime.looping import in_loops, settle
from tests.runtime.manual_clock import ManualClock
from tests.runtime.raw_peer import raw_peer
from tests.runtime.sides import HEARTBEAT_ANSWER, RESET, Clerk, csms, station
from websockets.frames import CloseCode, Opcode

from ocppj import Limits, OCPPTimeoutError

LIMITS = Limits(ping_interval=60, ping_timeout=20, close_timeout=5, call_timeout=30)


@in_loops
async def test_a_peer_is_pinged_and_may_stay_if_it_answers() -> None:
    clock = ManualClock()
    async with csms(clock=clock, limits=LIMITS) as server, raw_peer(server.port) as peer:
        for _ in range(3):
            await clock.turn(60)
            assert (await peer.frame()).opcode is Opcode.PING
            peer.send(Opcode.PONG, b"")
            peer.say(2, "1", "Heartbeat", {})
            assert await peer.hear() == [3, "1", HEARTBEAT_ANSWER]
        await clock.turn(59)
        assert server.connections["CS001"].is_open


@in_loops
async def test_a_half_open_peer_is_dropped_in_bounded_time() -> None:
    clock = ManualClock()
    async with csms(clock=clock, limits=LIMITS) as server, raw_peer(server.port):
        connection = server.connections["CS001"]
        await clock.turn(79)
        assert connection.is_open
        await clock.turn(1)
        assert not connection.is_open
        await connection.wait_closed()
        assert connection.close_reason == "no answer to a ping"
        assert not server.connections


@in_loops
async def test_whatever_a_peer_says_is_a_sign_of_life() -> None:
    clock = ManualClock()
    async with csms(clock=clock, limits=LIMITS) as server, raw_peer(server.port) as peer:
        await clock.turn(70)
        peer.say(2, "1", "Heartbeat", {})
        assert (await peer.frame()).opcode is Opcode.PING
        assert await peer.hear() == [3, "1", HEARTBEAT_ANSWER]
        await clock.turn(20)
        assert server.connections["CS001"].is_open


@in_loops
async def test_a_peer_that_is_not_read_is_not_blamed_for_its_silence() -> None:
    clock, clerk = ManualClock(), Clerk()
    limits = Limits(ping_interval=60, ping_timeout=20, handling=1)
    async with (
        csms(clerk, clock=clock, limits=limits) as server,
        raw_peer(server.port) as peer,
    ):
        peer.say(2, "1", "DataTransfer", {"vendorId": "x"})
        while not clerk.waiting:
            await settle(1)
        await clock.turn(600)
        assert server.connections["CS001"].is_open
        clerk.opened.set()
        assert (await peer.hear())[1] == "1"


@in_loops
async def test_no_pings_are_an_interval_of_0() -> None:
    clock = ManualClock()
    async with csms(clock=clock, limits=Limits(ping_interval=0)) as server, raw_peer(server.port):
        await clock.turn(24 * 3600)
        assert server.connections["CS001"].is_open
        assert clock.pending == []


@in_loops
async def test_the_interval_of_a_station_may_change_at_any_time() -> None:
    clock = ManualClock()
    async with csms(limits=Limits(ping_interval=0)) as server:
        async with station(server.port, clock=clock, limits=LIMITS) as client:
            mine = await client.connected()
            await clock.turn(10)
            assert clock.pending == pytest.approx([50])
            client.set_ping_interval(5)
            assert clock.pending == pytest.approx([5])
            await clock.turn(5)
            client.set_ping_interval(0)
            await clock.turn(3600)
            assert mine.is_open


@in_loops
async def test_a_call_has_no_timer_of_its_own() -> None:
    clock = ManualClock()
    async with csms(clock=clock, limits=LIMITS) as server, raw_peer(server.port) as peer:
        calls = server.calls("CS001")
        for _ in range(5):
            task = asyncio.create_task(calls.reset(RESET))
            _, message_id, _, _ = await peer.hear()
            peer.say(3, message_id, {"status": "Accepted"})
            await task
            assert len(clock.pending) == 1
            await clock.turn(1)
        task = asyncio.create_task(calls.reset(RESET))
        await peer.hear()
        await clock.turn(29)
        assert not task.done()
        await clock.turn(1)
        with pytest.raises(OCPPTimeoutError):
            await task


@in_loops
async def test_a_peer_that_does_not_return_a_goodbye_is_cut_off() -> None:
    clock = ManualClock()
    async with csms(clock=clock, limits=LIMITS) as server, raw_peer(server.port) as peer:
        connection = server.connections["CS001"]
        closing = asyncio.create_task(connection.close(CloseCode.NORMAL_CLOSURE, "enough"))
        assert (await peer.goodbye()).reason == "enough"
        await clock.turn(4)
        assert not closing.done()
        await clock.turn(1)
        await closing
        assert (connection.close_code, connection.close_reason) == (1000, "enough")
