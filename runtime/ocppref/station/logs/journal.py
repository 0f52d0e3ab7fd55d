"""The last frames and what became of the connection, kept in memory for a diagnostics log."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ocppj import Link, Observer
from ocppref.station.time import StationClock

CAPACITY = 16_000
"""Characters that are kept, all in all."""

LONGEST = 4_000
"""Of a longer frame only the length is kept."""

_OVERHEAD = 100  # characters: what an entry costs besides its text


@dataclass(frozen=True, slots=True)
class Entry:
    """A frame (`kind` is "in" or "out"), or a word about the connection ("link")."""

    at: datetime
    kind: str
    text: str


class Journal(Observer):
    """A ring: the oldest entries make place for others. Frames are kept as they are."""

    def __init__(self, *, clock: StationClock, capacity: int = CAPACITY) -> None:
        self._clock = clock
        self._capacity = capacity
        self._entries: deque[Entry] = deque()
        self._size = 0

    def __iter__(self) -> Iterator[Entry]:
        """The oldest first."""
        return iter(tuple(self._entries))

    def connection_opened(self, link: Link) -> None:
        """There is a connection."""
        self._add("link", f"connected to {link.address or 'the CSMS'}")

    def connection_closed(self, link: Link, code: int, reason: str) -> None:
        """There is none any more."""
        self._add("link", f"closed with {code}")

    def connection_refused(self, identity: str, address: str, reason: str) -> None:
        """None came about."""
        self._add("link", f"no connection: {reason}")

    def frame_in(self, link: Link, text: str) -> None:
        """A frame of the CSMS."""
        self._add("in", text)

    def frame_out(self, link: Link, text: str) -> None:
        """A frame of the station."""
        self._add("out", text)

    def _add(self, kind: str, text: str) -> None:
        if len(text) > LONGEST:
            text = f"({len(text)} characters)"
        self._entries.append(Entry(self._clock.utc(), kind, text))
        self._size += len(text) + _OVERHEAD
        while self._size > self._capacity:
            self._size -= len(self._entries.popleft().text) + _OVERHEAD
