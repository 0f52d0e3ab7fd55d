"""A flood of malformed frames does not keep a CSMS from serving others, and leaves nothing."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable, Sequence
from itertools import count

from tests.e2e.abuse import websocket as ws
from tests.e2e.abuse.malformed import BROKEN, DEEP, LONG, SMALL, Broken, Message, huge
from tests.e2e.abuse.peer import Peer
from tests.e2e.abuse.serving import Serving

from ocppj.loop import run

FRAMES = 100_000
# In seconds: a tenth of each is usual, the rest is for a machine with other things to do.
WITHIN = 150.0
SLOWEST_ANSWER = 5.0
FEWEST_ANSWERS = 100
MIB = 1024 * 1024
RSS_MARGIN = 16 * MIB
PEAK_MARGIN = 64 * MIB
BLOCKS_MARGIN = 3_000

_OVER = "over"
_END = ws.frame(f'[2,"{_OVER}","Heartbeat",{{}}]')


class Abuse:
    """What is done to a server, and counted."""

    def __init__(self, port: int) -> None:
        self.frames = 0
        self.heartbeats = 0
        self._port = port

    async def messages(self, name: str, messages: Sequence[Message], rounds: int) -> None:
        """All of `messages` at once, over and over. The answers must be right each time."""
        wire = b"".join(message.wire for message in messages) + _END
        with await Peer.open(self._port, name) as peer:
            await peer.send(wire)
            first = await self._answers(peer)
            assert _meaning(first) == [message.answer for message in messages if message.answer]
            for _ in range(rounds - 1):
                await peer.send(wire)
                assert await self._answers(peer) == first
        self.frames += rounds * len(messages)
        self.heartbeats += rounds * (1 + sum(b'[3,"x"' in answer for answer in first))

    async def broken(self, name: str, frames: Iterable[Broken]) -> None:
        """Each in a connection of its own, which it ends."""
        for broken in frames:
            with await Peer.open(self._port, name, compressed=broken.compressed) as peer:
                await peer.send(broken.wire)
                if broken.code is None:
                    peer.finish()
                code = await peer.ended()
            lost = code is None and broken.may_be_lost
            assert lost or code == broken.code, (broken.name, code)
            self.frames += 1

    async def _answers(self, peer: Peer) -> list[bytes]:
        answers: list[bytes] = []
        while (frame := await peer.frame()) is not None:
            if frame.payload.startswith(f'[3,"{_OVER}",'.encode()):
                return answers
            answers.append(frame.payload)
        raise AssertionError("the server is gone")


def _meaning(answers: Iterable[bytes]) -> list[tuple[str, str | None]]:
    """The id of each answer, with the code of a CALLERROR."""
    frames = map(json.loads, answers)
    return [(frame[1], frame[2] if frame[0] == 4 else None) for frame in frames]


async def flood(port: int, rounds: int) -> Abuse:
    """As many rounds of small messages, and what is larger less often."""
    abuse = Abuse(port)
    some = max(1, rounds // 3)
    few = max(1, rounds // 75)
    async with asyncio.TaskGroup() as group:
        group.create_task(abuse.messages("small", SMALL, rounds))
        group.create_task(abuse.messages("deep", DEEP, some))
        group.create_task(abuse.messages("long", LONG, few))
        group.create_task(abuse.broken("broken", BROKEN * (5 * few)))
        group.create_task(abuse.broken("huge", huge()))
    return abuse


async def heartbeats(port: int, meanwhile: asyncio.Task[Abuse]) -> list[float]:
    """Be a good station until something else is over; how long each answer took."""
    times: list[float] = []
    with await Peer.open(port, "good") as peer:
        for number in count():
            if meanwhile.done():
                break
            start = time.perf_counter()
            await peer.heartbeat(str(number))
            times.append(time.perf_counter() - start)
    return times


async def flood_and_serve(port: int, rounds: int) -> tuple[Abuse, list[float]]:
    """The flood, and the times of the good station's answers."""
    flooding = asyncio.create_task(flood(port, rounds))
    times = await heartbeats(port, flooding)
    return await flooding, times


def test_a_flood_of_malformed_frames() -> None:
    with Serving() as server:
        warm, times = run(flood_and_serve(server.port, 2))
        before = server.settle(0)
        assert before.heartbeats == warm.heartbeats + len(times)
        start = time.monotonic()
        abuse, times = run(flood_and_serve(server.port, 1500))
        assert time.monotonic() - start < WITHIN
        after = server.settle(0)
    assert abuse.frames >= FRAMES
    assert after.heartbeats - before.heartbeats == abuse.heartbeats + len(times)
    assert len(times) >= FEWEST_ANSWERS
    assert max(times) < SLOWEST_ANSWER
    assert after.complaints == []
    assert after.rss - before.rss < RSS_MARGIN
    assert after.peak - before.rss < PEAK_MARGIN
    assert after.blocks - before.blocks < BLOCKS_MARGIN
    assert after.opened == after.closed
    assert (after.registered, after.connections, after.handshakes) == (0, 0, 0)
    assert (after.descriptors, after.tasks) == (before.descriptors, before.tasks)
