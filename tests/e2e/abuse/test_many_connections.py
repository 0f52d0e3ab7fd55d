"""Thousands of stations that come at once, and come again at once when the network was gone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

from tests.e2e.abuse.descriptors import allow
from tests.e2e.abuse.peer import Peer
from tests.e2e.abuse.server import Report
from tests.e2e.abuse.serving import Serving

from ocppj.loop import run

STATIONS = 5_000
TWICE = 500
DESCRIPTORS = 2 * STATIONS + 500  # the old connections and the new ones, for a moment
WITHIN = 150.0  # seconds; ten are usual
BLOCKS_MARGIN = 40_000  # of memory; a connection that is kept has more than 20


def name(number: int) -> str:
    return f"station-{number}"


async def arrive(port: int, number: int) -> Peer:
    """Connect, and have one Heartbeat answered."""
    peer = await Peer.open(port, name(number))
    await peer.heartbeat(str(number))
    return peer


async def arrive_all(port: int, numbers: Iterable[int]) -> list[Peer]:
    return await asyncio.gather(*(arrive(port, number) for number in numbers))


async def once_replaced(peer: Peer) -> None:
    assert await peer.ended() == 1008
    peer.cut()


def check(report: Report, before: Report, connections: int) -> None:
    """There are so many connections, each in the registry once, and nothing else."""
    assert report.registered == report.identities == report.connections == connections
    assert report.opened - report.closed == connections
    assert report.handshakes == 0
    assert report.descriptors == before.descriptors + connections
    assert report.tasks == before.tasks
    assert report.complaints == []


async def storm(server: Serving, before: Report) -> None:
    everybody = range(STATIONS)
    async with asyncio.timeout(WITHIN):
        peers = await arrive_all(server.port, everybody)
        check(server.settle(STATIONS), before, STATIONS)
        for peer in peers:
            peer.cut()
        peers = await arrive_all(server.port, everybody)
        report = server.settle(STATIONS)
        check(report, before, STATIONS)
        assert report.opened - before.opened == 2 * STATIONS
        assert report.heartbeats - before.heartbeats == 2 * STATIONS
        # Some come again while the server knows nothing of the end of their old connection.
        again = await arrive_all(server.port, range(TWICE))
        await asyncio.gather(*(once_replaced(peer) for peer in peers[:TWICE]))
        check(server.settle(STATIONS), before, STATIONS)
        for peer in (*peers, *again):
            peer.cut()


def test_all_at_once_and_all_again() -> None:
    allow(DESCRIPTORS)
    with Serving() as server:
        run(_warm_up(server.port))
        before = server.settle(0)
        start = time.monotonic()
        run(storm(server, before))
        assert time.monotonic() - start < WITHIN
        after = server.settle(0)
        check(after, before, 0)
    assert after.blocks - before.blocks < BLOCKS_MARGIN


async def _warm_up(port: int) -> None:
    for peer in await arrive_all(port, range(10)):
        peer.cut()
