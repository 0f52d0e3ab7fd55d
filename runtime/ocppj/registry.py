"""The open connections of a CSMS, by identity."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import TypeVar

from websockets.frames import CloseCode

from ocppj.connection import Connection
from ocppj.identity import identity_key

CallsT = TypeVar("CallsT")


class Connections(Mapping[str, Connection[CallsT]]):
    """From identity to connection; the case of the letters does not count.

    Going through it gives the identities as the stations write them.
    """

    def __init__(self) -> None:
        self._current: dict[str, Connection[CallsT]] = {}
        self._awaited: dict[str, asyncio.Future[None]] = {}

    def __getitem__(self, identity: str) -> Connection[CallsT]:
        return self._current[identity_key(identity)]

    def __iter__(self) -> Iterator[str]:
        return (connection.identity for connection in tuple(self._current.values()))

    def __len__(self) -> int:
        return len(self._current)

    def add(self, connection: Connection[CallsT]) -> None:
        """Enter a connection. One that the station had before is closed."""
        key = identity_key(connection.identity)
        before = self._current.get(key)
        self._current[key] = connection
        if before is not None:
            before.start_closing(CloseCode.POLICY_VIOLATION, "replaced by a newer connection")

        self._tell(key)

    async def arrival(self, identity: str) -> None:
        """Wait until that station connects again, or for the first time, or all is `over`."""
        key = identity_key(identity)
        if key not in self._awaited:
            self._awaited[key] = asyncio.get_running_loop().create_future()
        await asyncio.shield(self._awaited[key])

    def over(self) -> None:
        """Nobody will connect any more."""
        for key in tuple(self._awaited):
            self._tell(key)

    def _tell(self, key: str) -> None:
        awaited = self._awaited.pop(key, None)
        if awaited is not None and not awaited.done():
            awaited.set_result(None)

    def discard(self, connection: Connection[CallsT]) -> None:
        """Take a connection out, unless a newer one is in its place."""
        key = identity_key(connection.identity)
        if self._current.get(key) is connection:
            del self._current[key]
