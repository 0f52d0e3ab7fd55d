"""How an EVSE with all that is around it is kept in the store."""

from __future__ import annotations

import json
from typing import TypedDict

from ocppref.station.hardware.electrical import Battery
from ocppref.station.hardware.evse import Ev, Evse


class BatteryState(TypedDict):
    """A battery."""

    soc: float
    capacity: float
    maximum: float | None


class EvseState(TypedDict):
    """What of an EVSE is still so when the software begins anew."""

    energy: float
    registers: list[float]
    plugged: int | None
    demand: float | None
    battery: BatteryState | None
    fault: str | None
    bay: bool
    locked: list[int]
    left: list[int]
    jammed: list[int]


def to_text(evse: Evse) -> str:
    """An EVSE as it is now."""
    connectors = evse.connectors.values()
    plugged, battery = evse.plugged, evse.battery
    state = EvseState(
        energy=evse.energy,
        registers=list(evse.registers),
        plugged=None if plugged is None else plugged.id,
        demand=None if evse.ev is None else evse.ev.demand,
        battery=None if battery is None else _keep(battery),
        fault=evse.fault,
        bay=evse.bay_occupied,
        locked=[each.id for each in connectors if each.locked],
        left=[each.id for each in connectors if each.cable_left],
        jammed=[each.id for each in connectors if each.jammed],
    )
    return json.dumps(state)


def _keep(battery: Battery) -> BatteryState:
    return BatteryState(soc=battery.soc, capacity=battery.capacity, maximum=battery.maximum)


def from_text(text: str) -> EvseState:
    """What `to_text` made."""
    state: EvseState = json.loads(text)
    return state


def restore(evse: Evse, state: EvseState) -> None:
    """Put all but the meter back. Nothing is permitted then."""
    for connector in evse.connectors.values():
        connector.plugged = connector.id == state["plugged"]
        connector.locked = connector.id in state["locked"]
        connector.cable_left = connector.id in state["left"]
        connector.jammed = connector.id in state["jammed"]
    evse.fault = state["fault"]
    evse.bay_occupied = state["bay"]
    if evse.plugged is not None:
        kept = state["battery"]
        battery = None if kept is None else Battery(**kept)
        evse.ev = Ev(state["demand"], battery)
    evse.balance()
