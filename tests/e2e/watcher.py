"""An observer that a test can wait with."""

from __future__ import annotations

import asyncio

from ocppj import Link, Observer
from ocppj.core import Ignored, ResultRefused, Trouble


class Watcher(Observer):
    """Keeps what else would only be in a log."""

    def __init__(self) -> None:
        self.ignored_frames: asyncio.Queue[Trouble] = asyncio.Queue()
        self.result_errors: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self.refused_connections: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    def ignored(self, link: Link, event: Ignored) -> None:
        self.ignored_frames.put_nowait(event.trouble)

    def result_refused(self, link: Link, event: ResultRefused) -> None:
        self.result_errors.put_nowait((str(event.code), event.description))

    def connection_refused(self, identity: str, address: str, reason: str) -> None:
        self.refused_connections.put_nowait((identity, reason))
