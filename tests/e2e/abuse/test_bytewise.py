"""However its bytes come, a conversation has the same answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.e2e.abuse.deliveries import PLAIN, Answers, Wrapping, deliver
from tests.e2e.abuse.malformed import BROKEN, DEEP, SMALL, Broken, Message
from tests.e2e.abuse.server import Handler
from tests.e2e.abuse.tapped import TappedServer
from tests.runtime.core.texts import all_texts

from ocpp21 import CSMS
from ocppj.csms import Csms
from ocppj.limits import Limits
from ocppj.loop import loop_factory

BYTEWISE = (1,)
FEW = Limits(handling=2)
ENDINGS = [broken for broken in BROKEN if broken.code is not None]
NORMAL = (1000).to_bytes(2, "big")


class Bench:
    """A CSMS and the loop that it and its clients run in."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._server = runner.run(self._open())

    async def _open(self) -> TappedServer:
        self._csms = Csms(Handler(), bindings=[CSMS], limits=FEW)
        server = TappedServer(self._csms.protocol)
        await server.listen()
        return server

    def answers(
        self,
        frames: bytes,
        sizes: Sequence[int] | None = None,
        *,
        waiting: int = 0,
        compressed: bool = False,
    ) -> Answers:
        """What comes of `frames` in pieces of `sizes`, or in one."""
        delivery = deliver(self._server, frames, sizes, waiting=waiting, compressed=compressed)
        return self._runner.run(delivery)

    def close(self) -> None:
        self._runner.run(self._server.close())
        self._runner.run(self._csms.close())


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        bench = Bench(runner)
        yield bench
        bench.close()


class Said(NamedTuple):
    """A text. Where it is long, its length says enough."""

    text: str
    padding: int = 0

    @property
    def waits(self) -> bool:
        """Whether its handler does, so that later answers overtake its own."""
        return '"StatusNotification"' in self.text

    @property
    def data(self) -> bytes:
        return (self.text + "é" * self.padding).encode(errors="replace")


def call(action: str, payload: str, message_id: str = "x") -> Said:
    return Said(f'[2,"{message_id}","{action}",{payload}]')


def waiting_call(number: int) -> Said:
    """One whose handler waits, under an id of its own."""
    status = '"timestamp":"2026-01-01T00:00:00Z","connectorStatus":"Occupied","connectorId":1'
    return call("StatusNotification", f'{{"evseId":{number % 9},{status}}}', f"s{number}")


texts = st.one_of(
    all_texts.map(Said),
    st.builds(call, st.sampled_from(["Heartbeat", "MakeCoffee", "Reset"]), st.just("{}")),
    st.builds(waiting_call, st.integers(0, 10**30)),
    # as long as it takes for each way to tell the length of a frame
    st.builds(Said, st.just('[2,"x","Heartbeat",{}]'), st.sampled_from([100, 1_000, 70_000])),
)
wrappings = st.builds(
    Wrapping,
    fragments=st.integers(1, 5),
    ping=st.none() | st.binary(max_size=125),
    packed=st.booleans(),
)
Conversation = list[tuple[Said, Wrapping]]
conversations: st.SearchStrategy[Conversation] = st.lists(
    st.tuples(texts, wrappings), max_size=6, unique_by=lambda wrapped: wrapped[0]
)
piece_sizes = st.lists(st.integers(1, 200), min_size=1, max_size=8)
FEW_BYTES = 2_000


def sizes_for(frames: bytes, sizes: Sequence[int]) -> Sequence[int]:
    """Byte by byte; where that takes too long, in some hundred pieces."""
    if len(frames) < FEW_BYTES:
        return BYTEWISE
    return [size * max(1, len(frames) // 10_000) for size in sizes]


def plain(conversation: Conversation) -> bytes:
    return b"".join(frame for said, _ in conversation for frame in PLAIN.wrap(said.data))


def wrapped(conversation: Conversation) -> bytes:
    return b"".join(frame for said, way in conversation for frame in way.wrap(said.data))


def pings(conversation: Conversation) -> list[bytes]:
    return [ping for said, way in conversation for ping in way.pings(said.data)]


@given(conversation=conversations, sizes=piece_sizes)
def test_pieces_fragments_and_pings_make_no_difference(
    bench: Bench, conversation: Conversation, sizes: Sequence[int]
) -> None:
    waiting = sum(said.waits for said, _ in conversation)
    at_once = bench.answers(plain(conversation), waiting=waiting)
    frames = wrapped(conversation)
    few = bench.answers(frames, sizes_for(frames, sizes), waiting=waiting, compressed=True)
    assert sorted(few.texts) == sorted(at_once.texts)
    assert (few.pongs, at_once.pongs) == (pings(conversation), [])
    assert few.goodbye == at_once.goodbye == NORMAL


@given(conversation=conversations, broken=st.sampled_from(ENDINGS), sizes=piece_sizes)
def test_nor_do_they_where_the_connection_ends(
    bench: Bench, conversation: Conversation, broken: Broken, sizes: Sequence[int]
) -> None:
    said = [(said, way) for said, way in conversation if not said.waits]
    compressed = broken.compressed
    frames = plain(said) + broken.wire
    at_once = bench.answers(frames, compressed=compressed)
    few = bench.answers(frames, sizes_for(frames, sizes), compressed=compressed)
    assert few == at_once
    assert few.close_code == broken.code


@pytest.mark.parametrize("messages", [SMALL, DEEP], ids=["small", "deep"])
def test_what_is_malformed_comes_byte_by_byte(bench: Bench, messages: Sequence[Message]) -> None:
    frames = b"".join(message.wire for message in messages)
    at_once = bench.answers(frames)
    sizes = BYTEWISE if messages is SMALL else (97,)
    few = bench.answers(frames, sizes)
    assert few == at_once
    assert len(few.texts) == sum(message.answer is not None for message in messages) + 1


@pytest.mark.parametrize("broken", ENDINGS, ids=lambda broken: broken.name)
def test_what_ends_a_connection_comes_byte_by_byte(bench: Bench, broken: Broken) -> None:
    at_once = bench.answers(broken.wire, compressed=broken.compressed)
    few = bench.answers(broken.wire, BYTEWISE, compressed=broken.compressed)
    assert few == at_once
    assert few.close_code == broken.code
