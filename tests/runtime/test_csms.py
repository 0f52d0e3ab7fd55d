"""A CSMS as a whole: who is connected, and how it comes to an end."""

from __future__ import annotations

import asyncio
import gc
import socket
import ssl

import pytest
from tests.runtime.looping import in_loops, settle, until
from tests.runtime.manual_clock import ManualClock
from tests.runtime.raw_peer import raw_peer, request
from tests.runtime.sides import HEARTBEAT_ANSWER, RESET, Clerk, csms, station
from websockets.frames import Close, CloseCode

import ocpp21
from ocpp21 import CsmsCalls, CsmsHandler, HeartbeatRequest, HeartbeatResponse
from ocppj import (
    Backoff,
    CallContext,
    Connection,
    Csms,
    OCPPConnectionError,
    OCPPTimeoutError,
    OCPPUsageError,
    RoutingError,
    SecurityProfile,
)
from ocppj.csms import serve_csms


@in_loops
async def test_a_second_connection_of_one_identity_replaces_the_first() -> None:
    async with csms() as server, raw_peer(server.port, request("/CS001")) as first:
        old = server.connections["CS001"]
        waiting = asyncio.create_task(server.calls("CS001").reset(RESET))
        await first.hear()
        async with raw_peer(server.port, request("/cs001")) as second:
            goodbye = await first.goodbye()
            assert goodbye == Close(1008, "replaced by a newer connection")
            with pytest.raises(OCPPConnectionError, match="replaced"):
                await waiting
            new = server.connections["CS001"]
            assert new is not old
            assert list(server.connections) == ["cs001"]
            first.writer.transport.abort()
            await old.wait_closed()
            assert server.connections["cs001"] is new
            second.say(2, "1", "Heartbeat", {})
            assert await second.hear() == [3, "1", HEARTBEAT_ANSWER]


@in_loops
async def test_the_registry_follows_connections() -> None:
    async with csms() as server:
        assert "CS001" not in server.connections
        with pytest.raises(OCPPConnectionError, match="CS002 is not connected"):
            server.calls("CS002")
        async with station(server.port, "CS001") as one, station(server.port, "CS002") as two:
            await one.connected()
            await two.connected()
            assert sorted(server.connections) == ["CS001", "CS002"]
            assert "cs002" in server.connections
            assert all(isinstance(each, Connection) for each in server.connections.values())
        await until(lambda: len(server.connections) == 0)


@in_loops
async def test_closing_lets_handlers_answer_and_says_1001() -> None:
    clerk = Clerk()
    async with (
        csms(clerk) as server,
        raw_peer(server.port, request("/busy")) as busy,
        raw_peer(server.port, request("/idle")) as idle,
        raw_peer(server.port, b"GET") as unfinished,
    ):
        busy.say(2, "1", "DataTransfer", {"vendorId": "x"})
        await until(lambda: clerk.waiting == 1)
        port = server.port
        closing = asyncio.create_task(server.close())
        assert await idle.goodbye() == Close(CloseCode.GOING_AWAY, "the CSMS shuts down")
        idle.writer.transport.abort()
        assert await unfinished.at_end()
        with pytest.raises(OSError):
            await asyncio.open_connection("127.0.0.1", port)
        assert not closing.done()
        clerk.opened.set()
        assert await busy.hear() == [3, "1", {"status": "Accepted"}]
        assert (await busy.goodbye()).code == CloseCode.GOING_AWAY
        busy.writer.transport.abort()
        await closing


@in_loops
async def test_closing_does_not_wait_for_ever() -> None:
    clock, clerk = ManualClock(), Clerk()
    cancelled = asyncio.Event()

    class Stuck(Clerk):
        async def on_heartbeat(
            self, request: HeartbeatRequest, context: CallContext[CsmsCalls]
        ) -> HeartbeatResponse:
            self.waiting += 1
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()
            raise AssertionError

    clerk = Stuck()
    async with csms(clerk, clock=clock) as server, raw_peer(server.port) as peer:
        peer.say(2, "1", "Heartbeat", {})
        await until(lambda: clerk.waiting == 1)
        closing = asyncio.create_task(server.close(grace=3))
        await settle()
        await clock.turn(3)
        assert (await peer.goodbye()).code == CloseCode.GOING_AWAY
        await clock.turn(5)  # the peer does not return it
        await closing
        assert cancelled.is_set()


@in_loops
async def test_closing_twice_does_no_harm() -> None:
    async with csms() as server:
        await server.close()
        await server.close()
        with pytest.raises(OCPPUsageError, match="does not listen"):
            assert server.port


@in_loops
async def test_it_may_be_awaited_instead() -> None:
    server = await serve_csms(Clerk(), bindings=[ocpp21.CSMS], port=0)
    async with raw_peer(server.port) as peer:
        assert peer.status == 101
    await server.close()


@in_loops
async def test_a_port_that_is_taken_is_an_os_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(OSError):
            await serve_csms((), bindings=[ocpp21.CSMS], port=taken.getsockname()[1])
    await settle()


@in_loops
async def test_a_thousand_connections_come_and_go_and_leave_nothing() -> None:
    async with csms() as server:

        async def visit(number: int) -> None:
            async with raw_peer(server.port, request(f"/CS{number}")) as peer:
                peer.say(2, "1", "Heartbeat", {})
                assert await peer.hear() == [3, "1", HEARTBEAT_ANSWER]

        for start in range(0, 1000, 250):
            await asyncio.gather(*(visit(start + number) for number in range(250)))
        await until(lambda: not server.connections)
        gc.collect()
        assert not [each for each in gc.get_objects() if type(each) is Connection]
        assert server._gate.open == 0


def make(**options: object) -> Csms[CsmsCalls]:
    return Csms((), bindings=[ocpp21.CSMS], **options)  # type: ignore[arg-type]


@in_loops
async def test_what_does_not_fit_together_is_told_at_once() -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with pytest.raises(OCPPUsageError, match="needs authenticate="):
        make(profile=SecurityProfile.BASIC)
    with pytest.raises(OCPPUsageError, match="no bindings"):
        Csms((), bindings=[])
    with pytest.raises(OCPPUsageError, match=r"CHARGING_STATION is .*: pass ocpp21.CSMS"):
        Csms((), bindings=[ocpp21.CHARGING_STATION])
    with pytest.raises(OCPPUsageError, match="each version of OCPP once"):
        Csms((), bindings=[ocpp21.CSMS, ocpp21.CSMS])
    for wrong in (ocpp21, ["ocpp2.1"], "ocpp2.1", None):
        with pytest.raises(OCPPUsageError, match=r"such as ocpp21.CSMS, or a list of such; not"):
            Csms((), bindings=wrong)  # type: ignore[arg-type]
    with pytest.raises(OCPPUsageError, match="4 is no security profile"):
        make(profile=4)
    with pytest.raises(OCPPUsageError, match="has no TLS"):
        await serve_csms((), bindings=[ocpp21.CSMS], port=0, tls=tls)
    for profile, given, why in (
        (SecurityProfile.TLS_BASIC, None, "needs tls="),
        (SecurityProfile.TLS_CERTIFICATE, tls, "client_ca="),
    ):
        with pytest.raises(OCPPUsageError, match=why):
            await serve_csms(
                (),
                bindings=[ocpp21.CSMS],
                port=0,
                tls=given,
                profile=profile,
                authenticate=lambda credentials: True,
            )


@in_loops
async def test_one_version_needs_no_list_and_a_profile_may_be_a_number() -> None:
    async with serve_csms(
        Clerk(), bindings=ocpp21.CSMS, port=0, profile=1, authenticate=lambda credentials: True
    ) as server:
        async with raw_peer(server.port) as nameless:
            assert nameless.status == 401
        async with station(server.port, password="a password of some length") as client:
            await client.connected()


@in_loops
async def test_a_charging_station_can_be_waited_for() -> None:
    async with csms() as server:
        waiting = asyncio.create_task(server.connected("cs001"))
        other = asyncio.create_task(server.connected("CS002"))
        await settle()
        async with station(server.port, backoff=Backoff(0, 0, 0)) as client:
            connection = await waiting
            assert connection is server.connections["CS001"]
            assert connection is await server.connected("CS001", timeout=0)
            assert (await connection.calls.reset(RESET)).status == "Accepted"
            again = await client.connected()
            await again.close()
            assert await server.connected("CS001", timeout=20) is not connection
        assert not other.done()
        other.cancel()


@in_loops
async def test_waiting_for_a_charging_station_has_an_end() -> None:
    clock = ManualClock()
    async with csms(clock=clock) as server:
        waiting = asyncio.create_task(server.connected("CS001", timeout=5))
        await settle()
        await clock.turn(4.9)
        assert not waiting.done()
        await clock.turn(0.1)
        with pytest.raises(OCPPTimeoutError, match="CS001 did not connect within 5 s"):
            await waiting
        with pytest.raises(OCPPUsageError, match="'CS:1' is no identity"):
            await server.connected("CS:1")
        waiting = asyncio.create_task(server.connected("CS001"))
        await settle()
        await server.close()
        for closed in (waiting, server.connected("CS001")):
            with pytest.raises(OCPPConnectionError, match="the CSMS is closed"):
                await closed


@in_loops
async def test_a_connection_that_is_being_closed_is_not_waited_for() -> None:
    async with csms() as server, raw_peer(server.port, request("/CS001")) as first:
        old = server.connections["CS001"]
        old.start_closing(CloseCode.GOING_AWAY, "enough")
        waiting = asyncio.create_task(server.connected("CS001"))
        await settle()
        assert server.connections["CS001"] is old and not waiting.done()
        async with raw_peer(server.port, request("/CS001")):
            assert await waiting is not old
        first.writer.transport.abort()


@in_loops
async def test_a_misspelt_handler_is_told_at_once() -> None:
    class Misspelt(CsmsHandler):
        async def on_hartbeat(self, request: object, context: object) -> object: ...

    with pytest.raises(RoutingError, match="did you mean on_heartbeat"):
        await serve_csms(Misspelt(), bindings=[ocpp21.CSMS], port=0)


@in_loops
async def test_handlers_may_be_several_objects() -> None:
    class Other:
        async def on_authorize(self, request: object, context: object) -> object:
            info = ocpp21.IdTokenInfoType(status=ocpp21.AuthorizationStatusEnumType.ACCEPTED)
            return ocpp21.AuthorizeResponse(id_token_info=info)

    class Only:
        async def on_heartbeat(self, request: object, context: object) -> object:
            return HeartbeatResponse.model_validate(HEARTBEAT_ANSWER)

    async with csms([Only(), Other()]) as server, raw_peer(server.port) as peer:
        peer.say(2, "1", "Heartbeat", {})
        peer.say(2, "2", "Authorize", {"idToken": {"idToken": "x", "type": "Local"}})
        assert await peer.hear() == [3, "1", HEARTBEAT_ANSWER]
        assert await peer.hear() == [3, "2", {"idTokenInfo": {"status": "Accepted"}}]
