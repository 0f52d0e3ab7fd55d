"""Peers that begin something and do not end it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from tests.e2e.abuse import websocket as ws
from tests.e2e.abuse.peer import Peer

Slow: TypeAlias = Callable[[Peer, float], Awaitable[None]]
"""What a peer does; the number is the seconds from one thing to the next."""

# Handshakes.


async def byte_by_byte(peer: Peer, pause: float) -> None:
    """It takes its time, and would need hours."""
    for byte in ws.handshake("slow")[:-2] + b"X-Patience: " + b"1" * 10_000:
        await peer.send(bytes((byte,)))
        await asyncio.sleep(pause)


async def header_by_header(peer: Peer, pause: float) -> None:
    """There is always one more header."""
    await peer.send(ws.handshake("slow")[:-2])
    while True:
        await peer.send(b"X-Patience: 1\r\n")
        await asyncio.sleep(pause)


async def all_but_the_end(peer: Peer, pause: float) -> None:
    """The last line break is missing."""
    await peer.send(ws.handshake("slow")[:-1])


async def nothing(peer: Peer, pause: float) -> None:
    """Connect, and leave it at that."""


HANDSHAKES: tuple[Slow, ...] = (byte_by_byte, header_by_header, all_but_the_end, nothing)

# After the handshake.


async def half_a_frame(peer: Peer, pause: float) -> None:
    """The rest of it does not come."""
    await peer.send(ws.frame('[2,"x","Heartbeat",{}]')[:-1])


async def half_a_message(peer: Peer, pause: float) -> None:
    """The next fragment does not come."""
    await peer.send(ws.frame("[2,", fin=False))


async def half_a_goodbye(peer: Peer, pause: float) -> None:
    """The rest of it does not come."""
    await peer.send(ws.close()[:-1])


MESSAGES: tuple[Slow, ...] = (half_a_frame, half_a_message, half_a_goodbye, nothing)


async def ended(peer: Peer, slow: Slow, pause: float) -> float:
    """Be slow until the server has had enough; the seconds that took."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    being_slow = asyncio.ensure_future(slow(peer, pause))
    await peer.ended()
    being_slow.cancel()
    await asyncio.wait([being_slow])
    return loop.time() - start


async def ask_and_do_not_listen(peer: Peer) -> None:
    """Send CALLs and read no answer, until the server has had enough."""
    calls = ws.frame('[2,"x","Heartbeat",{}]') * 1000
    while not peer.is_lost:
        await peer.send(calls)
