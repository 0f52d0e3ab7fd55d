"""A Charging Station's connection: made, lost, and made again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from tests.runtime.looping import in_loops, settle, until
from tests.runtime.manual_clock import ManualClock
from tests.runtime.sides import HEARTBEAT, NOW, RESET, Box, Clerk, csms, station, stream
from websockets.frames import CloseCode

import ocpp21
from ocppj import (
    Backoff,
    HandshakeError,
    Limits,
    NetworkProfile,
    Observer,
    OCPPConnectionError,
    OCPPTimeoutError,
    OCPPUsageError,
    SecurityProfile,
    Station,
    StationOptions,
    Uplink,
    Verdict,
    connect_socket,
    passwords,
)
from ocppj.station import connect_station

PASSWORD = "a password of some length"
QUICK = Backoff(0, 0, 0)
CALM = Limits(ping_interval=0)


class Attempts(Observer):
    """Keeps why attempts failed."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def connection_refused(self, identity: str, address: str, reason: str) -> None:
        self.seen.append(reason)


class Unreachable:
    """A network that does not work, until a CSMS is put into it. Keeps who was tried."""

    def __init__(self) -> None:
        self.tried: list[str] = []
        self.port: int | None = None

    async def __call__(
        self, protocol: Callable[[], asyncio.Protocol], profile: NetworkProfile
    ) -> object:
        self.tried.append(profile.url.removeprefix("ws://"))
        if self.port is None:
            raise ConnectionRefusedError("nobody listens")
        here = NetworkProfile(f"ws://127.0.0.1:{self.port}", profile.identity)
        return await connect_socket(protocol, here)


def options(
    clock: ManualClock, network: Unreachable, backoff: Backoff, attempts: int = 3
) -> StationOptions:
    return {
        "clock": clock,
        "connector": network,
        "backoff": backoff,
        "attempts": attempts,
        "limits": CALM,
        "random": lambda: 0.5,
    }


def made(names: str, **given: object) -> Station[ocpp21.ChargingStationCalls]:
    profiles = [NetworkProfile(f"ws://{name}", "CS001") for name in names]
    bindings = [ocpp21.CHARGING_STATION]
    return Station(Box(), profiles, bindings=bindings, **given)  # type: ignore[arg-type]


@in_loops
async def test_a_day_of_back_off_takes_no_time() -> None:
    clock, network = ManualClock(), Unreachable()
    backoff = Backoff(wait_minimum=10, random_range=4, repeat_times=3)
    waits: list[float] = []
    async with made("a", **options(clock, network, backoff)) as client:
        while sum(waits) < 24 * 3600:
            waits.append(round(await clock.turn_to_next(), 3))
        assert waits[:6] == [12, 22, 42, 82, 82, 82]
        assert set(waits[3:]) == {82}
        await until(lambda: len(network.tried) == len(waits) + 1)
        client.backoff = Backoff(wait_minimum=1, random_range=0, repeat_times=0)
        await clock.turn_to_next()
        assert await clock.turn_to_next() == pytest.approx(1)


@in_loops
async def test_after_a_success_the_back_off_starts_over() -> None:
    clock, network, waits = ManualClock(), Unreachable(), []
    backoff = Backoff(wait_minimum=10, random_range=0, repeat_times=5)
    async with csms() as server, made("a", **options(clock, network, backoff)) as client:
        for _ in range(3):
            waits.append(await clock.turn_to_next())
        network.port = server.port
        waits.append(await clock.turn_to_next())
        await client.connected()
        network.port = None
        await server.connections["CS001"].close(CloseCode.GOING_AWAY)
        await client.disconnected()
        waits += [await clock.turn_to_next(), await clock.turn_to_next()]
        assert waits == pytest.approx([10, 20, 40, 80, 10, 20])


@in_loops
async def test_network_profiles_are_tried_in_turn_and_the_one_that_works_is_kept() -> None:
    clock, network = ManualClock(), Unreachable()
    given = options(clock, network, Backoff(1, 0, 0), attempts=2)
    async with csms() as server, made("ab", **given) as client:
        for _ in range(5):
            await clock.turn_to_next()
        assert network.tried[:6] == ["a", "a", "b", "b", "a", "a"]
        network.port = server.port
        await clock.turn_to_next()
        await client.connected()
        assert client.profile.url == "ws://b"
        await server.connections["CS001"].close()
        await client.disconnected()
        await clock.turn_to_next()
        await client.connected()
        assert network.tried[6:] == ["b", "b"]


@in_loops
async def test_it_connects_again_after_the_csms_was_away() -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(csms())
        port = first.port
        client = await stack.enter_async_context(station(port, backoff=QUICK))
        old = await client.connected()
        await first.close()
        assert old.close_code == CloseCode.GOING_AWAY
        second = await stack.enter_async_context(csms())
        way = NetworkProfile(f"ws://127.0.0.1:{second.port}/ocpp", "CS001")
        await client.reconnect([way])
        new = await client.connected()
        assert new is not old
        assert (await client.calls.heartbeat(HEARTBEAT)).current_time == NOW


@in_loops
async def test_without_a_connection_calls_raise_at_once() -> None:
    clock, network = ManualClock(), Unreachable()
    async with made("a", **options(clock, network, QUICK)) as client:
        assert not client.is_connected
        with pytest.raises(OCPPConnectionError, match="no connection"):
            await client.calls.heartbeat(HEARTBEAT)
        with pytest.raises(OCPPConnectionError, match="no connection"):
            await client.calls.notify_periodic_event_stream(stream(1))


@in_loops
async def test_typed_callers_outlive_a_connection() -> None:
    async with csms() as server, station(server.port, backoff=QUICK) as client:
        early = client.calls
        await client.connected()
        assert (await early.heartbeat(HEARTBEAT)).current_time == NOW
        await server.connections["CS001"].close()
        await client.disconnected()
        await client.connected()
        assert (await early.heartbeat(HEARTBEAT)).current_time == NOW


@in_loops
async def test_typed_callers_of_a_connection_outlive_it() -> None:
    async with csms() as server, station(server.port, backoff=QUICK) as client:
        await client.connected()
        during = client.calls
        await server.connections["CS001"].close()
        await client.disconnected()
        await client.connected(timeout=20)
        assert (await during.heartbeat(HEARTBEAT)).current_time == NOW
        assert client.calls is during


class Noticed(Observer):
    """Keeps what a station says of itself the moment that something happens."""

    def __init__(self) -> None:
        self.station: Station[ocpp21.ChargingStationCalls] | None = None
        self.seen: list[tuple[str, bool, bool, str]] = []

    def note(self, what: str) -> None:
        client = self.station
        assert client is not None
        connected = client.is_connected, client.connection is not None
        self.seen.append((what, *connected, str(client.last_error)))

    def connection_opened(self, link: object) -> None:
        self.note("opened")

    def connection_closed(self, link: object, code: int, reason: str) -> None:
        self.note("closed")

    def attempt_failed(self, profile: NetworkProfile, error: OCPPConnectionError | OSError) -> None:
        self.note("failed")


@in_loops
async def test_it_knows_at_once_whether_it_is_connected() -> None:
    noticed, uplink = Noticed(), Uplink()
    async with csms() as server:
        given: StationOptions = {"observers": [noticed], "connector": uplink}
        async with station(server.port, **given) as client:
            noticed.station = client
            await client.connected()
            uplink.cut()
            await client.disconnected()
            assert not client.is_connected
        assert noticed.seen == [
            ("opened", True, True, "None"),
            ("closed", False, False, "the connection closed with 1006: no goodbye"),
        ]


@in_loops
async def test_a_connection_that_is_being_closed_is_none() -> None:
    async with csms() as server, station(server.port, backoff=QUICK) as client:
        old = await client.connected()
        old.start_closing(CloseCode.GOING_AWAY, "enough")
        assert not client.is_connected and client.connection is None
        assert await client.connected() is not old


@in_loops
async def test_why_there_is_no_connection() -> None:
    doors = {"profile": SecurityProfile.BASIC, "authenticate": passwords({"CS001": PASSWORD})}
    async with csms(**doors) as server:
        async with station(server.port, password=PASSWORD) as client:
            assert client.last_error is None
            await client.connected(timeout=20)
            assert client.last_error is None
            await server.connections["CS001"].close(CloseCode.GOING_AWAY, "maintenance")
            await client.disconnected()
            assert str(client.last_error) == "the connection closed with 1001: maintenance"
            with pytest.raises(OCPPConnectionError, match=r"now: the .* 1001: maintenance"):
                await client.calls.heartbeat(HEARTBEAT)
        async with station(server.port, password="wrong", backoff=Backoff(60, 0, 0)) as client:
            with pytest.raises(OCPPTimeoutError) as caught:
                await client.connected(timeout=0.2)
            error = client.last_error
            assert isinstance(error, HandshakeError) and error.status == 401
            assert str(caught.value) == (
                f"CS001 is not connected to ws://127.0.0.1:{server.port}/ocpp after 0.2 s: "
                f"{error}"
            )
            assert caught.value.__cause__ is error


@in_loops
async def test_the_time_to_wait_for_a_connection_is_that_of_the_clock() -> None:
    clock, network = ManualClock(), Unreachable()
    async with made("a", **options(clock, network, Backoff(100, 0, 0))) as client:
        waiting = asyncio.create_task(client.connected(timeout=5))
        await settle()
        await clock.turn(4.9)
        assert not waiting.done()
        await clock.turn(0.1)
        with pytest.raises(OCPPTimeoutError, match="after 5 s: nobody listens"):
            await waiting


@in_loops
async def test_profiles_attempts_and_password_change_while_it_runs() -> None:
    table = {"CS001": PASSWORD}
    doors = {"profile": SecurityProfile.BASIC, "authenticate": passwords(table)}
    async with csms(**doors) as server, csms() as spare:
        gone = NetworkProfile("ws://127.0.0.1:1", "CS001")
        url = f"ws://127.0.0.1:{server.port}"
        here = NetworkProfile(url, "CS001", SecurityProfile.BASIC, PASSWORD)
        async with Station(
            Box(), [gone, here], bindings=ocpp21.CHARGING_STATION, attempts=1, backoff=QUICK
        ) as client:
            await client.connected(timeout=20)
            assert client.profile is here
            table["CS001"] = "another password"
            client.profiles = [
                gone,
                replace(here, password="another password"),
                NetworkProfile(f"ws://127.0.0.1:{spare.port}", "CS001"),
            ]
            assert client.profile is here  # it is still connected with the old one
            await client.reconnect()
            await client.connected(timeout=20)
            assert client.profile is client.profiles[1]
            client.attempts = 2
            await client.reconnect(client.profiles[2:])
            assert client.attempts == 2
            await client.connected(timeout=20)
            assert list(spare.connections) == ["CS001"] and client.profile is client.profiles[0]


@in_loops
async def test_while_it_connects_anew_it_is_not_closed() -> None:
    async with csms() as server, station(server.port) as client:
        old = await client.connected()
        first, second = (asyncio.create_task(client.reconnect()) for _ in range(2))
        await settle(1)
        assert await client.connected() is not old
        await asyncio.gather(first, second)
        await client.connected()
        assert len(server.connections) == 1
        await client.close()
        for late in (client.reconnect(), client.connected()):
            with pytest.raises(OCPPConnectionError, match="the station is closed"):
                await late


@in_loops
async def test_whoever_gives_up_connecting_anew_does_not_stop_it() -> None:
    async with csms() as server, station(server.port) as client:
        old = await client.connected()
        anew = asyncio.create_task(client.reconnect())
        await settle(1)
        anew.cancel()
        assert await client.connected(timeout=20) is not old


@in_loops
async def test_its_password_opens_the_door() -> None:
    attempts = Attempts()
    doors = {"profile": SecurityProfile.BASIC, "authenticate": passwords({"CS001": PASSWORD})}
    async with csms(**doors) as server:
        async with station(server.port, password=PASSWORD) as client:
            await client.connected()
        wrong = {"password": "a wrong password", "observers": [attempts], "backoff": QUICK}
        async with station(server.port, **wrong):
            await until(lambda: len(attempts.seen) > 1)
    assert set(attempts.seen) == {
        "the CSMS refuses the connection with HTTP 401 Unauthorized: "
        "it does not take this password of this identity"
    }


@in_loops
async def test_a_csms_without_a_common_version_is_no_csms() -> None:
    attempts = Attempts()

    async def upgrade(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from websockets.server import ServerProtocol

        websocket = ServerProtocol(select_subprotocol=lambda protocol, offered: None)
        websocket.receive_data(await reader.readuntil(b"\r\n\r\n"))
        websocket.send_response(websocket.accept(websocket.events_received()[0]))
        writer.write(b"".join(websocket.data_to_send()))
        await reader.read()
        writer.transport.abort()

    server = await asyncio.start_server(upgrade, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with station(port, observers=[attempts], backoff=QUICK):
        await until(lambda: len(attempts.seen) > 1)
    server.close()
    await settle()
    assert attempts.seen[0] == "the CSMS speaks none of our versions of OCPP"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\n", "refuses .* HTTP 404"),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "refuses .* HTTP 503"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "not valid"),
        (b"HTTP/1.1 101 Yes\r\n\r\n", "not valid"),
        (b"", "connection lost in the handshake"),
        (b"x" * 20_000, "has no end"),
    ],
)
@in_loops
async def test_odd_answers_are_failed_attempts(answer: bytes, reason: str) -> None:
    attempts = Attempts()

    async def odd(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(odd, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with station(port, observers=[attempts], backoff=QUICK):
        await until(lambda: bool(attempts.seen))
    server.close()
    await settle()
    with pytest.raises(AssertionError if not attempts.seen else HandshakeError, match=reason):
        raise HandshakeError(attempts.seen[0])


@in_loops
async def test_an_attempt_that_takes_too_long_is_given_up() -> None:
    clock, attempts = ManualClock(), Attempts()
    held: list[asyncio.StreamWriter] = []

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)
        await reader.read()
        writer.transport.abort()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    given: StationOptions = {"clock": clock, "connect_timeout": 20, "observers": [attempts]}
    async with station(port, **given):
        await until(lambda: bool(held))
        await settle()
        await clock.turn(20)
        await until(lambda: bool(attempts.seen))
    server.close()
    await settle()
    assert attempts.seen == ["no answer to the handshake in time"]


@in_loops
async def test_a_connection_that_is_never_made_is_given_up() -> None:
    clock, attempts = ManualClock(), Attempts()

    async def never(protocol: Callable[[], asyncio.Protocol], profile: NetworkProfile) -> object:
        return await asyncio.Event().wait()

    async with made("a", clock=clock, connector=never, observers=[attempts]):
        assert await clock.turn_to_next() == pytest.approx(30)
        await until(lambda: bool(attempts.seen))
    assert attempts.seen == ["no connection in time"]


@in_loops
async def test_closing_it_says_goodbye() -> None:
    async with csms() as server:
        async with station(server.port) as client:
            await client.connected()
            theirs = server.connections["CS001"]
        await theirs.wait_closed()
        assert theirs.close_code == CloseCode.NORMAL_CLOSURE
        with pytest.raises(OCPPConnectionError, match="closed"):
            await client.connected()


@in_loops
async def test_whoever_waits_for_a_connection_hears_of_the_end() -> None:
    clock, network = ManualClock(), Unreachable()
    async with made("a", **options(clock, network, QUICK)) as client:
        waiting = asyncio.create_task(client.connected())
        await settle()
    with pytest.raises(OCPPConnectionError, match="closed"):
        await waiting


@in_loops
async def test_a_bug_in_a_connector_is_told_and_it_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock, tried = ManualClock(), 0
    async with csms() as server:

        async def broken(
            protocol: Callable[[], asyncio.Protocol], profile: NetworkProfile
        ) -> object:
            nonlocal tried
            tried += 1
            if tried < 3:
                raise KeyError("a bug")
            here = NetworkProfile(f"ws://127.0.0.1:{server.port}", profile.identity)
            return await connect_socket(protocol, here)

        backoff = Backoff(7, 0, 0)
        async with made("a", connector=broken, clock=clock, backoff=backoff, limits=CALM) as client:
            assert await clock.turn_to_next() == pytest.approx(7)
            assert "KeyError('a bug')" in str(client.last_error)
            assert isinstance(client.last_error, OCPPConnectionError)
            await clock.turn_to_next()
            assert (await client.connected()).is_open
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.levelname for record in told] == ["ERROR"]  # once, with its traceback
    assert told[0].exc_info is not None and told[0].exc_info[0] is KeyError


@in_loops
async def test_a_station_that_can_do_nothing_more_says_so(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> float:
        raise ZeroDivisionError

    client = made("a", connector=Unreachable(), random=broken)
    async with client:
        with pytest.raises(OCPPConnectionError, match="not started"):
            await client.connected()
    assert "CS001 connects no more" in caplog.text and "ZeroDivisionError" in caplog.text


@in_loops
async def test_the_message_time_out_of_the_profile_holds() -> None:
    async with csms(Clerk()) as server:
        way = NetworkProfile(f"ws://127.0.0.1:{server.port}", "CS001", message_timeout=0.01)
        async with Station((), [way], bindings=[ocpp21.CHARGING_STATION]) as client:
            await client.connected()
            with pytest.raises(TimeoutError):
                await client.calls.data_transfer(ocpp21.DataTransferRequest(vendor_id="x"))


@in_loops
async def test_cancelled_in_the_midst_of_a_handshake_nothing_is_left_over() -> None:
    async with csms() as server:
        for rounds in range(12):
            async with station(server.port):
                await settle(rounds)
            await until(lambda: not server._gate.open)


@pytest.mark.parametrize("compression", [True, False])
@in_loops
async def test_it_asks_for_compression_unless_told_otherwise(compression: bool) -> None:
    clerk = Clerk()
    clerk.opened.set()
    async with csms(clerk) as server, station(server.port, compression=compression) as client:
        mine = await client.connected()
        assert mine.compressed is server.connections["CS001"].compressed is compression
        request = ocpp21.DataTransferRequest(vendor_id="x", data="x" * 3000)
        assert (await client.calls.data_transfer(request)).status == "Accepted"
        assert (await server.calls("CS001").reset(RESET)).status == "Accepted"


@in_loops
async def test_what_does_not_fit_together_is_told_at_once() -> None:
    with pytest.raises(OCPPUsageError, match="no identity"):
        await connect_station((), "ws://h", identity="a:b", bindings=[ocpp21.CHARGING_STATION])
    with pytest.raises(OCPPUsageError, match="no URL of the CSMS, such as ws://"):
        await connect_station((), identity="CS001", bindings=[ocpp21.CHARGING_STATION])
    with pytest.raises(OCPPUsageError, match=r"CSMS is .*: pass ocpp21.CHARGING_STATION"):
        await connect_station((), "ws://h", identity="CS001", bindings=[ocpp21.CSMS])
    with pytest.raises(OCPPUsageError, match=r"such as ocpp21.CHARGING_STATION"):
        await connect_station((), "ws://h", identity="CS001", bindings=ocpp21)  # type: ignore
    way = NetworkProfile("ws://h", "CS001")
    with pytest.raises(OCPPUsageError, match="give one"):
        await connect_station((), "ws://h", bindings=ocpp21.CHARGING_STATION, profiles=[way])


@in_loops
async def test_a_csms_that_has_no_time_is_asked_again() -> None:
    verdicts = iter([Verdict.TRY_LATER, Verdict.FORBIDDEN, Verdict.ACCEPTED])
    async with (
        csms(authenticate=lambda credentials: next(verdicts)) as server,
        station(server.port, backoff=QUICK) as client,
    ):
        assert (await client.connected()).is_open
