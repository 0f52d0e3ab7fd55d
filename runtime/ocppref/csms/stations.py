"""The Charging Stations that are, or have been, connected since the start: the hot state.

All of it can be lost: what has to last is in the database, and is read again when a station comes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ocpp21 import RegistrationStatusEnumType
from ocppj import Link
from ocppref.csms.storage.stations import Sight, StationRecord

ACCEPTED = RegistrationStatusEnumType.ACCEPTED
PENDING = RegistrationStatusEnumType.PENDING
REJECTED = RegistrationStatusEnumType.REJECTED

_BOOT = "BootNotification"


@dataclass(slots=True, eq=False)
class Station:
    """A station. `boot_status` is how its last boot was answered, None if it never booted.

    `silence` are the seconds after which it counts as idle. `is_resumed` says whether what its
    last connection has left undone was taken up again. `asked` are the Actions that it was asked
    for while it was Pending. `messages_in` and
    `messages_out` count since the last time that they were kept.
    """

    identity: str
    boot_status: RegistrationStatusEnumType | None = None
    certificate_name: str | None = None
    silence: float = math.inf
    link: Link | None = None
    last_seen: datetime | None = None
    messages_in: int = 0
    messages_out: int = 0
    asked: set[str] = field(default_factory=set)
    is_resumed: bool = False

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection."""
        return self.link is not None

    def is_idle(self, now: datetime) -> bool:
        """Whether it is connected, and yet nothing was heard of it for too long (G02.FR.04)."""
        if self.link is None or self.last_seen is None:
            return False
        return (now - self.last_seen).total_seconds() > self.silence

    def may_send(self, action: str) -> bool:
        """Whether its registration lets it send this Action.

        B01.FR.10, B03.FR.07: before a boot is accepted, nothing else. B02.FR.09: while it is
        pending, what it was asked for as well. The status holds for a new connection too.
        """
        if self.boot_status is ACCEPTED or action == _BOOT:
            return True
        return self.boot_status is PENDING and action in self.asked

    def may_be_asked(self) -> bool:
        """Whether the CSMS may send it anything (B03.FR.03)."""
        return self.boot_status is not REJECTED

    def take_sight(self) -> Sight | None:
        """What there is to keep of it; None if nothing has come since the last time."""
        if self.last_seen is None or not (self.messages_in or self.messages_out):
            return None
        sight = Sight(self.identity, self.last_seen, self.messages_in, self.messages_out)
        self.messages_in = self.messages_out = 0
        return sight


class Stations:
    """By identity; the case of the letters does not count."""

    def __init__(self) -> None:
        self._stations: dict[str, Station] = {}

    def __getitem__(self, identity: str) -> Station:
        return self._stations[identity.lower()]

    def __iter__(self) -> Iterator[Station]:
        return iter(tuple(self._stations.values()))

    def get(self, identity: str) -> Station | None:
        """The station, if it has connected since the start."""
        return self._stations.get(identity.lower())

    def admit(self, record: StationRecord) -> Station:
        """The station, which is about to connect."""
        station = self.get(record.identity)
        if station is None:
            status = record.boot_status
            station = Station(
                record.identity,
                None if status is None else RegistrationStatusEnumType(status),
                last_seen=record.last_seen,
            )
            self._stations[record.identity.lower()] = station
        return station

    def forget(self, identity: str) -> None:
        """Take a station out."""
        self._stations.pop(identity.lower(), None)

    @property
    def connected(self) -> int:
        """How many are connected."""
        return sum(station.is_connected for station in self)
