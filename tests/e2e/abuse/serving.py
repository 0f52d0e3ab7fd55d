"""A CSMS in a process of its own, from the side of the test."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from tests.e2e.abuse.server import Report

from ocppj.limits import Admission, Limits

_ROOT = Path(__file__).parents[3]
_PATIENCE = 60.0
_LIMITS, _ADMISSION = Limits(), Admission()


class Serving:
    """The process. Use it with `with`: it ends there, and must end well."""

    def __init__(self, limits: Limits = _LIMITS, admission: Admission = _ADMISSION) -> None:
        settings = [json.dumps(asdict(limits)), json.dumps(asdict(admission))]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.abuse.server", *settings],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._line())

    def report(self) -> Report:
        """How it is now."""
        return self._ask("report")

    def settle(self, connections: int) -> Report:
        """How it is once so many connections are open."""
        return self._ask(f"settle {connections}")

    @property
    def is_up(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def _ask(self, command: str) -> Report:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        return Report(**json.loads(self._line()))

    def _line(self) -> str:
        out: IO[str] | None = self._process.stdout
        assert out is not None
        ready, _, _ = select.select([out], [], [], _PATIENCE)
        line = out.readline() if ready else ""
        assert line, f"the server says nothing; it ended with {self._process.poll()}"
        return line

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        if error is not None:
            self._process.kill()
        self._process.stdin.close()
        assert self._process.wait(_PATIENCE) in (0, -9)
        self._process.stdout.close()
