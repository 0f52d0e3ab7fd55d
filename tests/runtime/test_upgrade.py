"""The handshake as a CSMS sees it, over real sockets."""

from __future__ import annotations

import asyncio
import gc
import json
from base64 import b64encode
from collections.abc import Callable

import pytest
from tests.runtime.looping import in_loops, settle, until
from tests.runtime.manual_clock import ManualClock
from tests.runtime.raw_peer import KEY, raw_peer, request
from tests.runtime.sides import HEARTBEAT_ANSWER, Clerk, csms
from websockets.exceptions import InvalidMessage, SecurityError
from websockets.frames import CloseCode, Frame, Opcode
from websockets.server import ServerProtocol
from websockets.utils import accept_key

import ocpp21
from ocppj import (
    Admission,
    Bindings,
    Credentials,
    Limits,
    Observer,
    SecurityProfile,
    Verdict,
    passwords,
)
from ocppj.csms import serve_csms
from ocppj.upgrade import fault_of

PASSWORD = "a password of some length"
COMPRESSION = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"


def authorization(user: str, password: str) -> str:
    return f"Authorization: Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


class Refusals(Observer):
    """Keeps what was refused."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []

    def connection_refused(self, identity: str, address: str, reason: str) -> None:
        self.seen.append((identity, reason))


@pytest.mark.parametrize(
    ("path", "identity"),
    [
        ("/CS001", "CS001"),
        ("/any/path/at/all/CS001", "CS001"),
        ("/ocpp/RDAM%7C123", "RDAM|123"),
        ("/ocpp1.6/CS001", "CS001"),
    ],
)
@in_loops
async def test_the_identity_comes_from_any_path(path: str, identity: str) -> None:
    async with csms() as server, raw_peer(server.port, request(path)) as peer:
        assert peer.status == 101
        assert peer.headers["sec-websocket-accept"] == accept_key(KEY)
        assert peer.headers["sec-websocket-protocol"] == "ocpp2.1"
        assert list(server.connections) == [identity]


@pytest.mark.parametrize("path", ["/ocpp/a%3Ab", "/ocpp/", "/", "/ocpp/" + "x" * 49, "/%FF"])
@in_loops
async def test_what_is_no_identity_is_not_found(path: str) -> None:
    async with csms() as server, raw_peer(server.port, request(path)) as peer:
        assert peer.status == 404
        await peer.reader.read()
        assert not server.connections


OLD_BINDINGS: Bindings[ocpp21.CsmsHandler, ocpp21.CsmsCalls] = Bindings(
    version="2.0.1",
    subprotocol="ocpp2.0.1",
    side=ocpp21.CSMS.side,
    models="pydantic",
    package="ocpp21",
    handler_name="CsmsHandler",
    calls_name="CsmsCalls",
)


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        ("ocpp2.1, ocpp2.0.1", "ocpp2.1"),
        ("ocpp2.0.1, ocpp2.1", "ocpp2.0.1"),
        ("ocpp1.6, ocpp2.1", "ocpp2.1"),
        ("ocpp2.0.1,ocpp1.6", "ocpp2.0.1"),
        ("ocpp2.1\r\nSec-WebSocket-Protocol: ocpp2.0.1", "ocpp2.1"),
    ],
)
@in_loops
async def test_the_stations_order_decides_which_version_is_spoken(
    offered: str, chosen: str
) -> None:
    # bindings in another order than any station's: it must not matter
    async with (
        serve_csms((), bindings=[OLD_BINDINGS, ocpp21.CSMS], port=0) as server,
        raw_peer(server.port, request(subprotocols=offered)) as peer,
    ):
        assert peer.headers["sec-websocket-protocol"] == chosen
        assert server.connections["CS001"].subprotocol == chosen


@pytest.mark.parametrize("offered", ["ocpp1.6", "soap", "OCPP2.1", None])
@in_loops
async def test_without_a_common_version_it_is_upgraded_without_the_header_and_closed(
    offered: str | None,
) -> None:
    refusals = Refusals()
    async with (
        csms(observers=[refusals]) as server,
        raw_peer(server.port, request(subprotocols=offered)) as peer,
    ):
        assert peer.status == 101
        assert "sec-websocket-protocol" not in peer.headers
        assert (await peer.goodbye()).code == CloseCode.PROTOCOL_ERROR
        assert await peer.at_end()
        assert not server.connections
    assert refusals.seen == [("CS001", "no common version of OCPP")]


@pytest.mark.parametrize(
    ("handshake", "status"),
    [
        (request(method="POST"), 405),
        (b"GET /CS001 HTTP/1.1\r\nHost: x\r\n\r\n", 426),
        (request().replace(b"13", b"8"), 400),
        (request().replace(KEY.encode(), b"short"), 400),
        (request(extra=["X: " + "x" * 20_000]), 431),
        (request(extra=[f"X{number}: x" for number in range(200)]), 431),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", 400),
        (b"GET /CS001\r\n\r\n", 400),
    ],
)
@in_loops
async def test_what_is_no_handshake_is_refused(handshake: bytes, status: int) -> None:
    async with csms() as server, raw_peer(server.port, handshake) as peer:
        assert peer.status == status
        await peer.reader.read()
        assert not server.connections


@pytest.mark.parametrize(
    "garbage",
    [b"\x16\x03\x01\x02\x00\r\n\r\n", b"\r\n\r\n", b"GET\r\n\r\n", b"GET /CS001 HTTP/1.0\r\n\r\n"],
)
@in_loops
async def test_garbage_is_cut_off(garbage: bytes) -> None:
    async with csms() as server, raw_peer(server.port, b"") as peer:
        peer.writer.write(garbage)
        assert b"101" not in await peer.reader.read()
        assert not server.connections


@in_loops
async def test_a_request_without_end_is_refused_as_soon_as_it_is_too_long() -> None:
    async with csms() as server, raw_peer(server.port, b"") as peer:
        peer.writer.write(b"GET /" + b"x" * 20_000)
        await peer.read_answer()
        assert peer.status == 431


@in_loops
async def test_a_handshake_may_come_byte_by_byte() -> None:
    async with csms() as server, raw_peer(server.port, b"") as peer:
        for byte in request():
            peer.writer.write(bytes([byte]))
            await peer.writer.drain()
            await settle(2)
        await peer.read_answer()
        assert peer.status == 101


@in_loops
async def test_a_frame_right_behind_the_handshake_is_not_lost() -> None:
    ready = asyncio.Event()

    async def authenticate(credentials: Credentials) -> bool:
        await ready.wait()
        return True

    async with csms(authenticate=authenticate) as server, raw_peer(server.port, b"") as peer:
        peer.writer.write(request())
        peer.say(2, "1", "Heartbeat", {})
        await settle()
        ready.set()
        await peer.read_answer()
        assert await peer.hear() == [3, "1", HEARTBEAT_ANSWER]


@pytest.mark.parametrize(
    ("extra", "status"),
    [
        ([authorization("CS001", PASSWORD)], 101),
        ([authorization("cs001", PASSWORD)], 101),
        ([authorization("CS001", "another password")], 401),
        ([authorization("CS002", PASSWORD)], 401),
        ([], 401),
        (["Authorization: Bearer x"], 401),
        ([authorization("CS001", PASSWORD)] * 2, 401),
    ],
)
@in_loops
async def test_basic_authentication_is_checked_before_the_upgrade(
    extra: list[str], status: int
) -> None:
    async with (
        csms(profile=SecurityProfile.BASIC, authenticate=passwords({"CS001": PASSWORD})) as server,
        raw_peer(server.port, request(extra=extra)) as peer,
    ):
        assert peer.status == status
        assert ("www-authenticate" in peer.headers) is (status == 401)
        assert len(server.connections) == (status == 101)


@in_loops
async def test_an_unknown_identity_is_not_found() -> None:
    refusals = Refusals()
    extra = [authorization("CS002", PASSWORD)]
    async with (
        csms(
            profile=SecurityProfile.BASIC,
            authenticate=passwords({"CS001": PASSWORD}),
            observers=[refusals],
        ) as server,
        raw_peer(server.port, request("/CS002", extra=extra)) as peer,
    ):
        assert peer.status == 404
    assert refusals.seen == [("CS002", "404 Not Found")]


def raising(credentials: Credentials) -> bool:
    raise ValueError("no database")


async def slowly(credentials: Credentials) -> Verdict:
    await asyncio.sleep(0)
    return Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("authenticate", "status"),
    [
        (lambda credentials: True, 101),
        (lambda credentials: False, 401),
        (lambda credentials: None, 401),
        (lambda credentials: Verdict.FORBIDDEN, 403),
        (lambda credentials: Verdict.TRY_LATER, 503),
        (slowly, 101),
        (raising, 503),
    ],
)
@in_loops
async def test_the_users_function_decides(
    authenticate: Callable[[Credentials], bool], status: int
) -> None:
    async with csms(authenticate=authenticate) as server, raw_peer(server.port) as peer:
        assert peer.status == status


@in_loops
async def test_the_users_function_is_told_who_it_is() -> None:
    seen: list[Credentials] = []

    def authenticate(credentials: Credentials) -> bool:
        seen.append(credentials)
        return True

    extra = [authorization("CS001", PASSWORD)]
    options = {"profile": SecurityProfile.BASIC, "authenticate": authenticate}
    async with csms(**options) as server, raw_peer(server.port, request(extra=extra)) as peer:
        host, port = peer.writer.get_extra_info("sockname")
    assert seen == [Credentials("CS001", PASSWORD, None, f"{host}:{port}")]


@in_loops
async def test_a_station_that_goes_while_it_is_authenticated_leaves_nothing() -> None:
    ready = asyncio.Event()

    async def authenticate(credentials: Credentials) -> bool:
        await ready.wait()
        return True

    clock = ManualClock()
    async with csms(authenticate=authenticate, clock=clock) as server:
        async with raw_peer(server.port, request()[:-1]) as peer:
            peer.writer.write(request()[-1:])
            await until(lambda: bool(clock.pending))
        await clock.turn(10)
        ready.set()
        await settle()
        gc.collect()  # an error in a task shows when the task goes
        assert not server.connections


@in_loops
async def test_an_authentication_that_lasts_too_long_is_cancelled() -> None:
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def authenticate(credentials: Credentials) -> bool:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise
        raise AssertionError

    clock = ManualClock()
    async with csms(authenticate=authenticate, clock=clock) as server:
        async with raw_peer(server.port, b"") as peer:
            peer.writer.write(request())
            await begun.wait()
            await clock.turn(10)
            await cancelled.wait()
            assert await peer.at_end()


@in_loops
async def test_too_much_right_behind_the_handshake_pauses_reading() -> None:
    clerk = Clerk()
    call = json.dumps([2, "1", "DataTransfer", {"vendorId": "x"}]).encode()
    sent = request() + Frame(Opcode.TEXT, call).serialize(mask=True)
    async with csms(clerk, limits=Limits(handling=1)) as server, raw_peer(server.port, b"") as peer:
        peer.writer.write(sent)
        await until(lambda: clerk.waiting == 1)
        transport = server.connections["CS001"]._transport
        assert transport is not None and not transport.is_reading()
        clerk.opened.set()
        await until(transport.is_reading)


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nX: "])
@in_loops
async def test_a_handshake_that_takes_too_long_is_cut_off(sent: bytes) -> None:
    clock = ManualClock()
    async with (
        csms(clock=clock, admission=Admission(handshake_timeout=7)) as server,
        raw_peer(server.port, b"") as peer,
    ):
        peer.writer.write(sent)
        await until(lambda: bool(clock.pending))
        await clock.turn(6)
        peer.writer.write(b"x")  # a byte now and then does not help
        await clock.turn(1)
        assert await peer.at_end()


@in_loops
async def test_only_so_many_connections_are_let_in() -> None:
    async with csms(admission=Admission(connections=2)) as server:
        async with (
            raw_peer(server.port, request("/CS001")) as first,
            raw_peer(server.port, request("/CS002")) as second,
            raw_peer(server.port, request("/CS003")) as third,
        ):
            assert [first.status, second.status, third.status] == [101, 101, 503]
            assert "retry-after" in third.headers
            assert sorted(server.connections) == ["CS001", "CS002"]
        await until(lambda: not server.connections)
        for _ in range(3):  # those that were refused do not count any more
            async with raw_peer(server.port, request("/a%3Ab")) as refused:
                assert refused.status == 404
            await until(lambda: not server._gate.open)
        async with raw_peer(server.port, request("/CS004")) as fourth:
            assert fourth.status == 101


@in_loops
async def test_only_so_many_come_from_one_address_in_a_while() -> None:
    clock, statuses = ManualClock(), []
    admission = Admission(per_address=2, address_window=60)
    async with csms(admission=admission, clock=clock) as server:
        for _ in range(3):
            async with raw_peer(server.port) as peer:
                statuses.append(peer.status)
        await clock.turn(60)
        async with raw_peer(server.port) as peer:
            statuses.append(peer.status)
    assert statuses == [101, 101, 429, 101]


@in_loops
async def test_a_flood_is_not_even_refused() -> None:
    async with csms(admission=Admission(connections=0)) as server:
        peers = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(17)]
        assert await peers[-1][0].read() == b""
        for _, writer in peers:
            writer.transport.abort()


@pytest.mark.parametrize(("compression", "asked"), [(True, True), (True, False), (False, True)])
@in_loops
async def test_compression_is_agreed_on_if_both_want_it(compression: bool, asked: bool) -> None:
    extra = [COMPRESSION] if asked else []
    async with (
        csms(compression=compression) as server,
        raw_peer(server.port, request(extra=extra)) as peer,
    ):
        agreed = peer.headers.get("sec-websocket-extensions", "")
        assert ("permessage-deflate" in agreed) is (compression and asked)
        assert ("no_context_takeover" in agreed) is (compression and asked)
        assert server.connections["CS001"].compressed is (compression and asked)


@pytest.mark.parametrize(
    ("head", "cause", "status"),
    [
        (b"POST /CS001 HTTP/1.1\r\n\r\n", ValueError("unsupported HTTP method"), 405),
        (b"GET /CS001 HTTP/1.1\r\nX: ...", SecurityError("line too long"), 431),
        (b"GET /CS001 HTTP/1.1\r\nX\r\n\r\n", ValueError("invalid HTTP header"), 400),
        (b"\x16\x03\x01\x02\x00 ...", ValueError("invalid HTTP request line"), 400),
    ],
)
def test_where_websockets_only_hangs_up_there_is_an_answer(
    head: bytes, cause: Exception, status: int
) -> None:
    websocket = ServerProtocol()  # before its version 17 it says no more than this
    websocket.handshake_exc = InvalidMessage("did not receive a valid HTTP request")
    websocket.handshake_exc.__cause__ = cause
    assert fault_of(head, websocket) == status
