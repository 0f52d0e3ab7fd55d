"""Gets lines into a file without holding up whoever writes them."""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable
from enum import Enum

from ocppj.observers.linefile import LineFile

_LOG = logging.getLogger("ocppj")
_GATHERING = 0.02  # seconds; a thread that is woken for each line would cost more than the writing


class Flush(Enum):
    """When a line gets to the file."""

    SOON = "soon"
    """Within some 20 ms, by a thread. A kill of the process loses what came since."""
    SYNCED = "synced"
    """The same, and then safe from a power cut."""
    AT_ONCE = "at once"
    """Before anything else happens, so that a kill loses nothing. The event loop waits for it."""


class Journal:
    """Takes lines for a file, up to `backlog` bytes ahead of what is written.

    Where the disk does not keep up, or fails, lines are lost, and counted: `gap(lost)` makes the
    line that says so, once one can be written again. `failure` is what went wrong, if the file is
    given up.
    """

    def __init__(
        self, file: LineFile, *, flush: Flush, backlog: int, gap: Callable[[int], bytes]
    ) -> None:
        self._file = file
        self._flush = flush
        self._backlog = backlog
        self._gap = gap
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._lines: list[bytes] = []
        self._waiting = 0
        self._untold = 0
        self.lost = 0
        self.failure: OSError | None = None
        self._filled = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        if flush is not Flush.AT_ONCE:
            self._thread = threading.Thread(target=self._run, name="ocppj-journal", daemon=True)
            self._thread.start()
        atexit.register(self.close)

    def add(self, line: bytes) -> None:
        """Take a line, with its end."""
        with self._lock:
            fits = self._waiting + len(line) <= self._backlog
            if self.failure is not None or not fits or self._closing.is_set():
                self.lost += 1
                self._untold += 1
                return
            self._lines.append(line)
            self._waiting += len(line)
        if self._thread is None:
            self._write()
        elif not self._filled.is_set():
            self._filled.set()

    def close(self) -> None:
        """Write what there is, and take no more. A second time nothing happens."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._filled.set()
        if self._thread is not None:
            self._thread.join()
        self._write()
        self._file.close()
        atexit.unregister(self.close)

    def _run(self) -> None:
        while not self._closing.is_set():
            self._filled.wait()
            self._closing.wait(_GATHERING)
            self._filled.clear()
            self._write()

    def _write(self) -> None:
        with self._writing:
            with self._lock:
                lines, self._lines = self._lines, []
                untold, self._untold = self._untold, 0
                self._waiting = 0
            if self.failure is None:
                self._put(lines, untold)

    def _put(self, lines: list[bytes], untold: int) -> None:
        gap = [self._gap(untold)] if untold else []
        try:
            self._file.write([*lines, *gap])
            if self._flush is Flush.SYNCED:
                self._file.sync()
        except OSError as error:
            _LOG.error("recording stops: %s", error)
            with self._lock:
                self.failure = error
                self.lost += len(lines)
