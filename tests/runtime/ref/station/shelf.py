"""Files in memory, for virtual time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from ocppref.station.transfer import Failure, TransferError, place

Reaction = bytes | Failure


@dataclass
class Shelf:
    """What can be fetched, by URL; a list gives one thing after the other. And what was uploaded.

    Each takes `seconds`; `refusals` are what becomes of the next uploads.
    """

    files: dict[str, Reaction | list[Reaction]] = field(default_factory=dict)
    seconds: float = 1.0
    refusals: list[Failure] = field(default_factory=list)
    fetched: list[tuple[str, float]] = field(default_factory=list)
    uploaded: list[tuple[str, str, str]] = field(default_factory=list)
    tried: int = 0

    async def fetch(self, url: str, limit: int) -> bytes:
        self.fetched.append((url, asyncio.get_running_loop().time()))
        await asyncio.sleep(self.seconds)
        found = self.files.get(url, Failure.FAILED)
        if isinstance(found, list):
            found = found.pop(0)
        if isinstance(found, Failure):
            raise TransferError(found, "as the test wants it")
        if len(found) > limit:
            raise TransferError(Failure.BAD, "too long")
        return found

    async def upload(self, url: str, filename: str, content: bytes) -> None:
        self.tried += 1
        await asyncio.sleep(self.seconds)
        if self.refusals:
            raise TransferError(self.refusals.pop(0), "as the test wants it")
        self.uploaded.append((place(url, filename), filename, content.decode()))
