"""The command, as somebody types it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.runtime.ref.csms.running import PASSWORD, csms_at, in_loop

from ocppref.cli import main
from ocppref.fleet.crew import State
from ocppref.fleet.plan import Plan
from ocppref.fleet.report import is_good, to_json, verdict
from ocppref.fleet.tally import Tally, Usage

COMMAND = [sys.executable, "-m", "ocppref.cli", "fleet"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--chaos", "rain=1"], "there is no fault 'rain'"),
        (["--chaos", "drop=2"], "is no share of messages"),
        (["--stations", "0"], "--stations: 0"),
        (["--stations", "many"], "is not a valid integer"),
        (["--csms-url", "http://127.0.0.1"], "begins with ws://"),
        (["--verify-api", "127.0.0.1"], "begins with http://"),
        (["--verify-api", "http://127.0.0.1:1"], "give --api-token"),
        (["--verify-api", "http://127.0.0.1:1", "--api-token", "T"], "cannot be reached"),
        (["--provision"], "give --verify-api too"),
        (["--json", "/no/such/folder/out.json"], "check the folder"),
        (["--reconnect-storm", "0"], "--reconnect-storm"),
    ],
)
def test_bad_input_is_told(options: list[str], said: str) -> None:
    done = CliRunner().invoke(main, ["fleet", *options], env={"CSMS_API_TOKEN": ""})
    assert done.exit_code == 2
    assert said in done.output


def test_a_csms_that_cannot_be_reached_is_told() -> None:
    options = ["--csms-url", "ws://127.0.0.1:1/ocpp", "--stations", "2", "--duration", "2.5"]
    done = subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "no station has a connection" in done.stderr
    assert "they keep trying" in done.stderr
    assert "FLEET-00001: not accepted by the CSMS at the end" in done.stdout
    assert "Traceback" not in done.stderr


@in_loop
async def test_two_processes_and_their_figures(tmp_path: Path) -> None:
    async with csms_at(f"sqlite+aiosqlite:///{tmp_path}/csms.db") as served:
        service = served.service
        api = ["--verify-api", service.http_url, "--api-token", service.api_token, "--provision"]
        speed = ["--duration", "3", "--gap", "0.3", "--stay", "0.5", "--meter-interval", "1"]
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            *("--csms-url", service.ocpp_url, "--password", PASSWORD),
            *("--stations", "4", "--processes", "2", "--json", "-"),
            *api,
            *speed,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    figures = json.loads(out)
    assert figures["ok"] is True
    assert len(figures["processes"]) == 2
    assert figures["stations"] == {"count": 4, "online": 4, "accepted": 4}
    sessions, events = figures["sessions"], figures["events"]
    assert sessions["transactions"] == sessions["complete"] > 0
    assert events["created"] == events["accepted"] == events["verified"] > 0
    assert 0 < figures["latency"]["p50"] <= figures["latency"]["p99"]
    assert PASSWORD not in out.decode() + err.decode()
    assert b"Nothing was lost" in err


def test_a_process_that_dies_is_no_success() -> None:
    usage = Usage(pid=1, cpu=1.0, memory=1, bare=1, tasks=1, descriptors=None)
    plan = Plan("ws://127.0.0.1:1/ocpp")
    state = State(Tally(), [usage], 1.0, True, ["a process has died with exit code -9"])
    assert not is_good(state)
    assert "cannot be told" in verdict(state)
    assert to_json(plan, state, [])["ok"] is False
    assert not is_good(State(Tally(), [usage], 1.0, False))
