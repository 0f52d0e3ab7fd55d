"""Hardware that stands still until a test turns its clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tests.runtime.manual_clock import ManualClock

from ocppref.station.config import ConnectorConfig, EvseConfig, StationConfig
from ocppref.station.hardware import Hardware
from ocppref.station.signals import Signal
from ocppref.station.store import MemoryStore, Store

T = TypeVar("T")

AC = EvseConfig(1, max_power=11_040.0)
DC = EvseConfig(1, (ConnectorConfig(1, "cCCS2"),), max_power=150_000.0, dc=True)
SOCKET = EvseConfig(1, (ConnectorConfig(1, "sType2"),))
TWIN = EvseConfig(1, (ConnectorConfig(1), ConnectorConfig(2, "cCCS2")))


class World:
    """Hardware, its clock, and what it told: the names of signals with what they said."""

    def __init__(self, *evses: EvseConfig, store: Store | None = None) -> None:
        self.clock = ManualClock()
        self.store = store or MemoryStore()
        self.config = StationConfig(evses=evses or (AC,))
        self.hardware = Hardware(config=self.config, store=self.store, clock=self.clock)
        self.evse = self.hardware.evses[1]
        self.connector = self.evse.connectors[1]
        self.told: list[object] = []
        hardware = self.hardware
        self._note(hardware.plugged, lambda each: ("plugged", each.id))
        self._note(hardware.unplugged, lambda each: ("unplugged", each.id))
        self._note(hardware.released, lambda each: ("released", each.id))
        self._note(hardware.flow_changed, lambda each: each.flow)
        self._note(hardware.faulted, lambda each: ("fault", each.fault))
        self._note(hardware.bay_changed, lambda each: ("bay", each.bay_occupied))
        self._note(hardware.connector_problem, lambda each: ("problem", each.problem))

    def again(self) -> World:
        """The same store after the process was killed."""
        return World(*self.config.evses, store=self.store)

    def _note(self, signal: Signal[T], name: Callable[[T], object]) -> None:
        signal.connect(lambda value: self.told.append(name(value)))
