"""A Connector: its cable, its plug and its lock."""

from __future__ import annotations

from typing import NamedTuple


class Connector:
    """A Connector of an EVSE. `type` is one of OCPP's ConnectorEnumStringType.

    A captive cable stays at the station and is unplugged at the car; a loose one belongs to the
    driver, and stays in the socket for as long as that is locked.
    """

    __slots__ = ("cable_left", "evse_id", "id", "jammed", "locked", "plugged", "type")

    def __init__(self, evse_id: int, id: int, type: str) -> None:
        self.evse_id = evse_id
        self.id = id
        self.type = type
        self.plugged = False
        """An EV is connected."""
        self.cable_left = False
        """The EV is gone, its loose cable is still in the locked socket."""
        self.locked = False
        self.jammed = False
        """The lock neither closes nor opens."""

    @property
    def captive(self) -> bool:
        """The cable is fixed to the station. The types of sockets begin with an "s"."""
        return not self.type.startswith("s")

    @property
    def occupied(self) -> bool:
        """Nobody else can plug in here."""
        return self.plugged or self.cable_left

    def __repr__(self) -> str:
        return f"<Connector {self.evse_id}.{self.id} {self.type}>"


class ConnectorProblem(NamedTuple):
    """The lock of a connector did not do what it was told, or does again."""

    connector: Connector
    problem: bool
