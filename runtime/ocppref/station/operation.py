"""What may be used: the states that were set for the station, its EVSEs and its connectors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ocppref.station.hardware import Hardware
from ocppref.station.signals import Signal
from ocppref.station.store import Store

KIND = "availability"
_INOPERATIVE = "Inoperative"
_RUNNING = "availability.running"


class Level(NamedTuple):
    """The station (0, 0), an EVSE (n, 0), or a connector."""

    evse_id: int = 0
    connector_id: int = 0

    def __str__(self) -> str:
        return f"{self.evse_id}.{self.connector_id}"

    def covers(self) -> Iterable[Level]:
        """This level and those that it is a part of."""
        return {self, Level(self.evse_id), Level()}


STATION = Level()


class OperationalStates:
    """Each level has a state of its own, and is Inoperative too if one above it is.

    What was set survives a reboot (G03.FR.08, G04.FR.09). An EVSE can be held back for a while
    besides, which does not. A state that is set while a transaction runs at an EVSE takes effect
    there once that has ended (G03.FR.05).
    """

    __slots__ = ("_held", "_inoperative", "_running", "_store", "changed", "evse_ids")

    def __init__(self, *, hardware: Hardware, store: Store) -> None:
        self.changed: Signal[None] = Signal()
        self.evse_ids = tuple(hardware.evses)
        self._store = store
        self._inoperative = {_parse(key) for key in store.load(KIND)}
        self._held: dict[str, set[int]] = {}
        # A transaction that a loss of power interrupted runs until it is told otherwise.
        known = {int(key) for key in store.load(_RUNNING)}
        self._running = known.intersection(self.evse_ids)

    def is_operative(self, level: Level) -> bool:
        """What was set for exactly this level."""
        return level not in self._inoperative

    def set(self, level: Level, operative: bool) -> None:
        """Set the state of exactly this level."""
        if operative:
            self._inoperative.discard(level)
            self._store.delete(KIND, str(level))
        else:
            self._inoperative.add(level)
            self._store.put(KIND, str(level), _INOPERATIVE)
        self.changed.emit(None)

    def hold(self, reason: str, evse_ids: Iterable[int] | None = None) -> None:
        """Let nothing begin at these EVSEs, or at all of them, until that is released."""
        chosen = self.evse_ids if evse_ids is None else evse_ids
        self._held.setdefault(reason, set()).update(chosen)
        self.changed.emit(None)

    def release(self, reason: str, evse_ids: Iterable[int] | None = None) -> None:
        """The reason is gone, for these EVSEs or for all of them."""
        held = self._held.get(reason, set())
        held.difference_update(self.evse_ids if evse_ids is None else evse_ids)
        self.changed.emit(None)

    def begin(self, evse_id: int) -> None:
        """A transaction runs at the EVSE."""
        self._running.add(evse_id)
        self._store.put(_RUNNING, str(evse_id), "true")
        self.changed.emit(None)

    def end(self, evse_id: int) -> None:
        """No transaction runs there any more."""
        self._running.discard(evse_id)
        self._store.delete(_RUNNING, str(evse_id))
        self.changed.emit(None)

    def running(self, level: Level = STATION) -> bool:
        """Whether a transaction runs at the EVSE of that level; at any, for the station."""
        return level.evse_id in self._running if level.evse_id else bool(self._running)

    def usable(self, evse_id: int, connector_id: int = 0) -> bool:
        """Whether it is not Unavailable. Where a transaction runs, it is not."""
        if evse_id in self._running:
            return True
        if any(evse_id in held for held in self._held.values()):
            return False
        return self._inoperative.isdisjoint(Level(evse_id, connector_id).covers())


def _parse(key: str) -> Level:
    evse_id, _, connector_id = key.partition(".")
    return Level(int(evse_id), int(connector_id))
