"""Records what goes over the wire, to be looked at or replayed (see `ocppj.replay`)."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from ocppj.observer import Link, Observer
from ocppj.observers.journal import Flush, Journal
from ocppj.observers.linefile import LineFile
from ocppj.observers.masking import Mask
from ocppj.recording import LINE_START, frame_line, head, lost_line

_BACKLOG = 32 * 1024 * 1024


class Recorder(Observer):
    """Writes each text frame as a line of JSON; `ocppj.recording` says how it looks.

    `flush` says how soon; in any case, only whole lines are in the file whenever the process is
    killed, but for the last, which whoever reads or continues the file passes over. What would take
    more than `backlog` bytes of memory, because the disk is slow, is lost, and so is all that comes
    after the disk failed; see `lost` and `failure`. Frames are masked by `mask`, which finds
    passwords unless another is given; None records them as they are.

    `close()` it, or use it in a `with` statement. One file is for one recorder at a time. Raises
    OSError if it cannot be opened, `OCPPUsageError` if it is no recording.
    """

    def __init__(
        self,
        path: Path,
        *,
        flush: Flush = Flush.SOON,
        max_bytes: int | None = None,
        kept: int = 5,
        mask: Mask | None = Mask(),  # noqa: B008 - it never changes
        backlog: int = _BACKLOG,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._now = now
        self._mask = mask
        self._heads: dict[int, tuple[str, str]] = {}
        self._prefix = f"{int(now() * 1000):x}"  # apart from what is in the file already
        self._connections = 0
        self._journal = Journal(
            LineFile(path, start=LINE_START, max_bytes=max_bytes, kept=kept),
            flush=flush,
            backlog=backlog,
            gap=lambda lost: lost_line(now(), lost),
        )

    @property
    def lost(self) -> int:
        """How many frames were not recorded."""
        return self._journal.lost

    @property
    def failure(self) -> OSError | None:
        """What ended the recording, if something did."""
        return self._journal.failure

    def connection_opened(self, link: Link) -> None:
        """From here on its frames are recorded."""
        self._connections += 1
        connection = f"{self._prefix}-{self._connections}"
        self._heads[id(link)] = head(link, connection, "in"), head(link, connection, "out")

    def connection_closed(self, link: Link, code: int, reason: str) -> None:
        """Nothing more will come."""
        self._heads.pop(id(link), None)

    def frame_in(self, link: Link, text: str) -> None:
        """Record it."""
        self._record(link, 0, text)

    def frame_out(self, link: Link, text: str) -> None:
        """Record it."""
        self._record(link, 1, text)

    def close(self) -> None:
        """Write what there is, and record no more. It takes as long as the disk does."""
        self._journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _record(self, link: Link, direction: int, text: str) -> None:
        heads = self._heads.get(id(link))
        if heads is not None:
            masked = text if self._mask is None else self._mask.text(text)
            self._journal.add(frame_line(self._now(), heads[direction], masked))
