"""The examples run, and are typed as strictly as our own code."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys

import pytest

from tests import scripts, snippets
from tests.runtime.ref.station.test_cli import csms

EXAMPLES = snippets.ROOT / "examples"


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_the_examples_are_well_typed(checker):
    files = map(str, sorted(EXAMPLES.glob("*.py")))
    command = [sys.executable, "-m", checker, *files]
    done = subprocess.run(command, capture_output=True, text=True, cwd=snippets.ROOT)
    assert done.returncode == 0, done.stdout


def test_a_station_charges_a_car_at_the_csms():
    with scripts.serving(EXAMPLES / "csms.py", "0") as csms:
        said = scripts.run(EXAMPLES / "charging_station.py", csms.url, "CS007")
        code, heard, errors = csms.end()
    assert said == [
        "booted: Accepted",
        "transaction: Started",
        "transaction: Updated",
        "transaction: Ended",
    ]
    assert (code, errors) == (0, "")
    # The heartbeat that the CSMS asks for comes in between, when it comes.
    asked = {"CS007 is asked for a heartbeat: Accepted", "CS007 is alive"}
    assert asked < set(heard)
    in_order = [re.sub(r"transaction \S+", "transaction", line) for line in heard]
    assert [line for line in in_order if line not in asked] == [
        "CS007 boots: X1, PowerUp",
        "CS007: EVSE 1 is Occupied",
        "CS007: transaction has Started",
        "CS007: transaction has Updated",
        "CS007: transaction has Ended",
        "CS007: EVSE 1 is Available",
    ]


def test_a_station_without_asyncio_does_too():
    with scripts.serving(EXAMPLES / "csms.py", "0") as csms:
        said = scripts.run(EXAMPLES / "core_without_asyncio.py", csms.url, "CS008")
        code, heard, errors = csms.end()
    assert said[0] == "booted: Accepted"
    assert "refused: TriggerMessage" in said
    assert re.fullmatch(r"the CSMS has \d{4}", said[-1])
    assert (code, errors) == (0, "")
    assert "CS008 sends no heartbeat: NotSupported: a small station" in heard


def test_both_sides_in_one_process():
    assert scripts.run(EXAMPLES / "both_in_one_process.py") == [
        "CSMS: CS001 has version 7 of the list",
        "station: 04A1B2C3 is Accepted",
        "CSMS: CS001 has version 7 of the list",
        "station: DEADBEEF is Unknown",
        "CSMS: connected are CS001",
    ]


def test_a_handler_for_each_message_of_a_vendor():
    assert scripts.run(EXAMPLES / "custom_handler.py") == [
        "CS001 has 41.5 degrees",
        "station: Accepted, {'ok': True}",
        "station: PropertyConstraintViolation: /data: celsius is missing",
        "CS001 sends Humidity",
        "station: Rejected, None",
        "station: UnknownVendorId, None",
    ]


def test_a_script_plays_the_driver_of_a_station():
    async def play():
        async with csms() as (server, _):
            url = f"ws://127.0.0.1:{server.port}/ocpp"
            return await asyncio.to_thread(
                scripts.run, EXAMPLES / "scripted_station.py", url, "CS009"
            )

    assert asyncio.run(play()) == [
        "begun: CablePluggedIn",
        "charging with 22000 W",
        "the car has enough",
        "ended: EVCommunicationLost",
    ]


def test_a_csms_with_handlers_of_ones_own_and_a_station():
    assert scripts.run(EXAMPLES / "own_csms.py") == [
        "FF is Blocked",
        "04A1B2C3 is Accepted",
        "CS001 has 41.5 degrees",
        "station: Accepted",
    ]
