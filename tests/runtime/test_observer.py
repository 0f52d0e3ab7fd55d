"""What observers are told of real connections."""

from __future__ import annotations

import asyncio
import json

import pytest
from tests.runtime.looping import in_loops, settle, until
from tests.runtime.raw_peer import raw_peer
from tests.runtime.sides import HEARTBEAT, RESET, Clerk, csms, pair, station, stream
from websockets.frames import Opcode

import ocpp21
from ocppj import (
    EVERY_REPAIR,
    ErrorCode,
    Exchange,
    Kind,
    Link,
    Observer,
    Options,
    Origin,
    Outcome,
    Repair,
)
from ocppj.core import Ignored, Refused, ResultRefused
from ocppj.observer import watch


class Diary(Observer):
    """Writes all of it down."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.closed: list[tuple[int, str]] = []
        self.frames: list[tuple[str, object]] = []
        self.begun: list[Exchange] = []
        self.ended: list[tuple[Exchange, Outcome, ErrorCode | str | None]] = []
        self.repairs: list[tuple[str, str, Repair]] = []
        self.events: list[Ignored | Refused | ResultRefused] = []

    def connection_opened(self, link: Link) -> None:
        self.opened.append(f"{link.side.value} {link.identity} {link.subprotocol}")
        assert link.address.startswith("127.0.0.1:")

    def connection_closed(self, link: Link, code: int, reason: str) -> None:
        self.closed.append((code, reason))

    def frame_in(self, link: Link, text: str) -> None:
        self.frames.append(("in", json.loads(text)[0]))

    def frame_out(self, link: Link, text: str) -> None:
        self.frames.append(("out", json.loads(text)[0]))

    def call_started(self, link: Link, exchange: Exchange) -> None:
        self.begun.append(exchange)

    def call_ended(
        self,
        link: Link,
        exchange: Exchange,
        outcome: Outcome,
        seconds: float,
        code: ErrorCode | str | None,
    ) -> None:
        assert any(each is exchange for each in self.begun)
        assert seconds >= 0
        self.ended.append((exchange, outcome, code))

    def repair(self, link: Link, action: str, message_id: str, repair: Repair) -> None:
        self.repairs.append((action, message_id, repair))

    def ignored(self, link: Link, event: Ignored) -> None:
        self.events.append(event)

    def refused(self, link: Link, event: Refused) -> None:
        self.events.append(event)

    def result_refused(self, link: Link, event: ResultRefused) -> None:
        self.events.append(event)

    @property
    def outcomes(self) -> list[tuple[str, str, str, object]]:
        return [
            (each.origin.value, each.action, outcome.value, code)
            for each, outcome, code in self.ended
        ]


@in_loops
async def test_both_sides_see_a_connection_open_talk_and_close() -> None:
    ours, theirs = Diary(), Diary()
    async with csms(observers=[ours]) as server:
        async with station(server.port, observers=[theirs]) as client:
            await client.connected()
            await client.calls.heartbeat(HEARTBEAT)
            await client.calls.notify_periodic_event_stream(stream(1))
        await until(lambda: bool(ours.closed))
    assert ours.opened == ["CSMS CS001 ocpp2.1"]
    assert theirs.opened == ["CS CS001 ocpp2.1"]
    assert ours.closed == theirs.closed == [(1000, "the Charging Station closes it")]
    assert ours.frames == [("in", 2), ("out", 3), ("in", 6)]
    assert theirs.frames == [("out", 2), ("in", 3), ("out", 6)]
    assert [(each.origin, each.kind) for each in ours.begun] == [
        (Origin.PEER, Kind.CALL),
        (Origin.PEER, Kind.SEND),
    ]
    assert ours.outcomes == [
        ("peer", "Heartbeat", "answered", None),
        ("peer", "NotifyPeriodicEventStream", "answered", None),
    ]
    assert theirs.outcomes == [("local", "Heartbeat", "answered", None)]
    assert theirs.begun[1].kind is Kind.SEND


@in_loops
async def test_how_calls_of_the_peers_end() -> None:
    diary = Diary()
    clerk = Clerk()
    async with csms(clerk, observers=[diary]) as server:
        async with raw_peer(server.port) as peer:
            peer.say(2, "1", "NoSuchAction", {})
            peer.say(2, "2", "Reset", {})
            peer.say(2, "3", "Heartbeat", {"x": 1})
            peer.send(Opcode.TEXT, b'[2,"4","Heartbeat",{]}]')
            peer.say(6, "5", "Heartbeat", {})
            peer.say(6, "6", "NotifyPeriodicEventStream", {})
            for _ in range(4):
                await peer.hear()
            peer.say(2, "7", "DataTransfer", {"vendorId": "x"})
            await until(lambda: clerk.waiting == 1)
        await until(lambda: bool(diary.closed))
        clerk.opened.set()
        await until(lambda: len(diary.ended) == 7)
    assert diary.outcomes == [
        ("peer", "NoSuchAction", "refused", "NotImplemented"),
        ("peer", "Reset", "refused", "NotSupported"),
        ("peer", "Heartbeat", "refused", "FormatViolation"),
        ("peer", "Heartbeat", "refused", "FormatViolation"),
        ("peer", "Heartbeat", "refused", "NotSupported"),
        ("peer", "NotifyPeriodicEventStream", "refused", "OccurrenceConstraintViolation"),
        ("peer", "DataTransfer", "abandoned", None),
    ]
    assert [each.known for each in diary.begun] == [False, *[True] * 6]
    assert [type(each) for each in diary.events] == [Refused]


@in_loops
async def test_how_calls_of_our_own_end() -> None:
    diary = Diary()
    answers: list[list[object]] = [
        [3, {"status": "Accepted"}],
        [4, "SecurityError", "", {}],
        [3, {"status": 5}],
        [3, 5],
    ]
    async with csms(observers=[diary]) as server:
        async with raw_peer(server.port) as peer:
            calls = server.calls("CS001")
            tasks = []
            for kind, *rest in answers:
                tasks.append(asyncio.create_task(calls.reset(RESET)))
                _, message_id, *_ = await peer.hear()
                peer.say(kind, message_id, *rest)
                await asyncio.wait(tasks)
                if len(tasks) > 2:
                    assert (await peer.hear())[0] == 5  # of those that are not valid
            tasks.append(asyncio.create_task(calls.reset(RESET, timeout=0.01)))
            await asyncio.wait(tasks)
            tasks.append(asyncio.create_task(calls.reset(RESET)))
            await settle()
            tasks[-1].cancel()
            tasks.append(asyncio.create_task(calls.reset(RESET)))
            await settle()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert [entry[2:] for entry in diary.outcomes] == [
        ("answered", None),
        ("refused", "SecurityError"),
        ("invalid", "TypeConstraintViolation"),
        ("invalid", "FormatViolation"),
        ("timed out", None),
        ("withdrawn", None),
        ("abandoned", None),
    ]


@in_loops
async def test_odd_frames_are_told() -> None:
    diary = Diary()
    async with csms(observers=[diary]) as server, raw_peer(server.port) as peer:
        peer.send(Opcode.BINARY, b"x")
        peer.say(9, "1")
        peer.say(3, "1", {})
        peer.say(5, "1", "FormatViolation", "", {})
        peer.say(2, "1")
        await peer.hear()
    kinds = [Ignored, Ignored, Ignored, ResultRefused, Refused]
    assert [type(each) for each in diary.events] == kinds


@in_loops
async def test_repairs_are_told_in_both_directions() -> None:
    diary = Diary()
    lenient = Options(repairs=EVERY_REPAIR)
    async with (
        csms(observers=[diary], payloads=lenient) as server,
        raw_peer(server.port) as peer,
    ):
        peer.say(2, "1", "Heartbeat", {"x": 1})
        assert (await peer.hear())[0] == 3
        peer.say(6, "2", "NotifyPeriodicEventStream", {"x": 1})
        task = asyncio.create_task(server.calls("CS001").reset(RESET))
        _, message_id, *_ = await peer.hear()
        peer.say(3, message_id, {"status": "Accepted", "x": 1})
        assert (await task).status == ocpp21.ResetStatusEnumType.ACCEPTED
    assert [(action, repair.pointer) for action, _, repair in diary.repairs] == [
        ("Heartbeat", "/x"),
        ("Reset", "/x"),
    ]


@in_loops
async def test_an_observer_that_fails_costs_nobody_the_connection(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(Observer):
        def frame_in(self, link: Link, text: str) -> None:
            raise ValueError("broken")

    diary = Diary()
    async with pair(observers=[Broken(), diary]) as (_, client, _):
        await client.calls.heartbeat(HEARTBEAT)
    assert diary.frames[0] == ("in", 2)
    assert "an observer failed" in caplog.text


def test_no_observer_costs_nothing() -> None:
    assert watch([]) is None


def test_an_observer_need_not_see_anything() -> None:
    seen = watch([Observer()])
    assert seen is not None
    seen.connection_refused("CS001", "", "no reason")
