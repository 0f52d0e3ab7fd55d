"""Waits for the transactions that were started from afar (F01, F02)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

_Key: TypeAlias = tuple[str, int]


class Start:
    """A transaction that is to come."""

    def __init__(self) -> None:
        self._came: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def note(self, transaction_id: str) -> None:
        """It has come."""
        if not self._came.done():
            self._came.set_result(transaction_id)

    async def transaction_id(self, seconds: float) -> str | None:
        """Its id; None if it does not come in time."""
        done, _ = await asyncio.wait((self._came,), timeout=seconds)
        return self._came.result() if done else None


class Starts:
    """By station and remoteStartId."""

    def __init__(self) -> None:
        self._waiting: dict[_Key, Start] = {}

    @contextmanager
    def watch(self, station: str, remote_start_id: int) -> Iterator[Start]:
        """Watch for a transaction while the `with` lasts."""
        key = (station, remote_start_id)
        start = self._waiting[key] = Start()
        try:
            yield start
        finally:
            del self._waiting[key]

    def note(self, station: str, remote_start_id: int, transaction_id: str) -> None:
        """A transaction has a remoteStartId."""
        start = self._waiting.get((station, remote_start_id))
        if start is not None:
            start.note(transaction_id)
