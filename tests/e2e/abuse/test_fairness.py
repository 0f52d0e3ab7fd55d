"""One peer that sends as fast as it can does not take the CSMS away from the others."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest
from tests.e2e.abuse import websocket as ws
from tests.e2e.abuse.peer import Peer
from tests.e2e.abuse.serving import Serving

from ocppj.loop import run

MIB = 1024 * 1024
PEAK_MARGIN = 8 * MIB
FRAGMENTS = 300_000  # of one byte; as objects of their own they take 16 MiB

_WRONG = '[2,"x","Heartbeat",{' + ",".join(['"x":0'] * 170_000) + "}]"
_LISTS = ",".join(["[]"] * 100_000)
_RIGHT = f'[2,"x","Heartbeat",{{"customData":{{"vendorId":"v","x":[{_LISTS}]}}}}]'


def packed(text: str) -> bytes:
    """A frame of 1 KB that holds far more."""
    return ws.frame(ws.deflated(text.encode()), ws.TEXT | ws.RSV1)


@dataclass(frozen=True, slots=True)
class Burst:
    """A frame so many times, and how many answers another station gets meanwhile at least.

    Where it has to wait its turn, it gets about one for 64 small frames or for each large one, on
    a busy machine some less. Where it has to wait until all that was read is done, it gets less
    than ten, and with large frames two or three.
    """

    frame: bytes
    many: int
    least: int


BURSTS = {
    "empty binary frames": Burst(ws.frame(b"", ws.BINARY), 100_000, 150),
    "pings": Burst(ws.frame(b"", ws.PING), 100_000, 150),
    "errors": Burst(ws.frame("[]"), 100_000, 150),
    "answers to nothing": Burst(ws.frame('[3,"x",{}]'), 100_000, 150),
    "packed messages that are wrong": Burst(packed(_WRONG), 40, 20),
    "packed messages that are right": Burst(packed(_RIGHT), 20, 10),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Serving]:
    with Serving() as serving:
        yield serving


@pytest.mark.parametrize("burst", BURSTS.values(), ids=BURSTS)
def test_a_burst_does_not_hold_up_others(server: Serving, burst: Burst) -> None:
    assert run(heartbeats_during(server.port, burst)) >= burst.least


async def heartbeats_during(port: int, burst: Burst) -> int:
    """How many answers a good station gets while another one's burst is worked at."""
    with await Peer.open(port, "good") as good:
        await good.heartbeat("first")
        bursting = asyncio.create_task(burst_and_wait(port, burst))
        for number in count():
            if bursting.done():
                await bursting
                return number
            await good.heartbeat(str(number))
    raise AssertionError


async def burst_and_wait(port: int, burst: Burst) -> None:
    """Send it all at once; wait until the server has been through it."""
    with await Peer.open(port, "bursting", compressed=True) as peer:
        sending = asyncio.create_task(peer.send(burst.frame * burst.many + ws.close()))
        assert await peer.ended() == 1000
        await sending


def test_a_message_in_fragments_is_not_larger_than_it_is() -> None:
    fragment = ws.frame("[", ws.CONTINUATION, fin=False)
    with Serving() as server:
        run(send_fragments(server.port, fragment * 100))
        before = server.settle(0)
        run(send_fragments(server.port, fragment * FRAGMENTS))
        assert server.settle(0).peak - before.peak < PEAK_MARGIN


async def send_fragments(port: int, fragments: bytes) -> None:
    """Send a message that does not end; wait until the server has read it as far as it goes."""
    with await Peer.open(port, "fragments") as peer:
        await peer.send(ws.frame(b"", fin=False) + fragments + ws.frame(b"p", ws.PING))
        frame = await peer.frame()
        assert frame is not None and frame.payload == b"p"
