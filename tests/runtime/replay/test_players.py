"""Recordings of real conversations, played against real peers over real sockets."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable

import pytest
from tests.runtime.observers.links import NOON, CsmsHandlers, StationHandlers, heartbeat
from tests.runtime.replay.talk import CS, CSMS, said
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

import ocpp21
from ocpp21 import HeartbeatRequest, HeartbeatResponse
from ocppj.backoff import Backoff
from ocppj.csms import serve_csms
from ocppj.errors import OCPPConnectionError
from ocppj.observers.recorder import Recorder
from ocppj.recording import Conversation, read_recording
from ocppj.replay import Missing, Pace, Report, Unsent, play_csms, play_station
from ocppj.station import connect_station

BEAT = '[2,"2","Heartbeat",{}]'
BEATEN = '[3,"2",{"currentTime":"2026-01-31T12:00:00Z"}]'


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Conversation:
    """A Heartbeat, while which the CSMS made two CALLs."""
    path = tmp_path_factory.mktemp("recording") / "r.jsonl"
    with Recorder(path, mask=None) as recorder:
        heartbeat(csms=[recorder])
    (conversation,) = read_recording(path).conversations
    return conversation


def run(work: Callable[[], Awaitable[object]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(20):
            await work()

    asyncio.run(limited())


def test_as_a_station_against_our_csms(recorded: Conversation) -> None:
    reports: list[Report] = []

    async def work() -> None:
        async with serve_csms(CsmsHandlers(), bindings=[ocpp21.CSMS], port=0) as csms:
            reports.append(await play_station(recorded, f"ws://127.0.0.1:{csms.port}"))

    run(work)
    (report,) = reports
    assert report.differences == ()
    assert (report.sent, report.received, report.same) == (3, 3, True)


def test_as_a_csms_against_our_station(recorded: Conversation) -> None:
    reports: list[Report] = []

    async def work() -> None:
        async with play_csms([recorded]) as player:
            async with connect_station(
                StationHandlers(),
                f"ws://127.0.0.1:{player.port}",
                identity="CS001",
                bindings=[ocpp21.CHARGING_STATION],
            ) as station:
                await station.connected()
                await station.calls.heartbeat(HeartbeatRequest())
                reports.extend(await player.reports())

    run(work)
    (report,) = reports
    assert report.differences == ()
    assert (report.sent, report.received, report.same) == (3, 3, True)


def test_a_station_that_connects_again_gets_the_next_conversation() -> None:
    beats = [said((CS, BEAT), (CSMS, BEATEN)) for _ in range(2)]

    async def work() -> None:
        async with (
            play_csms(beats) as player,
            connect_station(
                StationHandlers(),
                f"ws://127.0.0.1:{player.port}",
                identity="cs001",  # case does not count
                bindings=[ocpp21.CHARGING_STATION],
                backoff=Backoff(0.01, 0.0, 0),
            ) as station,
        ):
            for _ in range(2):
                await station.connected()
                await station.calls.heartbeat(HeartbeatRequest())
                await station.disconnected()
            assert [report.same for report in await player.reports()] == [True, True]

    run(work)


def test_the_recorded_time_can_be_kept() -> None:
    conversation = said((CS, BEAT), (CSMS, BEATEN), (CS, BEAT), (CSMS, BEATEN), step=0.1)
    took: list[float] = []

    async def work() -> None:
        async with serve_csms(QuickHandlers(), bindings=[ocpp21.CSMS], port=0) as csms:
            url, loop = f"ws://127.0.0.1:{csms.port}", asyncio.get_running_loop()
            for pace in (Pace(speed=1.0), Pace()):
                start = loop.time()
                report = await play_station(conversation, url, pace=pace, ignored=["currentTime"])
                took.append(loop.time() - start)
                assert report.same

    run(work)
    assert took[0] >= 0.2
    assert took[1] < took[0]


class QuickHandlers:
    """Answers, and that is all."""

    async def on_heartbeat(self, request: HeartbeatRequest, context: object) -> HeartbeatResponse:
        return HeartbeatResponse(current_time=NOON)


def test_what_does_not_come_is_reported() -> None:
    conversation = said((CSMS, '[2,"a","Reset",{"type":"OnIdle"}]'), (CS, '[3,"a",{}]'))
    reports: list[Report] = []

    async def work() -> None:
        async with serve_csms(CsmsHandlers(), bindings=[ocpp21.CSMS], port=0) as csms:
            pace = Pace(patience=0.05)
            url = f"ws://127.0.0.1:{csms.port}"
            reports.append(await play_station(conversation, url, pace=pace))

    run(work)
    frames = conversation.frames
    assert reports[0].differences == (Missing(frames[0]), Unsent(frames[1]))


async def silent(socket: ServerConnection) -> None:
    await socket.recv()
    await socket.close(4000)


async def rude(socket: ServerConnection) -> None:
    socket.transport.abort()


@pytest.mark.parametrize(
    ("peer", "closed"), [(silent, "closed with 4000"), (rude, "connection lost")]
)
def test_a_peer_that_leaves_is_reported(
    peer: Callable[[ServerConnection], Awaitable[None]], closed: str
) -> None:
    conversation = said((CS, BEAT), (CSMS, BEATEN))
    reports: list[Report] = []

    async def work() -> None:
        async with serve(peer, "127.0.0.1", 0, subprotocols=[Subprotocol("ocpp2.1")]) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            reports.append(await play_station(conversation, f"ws://127.0.0.1:{port}"))

    run(work)
    (report,) = reports
    assert report.closed == closed
    assert report.differences[-1] == Missing(conversation.frames[-1])


def test_a_csms_that_does_not_speak_the_version_is_an_error() -> None:
    async def work() -> None:
        async with serve(rude, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            with pytest.raises(OCPPConnectionError, match=r"does not speak ocpp2\.1"):
                await play_station(said((CS, BEAT)), f"ws://127.0.0.1:{port}")

    run(work)


def test_a_csms_that_is_not_there_is_an_error() -> None:
    async def work() -> None:
        async with play_csms([]) as player:
            with pytest.raises(OCPPConnectionError, match=r"CS001 cannot connect to .*404"):
                await play_station(said((CS, BEAT)), f"ws://127.0.0.1:{player.port}")
            url = f"ws://127.0.0.1:{player.port}"
        with pytest.raises(OCPPConnectionError, match="CS001 cannot connect"):
            await play_station(said((CS, BEAT)), url)

    run(work)


def test_a_password_goes_along() -> None:
    seen: list[str | None] = []

    async def note(socket: ServerConnection) -> None:
        assert socket.request is not None
        seen.append(socket.request.headers.get("Authorization"))
        await socket.wait_closed()

    async def work() -> None:
        async with serve(note, "127.0.0.1", 0, subprotocols=[Subprotocol("ocpp2.1")]) as server:
            url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
            await play_station(said((CS, BEAT)), url, password="grün")
            await play_station(said((CS, BEAT)), url)

    run(work)
    assert seen == [f"Basic {base64.b64encode('CS001:grün'.encode()).decode()}", None]


@pytest.mark.parametrize("path", ["/CS002", "/", "/%FF"])
def test_a_station_that_is_not_in_the_recording_is_told_so(path: str) -> None:
    async def work() -> None:
        async with play_csms([said((CS, BEAT))]) as player:
            with pytest.raises(InvalidStatus, match="404"):
                await connect(f"ws://127.0.0.1:{player.port}{path}", subprotocols=OFFERED)

    run(work)


OFFERED = [Subprotocol("ocpp2.1")]


@pytest.mark.parametrize("offered", [None, [Subprotocol("ocpp1.6")]])
def test_a_station_of_another_version_is_sent_away(offered: list[Subprotocol] | None) -> None:
    async def work() -> None:
        async with play_csms([said((CS, BEAT))]) as player:
            url = f"ws://127.0.0.1:{player.port}/CS001"
            async with connect(url, subprotocols=offered) as socket:
                await socket.wait_closed()
            assert socket.subprotocol is None
            assert (socket.close_code, socket.close_reason) == (1002, "not as recorded")
            async with connect(url, subprotocols=OFFERED) as socket:  # it is still to be had
                await socket.send(BEAT)
                assert (await player.reports())[0].same

    run(work)


def test_two_stations_of_one_identity_do_not_share_a_conversation() -> None:
    async def work() -> None:
        async with play_csms([said((CS, BEAT), (CS, BEAT))]) as player:
            url = f"ws://127.0.0.1:{player.port}/CS001"
            async with connect(url, subprotocols=OFFERED) as first:
                with pytest.raises(InvalidStatus, match="404"):
                    await connect(url, subprotocols=OFFERED)
                await first.send(BEAT)
                await first.send(BEAT)
                assert (await player.reports())[0].same

    run(work)


def test_an_empty_recording_is_played_at_once() -> None:
    async def work() -> None:
        async with play_csms([]) as player:
            assert await player.reports() == []

    run(work)
