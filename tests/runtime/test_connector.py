"""The way to the CSMS: sockets, and how to cut them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.runtime.certificates import authority
from tests.runtime.looping import in_loops, settle
from tests.runtime.sides import HEARTBEAT, NOW, Box, Clerk, csms, station

import ocpp21
from ocppj import (
    Backoff,
    NetworkProfile,
    SecurityProfile,
    StationOptions,
    Uplink,
    connect_socket,
    connect_station,
    csms_tls,
    serve_csms,
    station_tls,
)
from ocppj.testing import in_virtual_time, linked

QUICK = Backoff(0, 0, 0)


@in_loops
async def test_a_cut_is_seen_by_both_sides_and_can_be_mended() -> None:
    uplink = Uplink()
    async with csms() as server, station(server.port, connector=uplink, backoff=QUICK) as client:
        theirs = await server.connected("CS001", timeout=20)
        await client.connected()
        assert uplink.is_up
        uplink.cut()
        assert not uplink.is_up
        await client.disconnected()
        await theirs.wait_closed()
        assert not server.connections
        await settle(100)
        assert not client.is_connected
        assert "the network is cut off" in str(client.last_error)
        uplink.restore()
        await client.connected(timeout=20)
        assert (await client.calls.heartbeat(HEARTBEAT)).current_time == NOW


@in_loops
async def test_it_cuts_tls_as_well(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder: Path = tmp_path_factory.mktemp("uplink")
    operator = authority(folder, "operator")
    uplink = Uplink()
    async with (
        serve_csms(
            Clerk(),
            bindings=ocpp21.CSMS,
            port=0,
            host="localhost",
            tls=csms_tls([operator.issue("localhost")]),
            profile=SecurityProfile.TLS_BASIC,
            authenticate=lambda credentials: True,
        ) as server,
        connect_station(
            Box(),
            f"wss://localhost:{server.port}",
            identity="CS001",
            password="a password of some length",
            tls=station_tls(ca=operator.file),
            bindings=ocpp21.CHARGING_STATION,
            connector=uplink,
            backoff=QUICK,
        ) as client,
    ):
        await client.connected(timeout=20)
        theirs = await server.connected("CS001")
        uplink.cut()
        await client.disconnected()
        await theirs.wait_closed()
        uplink.restore()
        await client.connected(timeout=20)


@in_loops
async def test_a_connection_that_comes_about_after_the_cut_is_cut() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(protocol: Callable[[], asyncio.Protocol], profile: NetworkProfile) -> object:
        begun.set()
        await go_on.wait()
        return await connect_socket(protocol, profile)

    uplink = Uplink(slow)
    given: StationOptions = {"connector": uplink, "backoff": Backoff(60, 0, 0)}
    async with csms() as server, station(server.port, **given) as client:
        await begun.wait()
        uplink.cut()
        go_on.set()
        with pytest.raises(TimeoutError, match="connection lost in the handshake"):
            await client.connected(timeout=0.3)
        assert not server.connections


@in_virtual_time
async def test_it_can_be_put_before_a_network_in_memory() -> None:
    both = (ocpp21.CSMS, ocpp21.CHARGING_STATION)
    async with linked(Clerk(), bindings=both) as link:
        uplink = Uplink(link.network.connect)
        options: StationOptions = {"connector": uplink, "backoff": Backoff(60, 0, 0)}
        way = "ws://csms.example"
        async with connect_station(
            (), way, identity="CS002", bindings=ocpp21.CHARGING_STATION, **options
        ) as other:
            await other.connected()
            uplink.cut()
            await other.disconnected()
            await asyncio.sleep(3600)
            assert not other.is_connected and link.station.is_connected
            uplink.restore()
            await link.csms.connected("CS002", timeout=61)
