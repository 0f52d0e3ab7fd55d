"""The demonstration, as a process of its own and in this one."""

from __future__ import annotations

import io
import re
import signal
import subprocess
import sys
import urllib.request

import pytest
from tests.runtime.ref.csms.running import in_loop

from ocppref.demo import DemoError, Teller, play, session

_COMMAND = [sys.executable, "-m", "ocppref.cli", "demo"]
_MESSAGE = re.compile(r"   (station → CSMS|CSMS → station)  (CALL|CALLRESULT) +(\w+)  \{")


def test_a_whole_session_is_played_and_summed_up() -> None:
    done = subprocess.run(_COMMAND, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    passed = [found.groups() for found in map(_MESSAGE.match, done.stdout.splitlines()) if found]
    calls = [action for way, kind, action in passed if kind == "CALL" and way.startswith("station")]
    for action in ("BootNotification", "Authorize", "TransactionEvent", "NotifyEvent"):
        assert action in calls
    shown = dict(re.findall(r"^   (\w[\w ]*?)  +(\S.*?) *$", done.stdout.split("Summary")[1], re.M))
    assert int(shown["Messages"]) == len(passed)
    energy = float(shown["Energy"].removesuffix(" kWh"))
    seconds = float(shown["Duration"].removesuffix(" s"))
    assert 0 < energy <= 150 * (seconds + 1) / 3600
    assert float(shown["Cost"].split()[0]) == pytest.approx(1 + 0.49 * energy, abs=0.01)
    assert "\x1b" not in done.stdout  # no colours in a pipe


def test_both_stay_where_that_is_wished() -> None:
    with subprocess.Popen([*_COMMAND, "--keep"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            said = ""
            while "who plugs" not in said:
                said = process.stdout.readline()
                assert said
                if "the page" in said:
                    page = said.split()[-1]
            control = said.split()[-1].removesuffix("/docs")
            assert _fetch(page.split("#")[0]).startswith("<!doctype html>")
            assert '"identity":"DEMO-1"' in _fetch(f"{control}/state")
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        finally:
            process.kill()


@in_loop
async def test_a_step_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_PATIENCE", 0.5)
    monkeypatch.setitem(session._VARIABLES, "TxCtrlr.TxStartPoint", "EnergyTransfer")
    with pytest.raises(DemoError, match=r"no TransactionEvent within 0\.5 s"):
        await play(Teller(io.StringIO()))


def test_a_demonstration_that_fails_says_so() -> None:
    code = (
        "from ocppref.demo import session, demo\n"
        "session._PATIENCE = 0.3\n"
        "session._VARIABLES['TxCtrlr.TxStartPoint'] = 'EnergyTransfer'\n"
        "demo()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert "The demonstration has failed: no TransactionEvent" in done.stderr
    assert "Traceback" not in done.stderr


def _fetch(url: str) -> str:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=30) as got:
        return str(got.read().decode())
