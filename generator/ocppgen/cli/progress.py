"""What a build shows while it works: a spinner on a terminal, plain lines when piped."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from ..build import Step


@contextmanager
def reporting(quiet: bool = False) -> Iterator[Step]:
    """A function to tell steps to, all shown on stderr; `quiet` shows none."""
    if quiet:
        yield lambda text: None
    elif sys.stderr.isatty():
        with _Spinner() as spinner:
            yield spinner.step
    else:
        yield _line


def _line(text: str) -> None:
    print(f"ocppgen: {text}", file=sys.stderr, flush=True)


class _Spinner:
    """Shows the step at work, and each finished one with the seconds it took."""

    def __init__(self) -> None:
        self._screen = ExitStack()
        self._current = ""
        self._since = 0.0

    def __enter__(self) -> _Spinner:
        return self

    def __exit__(self, *error: object) -> None:
        if self._current and error[0] is None:
            self._finish()
        self._screen.close()

    def step(self, text: str) -> None:
        """Begin a step, and so end the one before it."""
        if self._current:
            self._finish()
        else:
            self._open()
        self._current, self._since = text, time.perf_counter()
        self._status.update(f"{text} ...")

    def _open(self) -> None:
        from rich.console import Console  # here, because a build with nothing to do shows nothing

        self._console = Console(stderr=True, highlight=False, markup=False)
        self._status = self._console.status("")
        self._screen.enter_context(self._status)

    def _finish(self) -> None:
        seconds = time.perf_counter() - self._since
        self._console.print(f"  {self._current} ({seconds:.1f} s)", style="dim")
