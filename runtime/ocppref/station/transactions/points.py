"""Where a transaction begins and where it ends: TxStartPoint and TxStopPoint.

OCPP 2.1 Part 2, E 1.1 and the tables of both variables.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

Held = frozenset["Point"]


class Point(Enum):
    """A condition on the way of a charging session."""

    PARKING_BAY_OCCUPANCY = "ParkingBayOccupancy"
    EV_CONNECTED = "EVConnected"
    AUTHORIZED = "Authorized"
    POWER_PATH_CLOSED = "PowerPathClosed"
    ENERGY_TRANSFER = "EnergyTransfer"
    DATA_SIGNED = "DataSigned"


NOTHING: Held = frozenset()
_READY = frozenset({Point.EV_CONNECTED, Point.AUTHORIZED})
_ENDS: dict[Point, Held] = {
    Point.PARKING_BAY_OCCUPANCY: frozenset({Point.PARKING_BAY_OCCUPANCY}),
    Point.EV_CONNECTED: frozenset({Point.EV_CONNECTED}),
    Point.AUTHORIZED: frozenset({Point.AUTHORIZED}),
    # E06.FR.06: to lose either of the two is enough.
    Point.POWER_PATH_CLOSED: _READY,
    # What can no longer flow has stopped, even if it never began: else it would never end.
    Point.ENERGY_TRANSFER: frozenset({Point.ENERGY_TRANSFER, *_READY}),
    Point.DATA_SIGNED: NOTHING,  # E06.FR.05 is withdrawn: it means nothing here
}


def points(members: Iterable[str]) -> Held:
    """The points of a list as a variable has it; what is unknown is left out."""
    known = {point.value: point for point in Point}
    return frozenset(known[member] for member in members if member in known)


def starts(wanted: Held, held: Held) -> bool:
    """Whether a transaction with the start points `wanted` begins while `held` is so."""
    if held >= _READY:
        held |= {Point.POWER_PATH_CLOSED}
    return bool(wanted & held)


def ends(wanted: Held, lost: Held) -> bool:
    """Whether a transaction with the stop points `wanted` ends once `lost` is over."""
    return any(_ENDS[point] & lost for point in wanted)


def ends_with_authorization(wanted: Held) -> bool:
    """Whether the end of the authorisation is the end of the transaction (E05.FR.10)."""
    return ends(wanted, frozenset({Point.AUTHORIZED}))
