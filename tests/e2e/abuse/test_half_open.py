"""Peers that begin something and do not end it are dropped in bounded time.

In virtual time the limits are those of users. Bytes go over pairs of sockets there, as the clock is
not to be turned while something is on its way.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import Unpack

import pytest
from tests.e2e.abuse import slow_peers
from tests.e2e.abuse import websocket as ws
from tests.e2e.abuse.peer import Peer
from tests.e2e.abuse.server import Handler, Watch
from tests.e2e.abuse.serving import Serving
from tests.e2e.abuse.slow_peers import Slow

from ocpp21 import CSMS, CsmsCalls
from ocppj.credentials import Credentials, Verdict
from ocppj.csms import Csms, CsmsOptions
from ocppj.limits import Admission, Limits
from ocppj.loop import run
from ocppj.testing import in_virtual_time

MANY = 50
LIMITS, ADMISSION = Limits(), Admission()
SILENCE = LIMITS.ping_interval + LIMITS.ping_timeout

# On a real clock: short, and yet enough for hundreds of handshakes at once on a busy machine.
SHORT = Limits(ping_interval=1.0, ping_timeout=0.5, stall_timeout=0.5)
SHORT_ADMISSION = Admission(handshake_timeout=2.0)
PATIENCE = 40.0


def a_csms(watch: Watch, **options: Unpack[CsmsOptions]) -> Csms[CsmsCalls]:
    options["observers"] = [watch]
    return Csms(Handler(), bindings=[CSMS], **options)


def now() -> float:
    return asyncio.get_running_loop().time()


def about(seconds: float) -> object:
    return pytest.approx(seconds, abs=0.01)


@pytest.mark.parametrize("slow", slow_peers.HANDSHAKES)
@in_virtual_time
async def test_a_handshake_that_does_not_end(slow: Slow) -> None:
    async with a_csms(Watch()) as csms:
        with ExitStack() as stack:
            peers = [stack.enter_context(await Peer.connect(csms.protocol)) for _ in range(MANY)]
            good = stack.enter_context(await Peer.open(csms.protocol, "good"))
            times = asyncio.gather(*(slow_peers.ended(peer, slow, 1.0) for peer in peers))
            await asyncio.sleep(ADMISSION.handshake_timeout / 2)
            await good.heartbeat("1")
            assert await times == [about(ADMISSION.handshake_timeout)] * MANY
            assert {peer.received for peer in peers} == {0}
            await good.heartbeat("2")


@in_virtual_time
async def test_slow_handshakes_make_room_for_others() -> None:
    async with a_csms(Watch(), admission=Admission(connections=MANY)) as csms:
        with ExitStack() as stack:
            peers = [stack.enter_context(await Peer.connect(csms.protocol)) for _ in range(MANY)]
            with await Peer.connect(csms.protocol) as refused:
                await refused.send(ws.handshake("good"))
                await refused.ended()
                assert refused.stream.status == 503
            for peer in peers:
                await peer.ended()
            good = stack.enter_context(await Peer.open(csms.protocol, "good"))
            await good.heartbeat("1")


@in_virtual_time
async def test_an_authentication_that_does_not_end() -> None:
    async def for_ever(credentials: Credentials) -> Verdict:
        await asyncio.Event().wait()
        raise AssertionError

    async with a_csms(Watch(), authenticate=for_ever) as csms:
        tasks = len(asyncio.all_tasks())
        with ExitStack() as stack:
            peers = [stack.enter_context(await Peer.connect(csms.protocol)) for _ in range(MANY)]
            for number, peer in enumerate(peers):
                await peer.send(ws.handshake(f"waits-{number}"))
            for peer in peers:
                assert await peer.ended() is None
            assert now() == about(ADMISSION.handshake_timeout)
            assert len(csms.connections) == 0
            await asyncio.sleep(0)
            assert len(asyncio.all_tasks()) == tasks


@in_virtual_time
async def test_a_handshake_without_end_is_not_kept() -> None:
    async with a_csms(Watch()) as csms:
        with await Peer.connect(csms.protocol) as peer:
            begun = ws.handshake("long")[:-2] + b"X-Long: "
            await peer.send(begun.ljust(ADMISSION.header_size + 1, b"1"))
            await peer.ended()
            assert peer.stream.status == 431
            assert now() == about(0)


@pytest.mark.parametrize("slow", slow_peers.MESSAGES)
@in_virtual_time
async def test_a_peer_that_falls_silent(slow: Slow) -> None:
    watch = Watch()
    async with a_csms(watch) as csms:
        with await Peer.open(csms.protocol, "half-open") as peer:
            assert await slow_peers.ended(peer, slow, 1.0) == about(SILENCE)
            await watch.settle(0)
            assert watch.reasons == {"no answer to a ping": 1}
            assert len(csms.connections) == 0


@in_virtual_time
async def test_a_peer_that_answers_pings_may_stay() -> None:
    async with a_csms(Watch()) as csms:
        with await Peer.open(csms.protocol, "quiet") as peer:
            for turn in range(1, 11):
                frame = await peer.frame()
                assert frame is not None and frame.opcode == ws.PING
                assert now() == about(turn * LIMITS.ping_interval)
                await peer.send(ws.frame(frame.payload, ws.PONG))
            await peer.heartbeat("1")


@in_virtual_time
async def test_a_peer_that_does_not_say_goodbye() -> None:
    watch = Watch()
    async with a_csms(watch) as csms:
        with await Peer.open(csms.protocol, "half-open") as peer:
            start = now()
            closing = asyncio.ensure_future(csms.connections["half-open"].close(1000, "enough"))
            assert await peer.ended() == 1000
            await closing
            assert now() - start == about(LIMITS.close_timeout)
            assert watch.reasons == {"enough": 1}


@in_virtual_time
async def test_a_half_open_connection_is_replaced() -> None:
    watch = Watch()
    async with a_csms(watch) as csms:
        with (
            await Peer.open(csms.protocol, "again") as old,
            await Peer.open(csms.protocol, "AGAIN") as new,
        ):
            assert list(csms.connections) == ["AGAIN"]
            await new.heartbeat("1")
            assert await old.ended() == 1008
            await watch.settle(1)
            assert now() == about(LIMITS.close_timeout)
            await new.heartbeat("2")
            assert list(csms.connections) == ["AGAIN"]


@in_virtual_time
async def test_a_shutdown_does_not_wait_for_those_who_are_gone() -> None:
    with ExitStack() as stack:
        async with a_csms(Watch()) as csms:
            for number in range(MANY):
                stack.enter_context(await Peer.open(csms.protocol, f"half-open-{number}"))
            stack.enter_context(await Peer.connect(csms.protocol))
            start = now()
        assert now() - start == about(LIMITS.close_timeout)


@in_virtual_time
async def test_a_peer_that_does_not_read() -> None:
    watch = Watch()
    async with a_csms(watch) as csms:
        with (
            await Peer.open(csms.protocol, "deaf") as deaf,
            await Peer.open(csms.protocol, "good") as good,
        ):
            await slow_peers.ask_and_do_not_listen(deaf)
            assert now() <= 2 * LIMITS.stall_timeout
            assert watch.reasons == {"it takes no data": 1}
            await good.heartbeat("1")
            assert list(csms.connections) == ["good"]


def test_all_of_it_on_a_real_clock() -> None:
    with Serving(SHORT, SHORT_ADMISSION) as server:
        run(_be_slow(server.port, 1))
        before = server.settle(0)
        run(_be_slow(server.port, MANY))
        after = server.settle(0)
    assert before.reasons == {"no answer to a ping": 4, "it takes no data": 1}
    assert after.reasons == {"no answer to a ping": 4 + 4 * MANY, "it takes no data": 2}
    assert (after.registered, after.connections, after.handshakes) == (0, 0, 0)
    assert (after.descriptors, after.tasks) == (before.descriptors, before.tasks)
    assert after.complaints == []


async def _be_slow(port: int, many: int) -> None:
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        group.create_task(_be_deaf(port))
        for number in range(many):
            for slow in slow_peers.HANDSHAKES:
                group.create_task(_begin(port, None, slow))
            for slow in slow_peers.MESSAGES:
                group.create_task(_begin(port, f"{slow.__name__}-{number}", slow))


async def _be_deaf(port: int) -> None:
    with await Peer.open(port, "deaf") as deaf:
        await slow_peers.ask_and_do_not_listen(deaf)


async def _begin(port: int, identity: str | None, slow: Slow) -> None:
    with await Peer.connect(port) as peer:
        if identity is not None:
            await peer.shake_hands(identity)
        await slow_peers.ended(peer, slow, 0.05)
