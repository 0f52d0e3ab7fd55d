"""The fixtures, in the hands of a user."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

CONFTEST = """
import ocpp21
import pytest
from tests.runtime.testing.sides import Box, Clerk

pytest_plugins = ["ocppj.testing.pytest_plugin"]

@pytest.fixture
def ocpp_bindings():
    return ocpp21.CSMS, ocpp21.CHARGING_STATION

@pytest.fixture
def ocpp_csms_handler():
    return Clerk()

@pytest.fixture
def box():
    return Box()

@pytest.fixture
def ocpp_station_handler(box):
    return box
"""

IMPORTS = """
import asyncio
import pytest
from ocpp21 import HeartbeatRequest
from ocppj.testing import Faults
from tests.runtime.testing.sides import NOW, RESET, transfer
"""


def run(pytester: pytest.Pytester, test: str, *options: str) -> pytest.RunResult:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(IMPORTS + test)
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-W", "error", *options)


def test_an_async_test_gets_a_link(pytester: pytest.Pytester) -> None:
    done = run(
        pytester,
        """
async def test_both(ocpp_link, box):
    assert (await ocpp_link.to_csms.heartbeat(HeartbeatRequest())).current_time == NOW
    await ocpp_link.to_station.reset(RESET)
    assert box.resets == 1

async def test_time_is_virtual(ocpp_link):
    await asyncio.sleep(24 * 3600)
    await ocpp_link.to_csms.data_transfer(transfer(29))

def test_that_is_not_async(ocpp_link):
    assert ocpp_link.station.is_connected
""",
    )
    done.assert_outcomes(passed=3)


def test_an_async_test_can_fail(pytester: pytest.Pytester) -> None:
    done = run(
        pytester,
        """
async def test_wrong(ocpp_link):
    assert (await ocpp_link.to_csms.heartbeat(HeartbeatRequest())).current_time != NOW

async def test_silent(ocpp_link):
    asyncio.get_running_loop().call_soon(lambda: 1 / 0)
    await asyncio.sleep(1)
""",
    )
    done.assert_outcomes(failed=2)
    done.stdout.fnmatch_lines(["*ZeroDivisionError*"])


def test_the_seed_is_an_option(pytester: pytest.Pytester) -> None:
    test = """
async def test_seed(ocpp_link, ocpp_seed):
    assert ocpp_seed == 5
    assert ocpp_link.station.connection.endpoint.new_id() == EXPECTED
"""
    from random import Random

    from ocppj.core import random_ids

    expected = random_ids(Random("station 5").getrandbits)()
    text = test.replace("EXPECTED", repr(expected))
    run(pytester, text, "--ocpp-seed=5").assert_outcomes(passed=1)
    run(pytester, text).assert_outcomes(failed=1)


def test_the_network_can_be_as_bad_as_one_likes(pytester: pytest.Pytester) -> None:
    done = run(
        pytester,
        """
@pytest.fixture
def ocpp_faults():
    return Faults(drop=1)

async def test_lost(ocpp_link):
    with pytest.raises(TimeoutError):
        await ocpp_link.to_csms.heartbeat(HeartbeatRequest())
""",
    )
    done.assert_outcomes(passed=1)


def test_without_bindings_it_says_what_to_do(pytester: pytest.Pytester) -> None:
    pytester.makeconftest('pytest_plugins = ["ocppj.testing.pytest_plugin"]')
    pytester.makepyfile("async def test_it(ocpp_link): pass")
    done = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    done.stdout.fnmatch_lines(["*override the fixture ocpp_bindings*"])
    done.assert_outcomes(errors=1)
