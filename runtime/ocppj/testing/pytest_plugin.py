"""Fixtures for pytest: `pytest_plugins = ["ocppj.testing.pytest_plugin"]` in a conftest.py.

An async test that uses `ocpp_link` (or `ocpp_runner`) runs in virtual time, without another plugin:

    async def test_a_heartbeat_gets_the_time(ocpp_link: MyLink) -> None:
        assert (await ocpp_link.to_csms.heartbeat(HeartbeatRequest())).current_time == ...

Override `ocpp_bindings`, and `ocpp_csms_handler`, `ocpp_station_handler` and `ocpp_faults` as you
need them. With pytest-asyncio in its mode "auto", use `ocppj.testing.in_virtual_time` instead.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Coroutine, Iterator
from typing import TypeVar

import pytest

from ocppj.testing.faults import PERFECT, Faults
from ocppj.testing.linking import BothBindings, Link, linked
from ocppj.testing.virtual_time import VirtualLoop, run_in

CsmsHandlerT = TypeVar("CsmsHandlerT")
CsmsCallsT = TypeVar("CsmsCallsT")
StationHandlerT = TypeVar("StationHandlerT")
StationCallsT = TypeVar("StationCallsT")
T = TypeVar("T")

_NO_BINDINGS = "override the fixture ocpp_bindings: return (ocpp21.CSMS, ocpp21.CHARGING_STATION)"


class VirtualRunner:
    """Runs coroutines one after the other in one virtual loop."""

    def __init__(self, runner: asyncio.Runner, loop: VirtualLoop) -> None:
        self._runner = runner
        self._loop = loop

    def run(self, main: Coroutine[object, object, T]) -> T:
        """Run one. Raises what it raises, and what asyncio would only log."""
        return run_in(self._runner, self._loop, main)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option for the seed."""
    parser.getgroup("ocpp").addoption(
        "--ocpp-seed", type=int, default=0, help="seed of network faults, back-off and message ids"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run an async test in the loop of its fixtures."""
    test: Callable[..., object] = pyfuncitem.obj
    runner = pyfuncitem.funcargs.get("ocpp_runner")
    if not isinstance(runner, VirtualRunner) or not inspect.iscoroutinefunction(test):
        return None
    names = inspect.signature(test).parameters
    runner.run(test(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture
def ocpp_seed(request: pytest.FixtureRequest) -> int:
    """The seed of all that is left to chance."""
    return int(request.config.getoption("--ocpp-seed") or 0)


@pytest.fixture
def ocpp_runner() -> Iterator[VirtualRunner]:
    """The loop in virtual time that the test and its fixtures run in."""
    loop = VirtualLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        yield VirtualRunner(runner, loop)


@pytest.fixture
def ocpp_bindings() -> object:
    """The bindings of both sides. There are none here."""
    raise pytest.UsageError(_NO_BINDINGS)


@pytest.fixture
def ocpp_csms_handler() -> object:
    """The handlers of the CSMS: none."""
    return ()


@pytest.fixture
def ocpp_station_handler() -> object:
    """The handlers of the Charging Station: none."""
    return ()


@pytest.fixture
def ocpp_faults() -> Faults:
    """What goes wrong in the network: nothing."""
    return PERFECT


@pytest.fixture
def ocpp_link(
    ocpp_runner: VirtualRunner,
    ocpp_bindings: BothBindings[CsmsHandlerT, CsmsCallsT, StationHandlerT, StationCallsT],
    ocpp_csms_handler: object,
    ocpp_station_handler: object,
    ocpp_seed: int,
    ocpp_faults: Faults,
) -> Iterator[Link[CsmsCallsT, StationCallsT]]:
    """A CSMS and a Charging Station that are connected."""
    opening = linked(
        ocpp_csms_handler,
        ocpp_station_handler,
        bindings=ocpp_bindings,
        seed=ocpp_seed,
        faults=ocpp_faults,
    )
    yield ocpp_runner.run(opening.__aenter__())
    ocpp_runner.run(opening.__aexit__(None, None, None))
