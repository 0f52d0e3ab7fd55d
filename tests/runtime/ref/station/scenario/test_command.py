"""`ocppref station run --scenario`, as a process."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import click
import pytest
from tests.runtime.ref.station.test_cli import COMMAND, csms, environment, refused

from ocppref.station.config import ConfigError
from ocppref.station.scenario import ScenarioError
from ocppref.station.scenario.command import Wish, check_wish, play_scenario
from ocppref.station.settings import Options


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *options],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_scenario_in_virtual_time_is_told_in_plain_lines(tmp_path: Path) -> None:
    done = run(tmp_path, "--scenario=offline-night", "--virtual-time", "--junit=report.xml")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "Offline night  offline-night"
    assert lines[1].startswith("passed       1  wait-online")
    assert lines[-1].startswith("passed: ") and " in 8 h" in lines[-1]
    assert "\x1b" not in done.stdout
    suite = ElementTree.parse(tmp_path / "report.xml").find("testsuite")
    assert suite is not None and suite.get("failures") == "0"
    assert not list(tmp_path.glob("*.db"))


def test_a_failed_expectation_is_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("name: Mine\nsteps:\n  - plug: 2\n  - wait: 5\n")
    done = run(tmp_path, "--scenario=mine.yaml", "--virtual-time", "--junit=report.xml")
    assert done.returncode == 1 and done.stderr == ""
    assert "line 3: there is no EVSE 2" in done.stdout
    assert "<failure" in (tmp_path / "report.xml").read_text()
    assert run(tmp_path, "--scenario=mine.yaml", "--virtual-time", "--evses=2").returncode == 0


def test_a_scenario_at_a_csms_on_the_network(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "name: Mine\nsteps: [wait-online, plug: 1, wait-for: NotifyEvent]\n"
    )

    async def play() -> None:
        async with csms() as (server, tester):
            url = f"--csms-url=ws://127.0.0.1:{server.port}/ocpp"
            done = await asyncio.to_thread(run, tmp_path, "--scenario=mine.yaml", url)
            assert done.returncode == 0, done.stdout + done.stderr
            assert "NotifyEvent" in tester.actions()

    asyncio.run(play())


def test_a_scenario_that_is_interrupted_is_reported(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("name: Mine\nsteps: [note: begun, wait: 1 h]\n")
    with subprocess.Popen(
        [*COMMAND, "--scenario=mine.yaml", "--csms-url=ws://127.0.0.1:1/ocpp"],
        cwd=tmp_path,
        env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        while "passed" not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGTERM)
        said = process.stdout.read()
    assert process.returncode == 1 and "it was interrupted" in said


def test_those_that_are_shipped_are_listed(tmp_path: Path) -> None:
    done = run(tmp_path, "--list-scenarios")
    assert done.returncode == 0
    listed = dict(line.split("\t") for line in done.stdout.splitlines())
    assert len(listed) >= 10 and listed["plain-session"].startswith("Cable first")


def test_what_is_wrong_is_said_with_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "name: Mine\nstation: {variables: {\n  TxCtrlr.Foo: 1}}\nsteps: [plug: 1]\n"
    )
    assert "mine.yaml:3: there is no variable" in refused(tmp_path, "--scenario=mine.yaml")
    assert "give --scenario too" in refused(tmp_path, "--virtual-time")


@pytest.mark.parametrize(
    ("more", "options", "said"),
    [
        ({"virtual_time": True}, Options(csms_url="ws://a/b"), "leave out --csms-url"),
        ({"virtual_time": True}, Options(control_port=0), "no control API"),
        ({"junit": Path("no/report.xml")}, Options(), "there is no folder"),
        ({"parameters": ("token",)}, Options(), "write NAME=VALUE"),
        ({"parameters": ("tokn=A",)}, Options(), "no parameter tokn"),
        ({"parameters": ("token=A",)}, Options(evses=1, variables=("A.B",)), "has no value"),
    ],
)
def test_options_that_do_not_go_together_are_said(
    more: dict[str, Any], options: Options, said: str
) -> None:
    wish = Wish("bad-token", **more)
    with pytest.raises((click.UsageError, ScenarioError, ConfigError)) as caught:
        check_wish(wish, options)
        play_scenario(wish, options, None, [])
    assert said in str(caught.value)
