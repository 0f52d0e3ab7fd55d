"""Scripts that run in processes of their own, as a reader would run them."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LONGEST = 60.0


def run(file: Path, *arguments: str) -> list[str]:
    """Run a script to its end; gives the lines that it prints. It may not say anything else."""
    command = _command(file, *arguments)
    done = subprocess.run(command, capture_output=True, text=True, timeout=_LONGEST)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


class Server:
    """A script that runs until it is ended. `url` is what it first prints."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self._process = process
        found = re.search(r"ws://[\w.:]+(/ocpp)?", process.stdout.readline())
        assert found is not None, self.end()
        self.url = found[0]

    def end(self) -> tuple[int, list[str], str]:
        """Press Ctrl-C; gives the exit code, the lines it has printed since, and its errors."""
        self._process.send_signal(signal.SIGINT)
        out, errors = self._process.communicate(timeout=_LONGEST)
        return self._process.returncode, out.splitlines(), errors


@contextmanager
def serving(file: Path, *arguments: str) -> Iterator[Server]:
    """Start a script that serves; it has ended in any case when the block is left."""
    command = _command(file, *arguments)
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield Server(process)
        finally:
            process.kill()


def _command(file: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-W", "error", str(file), *arguments]
