"""The last messages of each Charging Station, in memory, for a person who looks for a fault."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from ocppj.observers.masking import Mask

Direction: TypeAlias = Literal["in", "out"]

_EACH = 100  # messages of a station
_STATIONS = 2000  # with messages; those that were silent longest are forgotten first
_LONGEST = 16_384  # characters of a message


@dataclass(frozen=True, slots=True)
class Message:
    """A frame as it passed; a very long one is cut."""

    at: datetime
    direction: Direction
    frame: str


class MessageLog:
    """Secrets are masked when messages are read: most never are."""

    def __init__(self) -> None:
        self._messages: OrderedDict[str, deque[Message]] = OrderedDict()
        self._mask = Mask()

    def add(self, identity: str, direction: Direction, frame: str) -> None:
        """Keep a frame."""
        messages = self._messages.get(identity)
        if messages is None:
            messages = self._messages[identity] = deque(maxlen=_EACH)
            if len(self._messages) > _STATIONS:
                self._messages.popitem(last=False)
        messages.append(Message(datetime.now(UTC), direction, frame))
        self._messages.move_to_end(identity)

    def read(self, identity: str, limit: int) -> list[Mapping[str, object]]:
        """The messages of a station, the newest first, without secrets."""
        newest = list(self._messages.get(identity, ()))[::-1][:limit]
        return [
            {"at": each.at, "direction": each.direction, "frame": self.masked(each.frame)}
            for each in newest
        ]

    def masked(self, frame: str) -> str:
        """A frame without its secrets, cut if it is very long."""
        return self._mask.text(frame)[:_LONGEST]
