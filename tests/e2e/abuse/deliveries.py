"""Messages as the bytes of a connection, in many ways that must make no difference."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

from tests.e2e.abuse import websocket as ws
from tests.e2e.abuse.peer import Peer
from tests.e2e.abuse.tapped import TappedServer

_END = ws.frame('[2,"the last","Heartbeat",{}]')
_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Wrapping:
    """How a text becomes frames: in so many fragments, with a ping behind each but the last."""

    fragments: int = 1
    ping: bytes | None = None
    packed: bool = False

    def wrap(self, text: bytes) -> Iterator[bytes]:
        """The frames."""
        data, flag = (ws.deflated(text), ws.RSV1) if self.packed else (text, 0)
        size = max(1, -(-len(data) // self.fragments))
        starts = range(0, max(1, len(data)), size)
        for start in starts:
            opcode = ws.CONTINUATION if start else ws.TEXT | flag
            fin = start == starts[-1]
            yield ws.frame(data[start : start + size], opcode, fin=fin)
            if self.ping is not None and not fin:
                yield ws.frame(self.ping, ws.PING)

    def pings(self, text: bytes) -> list[bytes]:
        """The pings among them."""
        return [] if self.ping is None else [self.ping] * (len(list(self.wrap(text))) // 2)


PLAIN = Wrapping()


@dataclass(frozen=True, slots=True)
class Answers:
    """What a server said: texts, pongs and its goodbye, each in their order."""

    texts: list[bytes]
    pongs: list[bytes]
    goodbye: bytes | None

    @property
    def close_code(self) -> int | None:
        """What the goodbye says."""
        return int.from_bytes(self.goodbye[:2], "big") if self.goodbye else None


def cut(data: bytes, sizes: Iterable[int]) -> list[bytes]:
    """Pieces of these sizes, over and over."""
    pieces: list[bytes] = []
    at = 0
    for size in cycle(sizes):
        if at >= len(data):
            return pieces
        pieces.append(data[at : at + size])
        at += size
    return pieces


async def deliver(
    server: TappedServer,
    frames: bytes,
    sizes: Sequence[int] | None,
    *,
    waiting: int = 0,
    compressed: bool = False,
) -> Answers:
    """A whole connection, handshake and all, in pieces of `sizes`, or in one.

    If `frames` do not end the connection, it ends nicely once all is answered. `waiting` answers,
    to ids with an "s" in front, may come later than those to what was asked after them.
    """
    data = ws.handshake("piecemeal", compressed=compressed) + frames + _END
    pieces = cut(data, sizes or [len(data)])
    async with asyncio.timeout(_PATIENCE):
        with await Peer.connect(server.port) as peer:
            tap, sent = await server.taps.get(), 0
            for piece in pieces:
                if tap.closing:  # to send more would cost us the goodbye
                    break
                await peer.send(piece)
                sent += len(piece)
                await tap.taken(sent)
            if sizes is not None:  # nothing was put together on the way
                assert tap.pieces == [len(piece) for piece in pieces[: len(tap.pieces)]]
            answers = await _listen(peer, waiting + 1)
            await tap.over()
    return answers


async def _listen(peer: Peer, missing: int) -> Answers:
    answers = Answers([], [], None)
    while (frame := await peer.frame()) is not None:
        if frame.opcode == ws.CLOSE:
            return Answers(answers.texts, answers.pongs, frame.payload)
        (answers.pongs if frame.opcode == ws.PONG else answers.texts).append(frame.payload)
        missing -= frame.payload.startswith((b'[3,"the last",', b'[3,"s'))
        if missing == 0:
            await peer.send(ws.close())
            missing -= 1
    return answers
