"""Two sides over a bad network: every CALL ends, and all comes to rest, whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.runtime.testing.sides import BOTH, NOW, RESET, Box, Clerk, transfer

import ocpp21
from ocpp21 import ChargingStationCalls, CsmsCalls, HeartbeatRequest
from ocppj.connection import Connection
from ocppj.contract import CallSpec
from ocppj.errors import OCPPConnectionError, OCPPError
from ocppj.testing import PERFECT, Faults, Link, in_virtual_time, linked

Both: TypeAlias = Link[CsmsCalls, ChargingStationCalls]
Step: TypeAlias = Callable[[Both], Awaitable[object]]

_TIMEOUT = 30.0  # the default of a CALL
_CLOSING = 60.0  # more than a ping and its time-out, and a goodbye that nobody answers


async def cut(link: Both) -> None:
    link.network.cut()


async def half_open(link: Both) -> None:
    link.network.half_open()


STEPS: dict[str, Step] = {
    "heartbeat": lambda link: link.to_csms.heartbeat(HeartbeatRequest()),
    "quick transfer": lambda link: link.to_csms.data_transfer(transfer(1)),
    "slow transfer": lambda link: link.to_csms.data_transfer(transfer(40)),
    "reset": lambda link: link.to_station.reset(RESET),
    "impatient reset": lambda link: asyncio.wait_for(link.to_station.reset(RESET), 2),
    "cut": cut,
    "half-open": half_open,
}

shares = st.floats(0, 0.2)
faults = st.builds(
    Faults,
    drop=shares,
    duplicate=shares,
    delay=shares,
    cut=shares,
    half_open=shares,
    latency=st.sampled_from([0, 0.05, 2]),
    piece=st.sampled_from([None, 1, 7]),
)
plans = st.lists(
    st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from([0, 0.5, 10, 100])),
    min_size=1,
    max_size=20,
)


async def end(step: Step, link: Both) -> float:
    """How long it took until a step ended, well or in an error that is meant for callers."""
    began = asyncio.get_running_loop().time()
    try:
        await step(link)
    except (OCPPError, TimeoutError):
        pass
    return asyncio.get_running_loop().time() - began


def state(connection: Connection[object]) -> tuple[object, ...]:
    session = connection.session
    return session.outstanding, session.queued, list(session.handling), connection.under_way


@given(seed=st.integers(0, 2**32), faults=faults, plan=plans)
@in_virtual_time
async def test_all_comes_to_rest(seed: int, faults: Faults, plan: list[tuple[str, float]]) -> None:
    others = asyncio.all_tasks()
    async with linked(Clerk(), Box(), bindings=BOTH, seed=seed, faults=faults) as link:
        ends = []
        for name, pause in plan:
            ends.append(asyncio.create_task(end(STEPS[name], link)))
            await asyncio.sleep(pause)
        # Each CALL ends: those before it time out one after the other.
        assert all(took <= len(plan) * _TIMEOUT for took in await asyncio.gather(*ends))
        link.network.faults = PERFECT
        await asyncio.sleep(1000)
        await link.station.connected()
        assert (await link.to_csms.heartbeat(HeartbeatRequest())).current_time == NOW
        [csms_end], station_end = link.csms.connections.values(), link.station.connection
        assert station_end is not None
        assert state(csms_end) == state(station_end) == (None, 0, [], 0)
        assert link.network.connections == 1
    await asyncio.sleep(_CLOSING)
    assert link.network.connections == 0
    assert asyncio.all_tasks() == others


@in_virtual_time
async def test_calls_in_line_end_when_the_connection_does() -> None:
    spec = ocpp21.ACTIONS["Heartbeat"]
    assert isinstance(spec, CallSpec)
    async with linked(Clerk(), bindings=BOTH, faults=Faults(latency=1)) as link:
        calls = [
            asyncio.create_task(link.station.call(spec, HeartbeatRequest())) for _ in range(10)
        ]
        await asyncio.sleep(5)
        link.network.cut()
        done = await asyncio.gather(*calls, return_exceptions=True)
    answered = [each for each in done if not isinstance(each, BaseException)]
    assert 1 <= len(answered) <= 3
    assert {type(each) for each in done[len(answered) :]} == {OCPPConnectionError}


@pytest.mark.parametrize("seed", range(3))
@in_virtual_time
async def test_a_storm_of_calls_on_both_sides_ends(seed: int) -> None:
    faults = Faults(drop=0.1, duplicate=0.1, delay=0.2)
    async with linked(Clerk(), Box(), bindings=BOTH, seed=seed, faults=faults) as link:
        names = ("heartbeat", "reset", "quick transfer") * 30
        async with asyncio.timeout(len(names) * _TIMEOUT):
            await asyncio.gather(*(end(STEPS[name], link) for name in names))
        assert len(link.network.incidents) > 10
