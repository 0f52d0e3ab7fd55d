"""A station that is moved from one CSMS to another (B10), in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from tests.requirements import requirement
from tests.runtime.ref.station import tester
from tests.runtime.ref.station.models import component

import ocpp21
from ocpp21 import (
    ComponentType,
    GetVariableDataType,
    GetVariablesRequest,
    SetNetworkProfileRequest,
    SetVariableDataType,
    SetVariablesRequest,
    VariableType,
)
from ocppj import Csms, NetworkProfile
from ocppj.testing import Network, in_virtual_time
from ocppref.station.config import StationConfig
from ocppref.station.device_model import variables
from ocppref.station.station import Station

OLD, NEW = "ws://old.example/ocpp", "ws://new.example/ocpp"
NO_JITTER = {
    "OCPPCommCtrlr.RetryBackOffRandomRange": "0",
    "OCPPCommCtrlr.RetryBackOffWaitMinimum": "10",
    "OCPPCommCtrlr.RetryBackOffRepeatTimes": "0",
    "OCPPCommCtrlr.NetworkProfileConnectionAttempts": "2",
}


@dataclass
class World:
    """Two CSMSs, and the attempts of a station to reach them."""

    testers: dict[str, tester.Tester]
    csmss: dict[str, Csms[ocpp21.CsmsCalls]]
    networks: dict[str, Network]
    attempts: list[str] = field(default_factory=list)
    together: bool = False

    async def connect(
        self, protocol: Callable[[], asyncio.Protocol], profile: NetworkProfile, /
    ) -> object:
        """The network: a CSMS for each URL."""
        self.attempts.append(profile.url)
        self.together |= any(csms.connections for csms in self.csmss.values())
        return await self.networks[profile.url].connect(protocol, profile)

    def calls(self, url: str) -> ocpp21.CsmsCalls:
        return self.csmss[url].calls("CS001")


@asynccontextmanager
async def world() -> AsyncIterator[tuple[World, Station]]:
    async with AsyncExitStack() as stack:
        testers = {url: tester.Tester() for url in (OLD, NEW)}
        csmss = {
            url: await stack.enter_async_context(Csms(each, bindings=[ocpp21.CSMS]))
            for url, each in testers.items()
        }
        here = World(testers, csmss, {url: Network(each.protocol) for url, each in csmss.items()})
        config = StationConfig(csms_url=OLD, variables=NO_JITTER)
        station = Station(config, connector=here.connect, wall=tester.virtual_date, seed=1)
        async with station:
            await testers[OLD].seen("BootNotification")
            await asyncio.sleep(1)
            yield here, station


async def prepare(here: World, priority: str) -> str:
    """Give the station a second network profile; the status of the new priority."""
    data = ocpp21.NetworkConnectionProfileType(
        ocpp_interface=ocpp21.OCPPInterfaceEnumType.ANY,
        ocpp_transport=ocpp21.OCPPTransportEnumType.JSON,
        message_timeout=20,
        ocpp_csms_url=NEW,
        security_profile=0,
    )
    request = SetNetworkProfileRequest(configuration_slot=1, connection_data=data)
    assert (await here.calls(OLD).set_network_profile(request)).status.value == "Accepted"
    variable = SetVariableDataType(
        component=ComponentType(name="OCPPCommCtrlr"),
        variable=VariableType(name="NetworkConfigurationPriority"),
        attribute_value=priority,
    )
    change = SetVariablesRequest(set_variable_data=[variable])
    response = await here.calls(OLD).set_variables(change)
    return response.set_variable_result[0].attribute_status.value


@requirement("A05.FR.04", "A05.FR.05", "B10.FR.01", "B10.FR.04", "B10.FR.06")
@in_virtual_time
async def test_after_a_reboot_it_connects_to_the_new_one() -> None:
    async with world() as (here, station):
        assert await prepare(here, "1,0") == "Accepted"
        await asyncio.sleep(60)
        assert here.attempts == [OLD]  # not before
        await station.power_cycle(5)
        await here.testers[NEW].seen("BootNotification")
        assert here.attempts == [OLD, NEW]
        assert not here.together
        assert not here.csmss[OLD].connections


@requirement("B10.FR.03", "B10.FR.10")
@in_virtual_time
async def test_when_a_connection_is_lost_the_others_are_tried_in_turn() -> None:
    async with world() as (here, _):
        assert await prepare(here, "0,1") == "Accepted"
        here.networks[OLD].reachable = False
        here.networks[OLD].cut()
        await here.testers[NEW].seen("BootNotification")
        assert here.attempts == [OLD, OLD, OLD, NEW]
        await asyncio.sleep(1)
        key = variables.ACTIVE_NETWORK_PROFILE.key
        wanted = GetVariableDataType(component=component(key), variable=key.variable_type())
        request = GetVariablesRequest(get_variable_data=[wanted])
        response = await here.calls(NEW).get_variables(request)
        assert response.get_variable_result[0].attribute_value == "1"


@requirement("B10.FR.10")
@in_virtual_time
async def test_back_to_the_same_one_it_does_not_boot_again() -> None:
    async with world() as (here, _):
        assert await prepare(here, "0,1") == "Accepted"
        here.networks[OLD].cut()
        await asyncio.sleep(300)
        assert here.attempts == [OLD, OLD]
        assert len(here.testers[OLD].of("BootNotification")) == 1


@requirement("B10.FR.08", "B10.FR.09")
@in_virtual_time
async def test_it_never_gives_up() -> None:
    async with world() as (here, _):
        await prepare(here, "0,1")
        for network in here.networks.values():
            network.reachable = False
            network.cut()
        await asyncio.sleep(24 * 3600)
        assert here.attempts[1:10] == [OLD, OLD, NEW, NEW, OLD, OLD, NEW, NEW, OLD]
        here.networks[NEW].reachable = True
        await here.testers[NEW].seen("BootNotification")


@requirement("B09.FR.20")
@in_virtual_time
async def test_a_slot_that_was_taken_out_is_not_tried_any_more() -> None:
    async with world() as (here, _):
        await prepare(here, "0,1")
        assert await prepare(here, "0") == "Accepted"
        here.networks[OLD].reachable = False
        here.networks[OLD].cut()
        await asyncio.sleep(3600)
        assert NEW not in here.attempts
