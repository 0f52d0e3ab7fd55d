"""Typed callers of a Charging Station that speaks several versions of OCPP."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.runtime.looping import in_loops
from tests.runtime.sides import HEARTBEAT, NOW, Box, Clerk, stream

import ocpp21
from ocppj import Backoff, NetworkProfile, OCPPConnectionError, Station, serve_csms

OLD = "ocpp2.0.1"


@in_loops
async def test_callers_of_one_version_do_not_speak_another() -> None:
    clerk = Clerk()
    new = serve_csms(clerk, bindings=ocpp21.CSMS, port=0)
    old = serve_csms(clerk, bindings=replace(ocpp21.CSMS, subprotocol=OLD), port=0)
    both = [ocpp21.CHARGING_STATION, replace(ocpp21.CHARGING_STATION, subprotocol=OLD)]
    async with new as new_csms, old as old_csms:
        ways = [
            NetworkProfile(f"ws://127.0.0.1:{each.port}", "CS001") for each in (new_csms, old_csms)
        ]
        async with Station(Box(), ways, bindings=both, backoff=Backoff(0, 0, 0)) as client:
            assert (await client.connected(timeout=20)).subprotocol == "ocpp2.1"
            calls = client.calls
            assert (await calls.heartbeat(HEARTBEAT)).current_time == NOW
            await client.reconnect(ways[1:])
            assert (await client.connected(timeout=20)).subprotocol == OLD
            assert client.calls is not calls
            assert (await client.calls.heartbeat(HEARTBEAT)).current_time == NOW
            with pytest.raises(OCPPConnectionError, match=r"ocpp2.0.1 is spoken now, not ocpp2.1"):
                await calls.heartbeat(HEARTBEAT)
            with pytest.raises(OCPPConnectionError, match=r"ocpp2.0.1 is spoken now"):
                await calls.notify_periodic_event_stream(stream(1))
            await client.reconnect(ways[:1])
            await client.connected(timeout=20)
            assert client.calls is calls
            await calls.notify_periodic_event_stream(stream(7))
            await calls.heartbeat(HEARTBEAT)  # once this is answered, what came before was taken
            assert clerk.streamed == [7]
