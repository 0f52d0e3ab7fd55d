"""What a build shows while it works: on a terminal, and piped."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from ocppgen.cli.progress import reporting

PROGRAM = """
from ocppgen.cli.progress import reporting
with reporting() as step:
    step("reading [9] schemas")
    step("writing")
print("done", flush=True)
"""
FAILING = """
from ocppgen.cli.progress import reporting
with reporting() as step:
    step("reading")
    raise SystemExit("it failed")
"""
IDLE = """
import sys
from ocppgen.cli.progress import reporting
with reporting() as step:
    pass
print("rich" in sys.modules)
"""


def on_a_terminal(program: str) -> str:
    """What a program shows whose stdout and stderr are a terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    while chunk := _read(ours):
        shown += chunk
    os.close(ours)
    child.wait()
    return shown.decode()


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 65536)
    except OSError:  # how a terminal says that the other side is gone
        return b""


def test_piped_it_prints_plain_lines_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with reporting() as step:
        step("reading")
        step("writing")
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "ocppgen: reading\nocppgen: writing\n")


def test_quiet_it_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with reporting(quiet=True) as step:
        step("reading")
    assert capsys.readouterr() == ("", "")


def test_on_a_terminal_it_shows_the_step_at_work_and_the_finished_ones() -> None:
    shown = on_a_terminal(PROGRAM)
    assert "reading [9] schemas ..." in shown
    assert "  reading [9] schemas (0.0 s)" in shown
    assert "  writing (0.0 s)" in shown
    assert "ocppgen: " not in shown
    assert shown.index("writing (") < shown.index("done")
    assert shown.endswith("done\r\n")


def test_a_step_that_fails_is_not_shown_as_finished() -> None:
    shown = on_a_terminal(FAILING)
    assert "reading ..." in shown and "it failed" in shown
    assert "reading (" not in shown
    assert "\x1b[?25h" in shown  # the cursor is back


def test_with_nothing_to_tell_rich_is_not_even_imported() -> None:
    assert on_a_terminal(IDLE) == "False\r\n"
