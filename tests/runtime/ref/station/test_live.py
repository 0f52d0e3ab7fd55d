"""What a person at a terminal sees."""

from __future__ import annotations

import asyncio
import io
import os
import pty
import signal
import subprocess
from pathlib import Path

from rich.console import Console
from tests.runtime.ref.station.stage import TOKEN, stage
from tests.runtime.ref.station.test_cli import COMMAND, environment

from ocpp21 import TransactionEventResponse
from ocppj.testing import in_virtual_time
from ocppref.station.live import LiveView
from ocppref.station.station import Station


def view(height: int = 40) -> tuple[LiveView, Console]:
    console = Console(file=io.StringIO(), width=120, height=height)
    return LiveView(console), console


def seen(live: LiveView, console: Console, station: Station) -> str:
    with console.capture() as captured:
        console.print(live.picture(station))
    return captured.get()


@in_virtual_time
async def test_it_shows_what_goes_on() -> None:
    live, console = view()
    async with stage(evses=2, observers=[live]) as the:
        assert "offline" in seen(live, console, the.station)
        await the.booted()
        the.tester.answers["TransactionEvent"] = lambda _: TransactionEventResponse(total_cost=4.2)
        live.say("Station ready identity=CS001 control=http://127.0.0.1:7")
        async with live.showing(the.station):
            await the.charge()
            await the.station.fault(2, True, "GroundFailure")
            await asyncio.sleep(60)
        text = seen(live, console, the.station)
        for what in (
            "Charging Station CS001",
            "online  ws://127.0.0.1:9000/ocpp",
            "Accepted",
            "http://127.0.0.1:7",
            "22.00 kW",
            TOKEN,
            "4.20",
            "0:01:10",
            "Charging",
            "GroundFailure",
            "TransactionEvent Updated  MeterValuePeriodic",
        ):
            assert what in text, what
        await the.station.go_offline()
        await the.station.unplug(1)
        await asyncio.sleep(5)
        text = seen(live, console, the.station)
        assert "offline" in text and "messages wait" in text and "meter 0.4" in text
        cycle = the.station.start_power_cycle(10)
        await asyncio.sleep(1)
        assert "no power" in seen(live, console, the.station)
        await cycle


@in_virtual_time
async def test_a_small_terminal_shows_what_is_busy_and_fewer_messages() -> None:
    live, console = view(height=20)
    async with stage(evses=40, observers=[live]) as the:
        await the.booted()
        await the.charge(33)
        text = seen(live, console, the.station)
    assert "33" in text and "22.00 kW" in text and "and 28 more EVSEs" in text
    assert text.count("CALL") == 3


@in_virtual_time
async def test_the_last_lines_of_the_log_are_there() -> None:
    live, console = view()
    async with stage(observers=[live]) as the:
        for number in range(9):
            live.log.write(f"line {number}\n\n")
        text = seen(live, console, the.station)
    assert "line 5" in text and "line 8" in text and "line 4" not in text


def test_it_is_there_on_a_terminal_unless_it_is_turned_off(tmp_path: Path) -> None:
    shown = on_terminal(tmp_path)
    assert "Charging Station CS001" in shown and "could not connect" in shown
    plain = on_terminal(tmp_path, "--no-live")
    assert "Charging Station CS001" not in plain and "could not connect" in plain


def on_terminal(folder: Path, *options: str) -> str:
    """What a terminal shows until the station cannot connect, and then ends."""
    ours, theirs = pty.openpty()
    env = environment(TERM="xterm", COLUMNS="120", LINES="40")
    command = [*COMMAND, "--csms-url=ws://127.0.0.1:1/ocpp", *options]
    with subprocess.Popen(
        command, cwd=folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        shown = b""
        while b"could not connect" not in shown:
            shown += os.read(ours, 65536)
        process.send_signal(signal.SIGINT)
        try:
            while more := os.read(ours, 65536):
                shown += more
        except OSError:  # nobody has the other end any more
            pass
    os.close(ours)
    assert process.returncode == 0
    return shown.decode(errors="replace")
