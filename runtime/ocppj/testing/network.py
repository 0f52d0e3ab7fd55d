"""The network between Charging Stations and a CSMS, in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random

from ocppj.contract import Side
from ocppj.network_profiles import NetworkProfile
from ocppj.testing.faults import PERFECT, Fault, Faults, Incident
from ocppj.testing.pieces import Piece
from ocppj.testing.stream import Stream
from ocppj.testing.transport import MemoryTransport

_STATION_HOST, _CSMS_HOST = "192.0.2.1", "192.0.2.2"  # kept for documentation, RFC 5737


class Network:
    """Connects stations to one CSMS: `Network(csms.protocol)`.

    Its `connect` is the `connector` of `connect_station`, for as many stations as you like.

    `faults` may be changed at any time. While it is not `reachable`, connections are refused.
    `incidents` tells what has gone wrong, in order; the same seed gives the same ones, as long as
    both sides do the same.
    """

    def __init__(
        self, serve: Callable[[], asyncio.Protocol], *, seed: int = 0, faults: Faults = PERFECT
    ) -> None:
        self.faults = faults
        self.reachable = True
        self.incidents: list[Incident] = []
        self._serve = serve
        self._random = Random(seed).random
        self._lines: dict[_Line, None] = {}  # as a set, but in order
        self._made = 0

    @property
    def connections(self) -> int:
        """How many there are, counting those that only one side believes in."""
        return len(self._lines)

    async def connect(
        self, protocol: Callable[[], asyncio.Protocol], profile: NetworkProfile
    ) -> object:
        """Make a connection. Raises ConnectionRefusedError."""
        await asyncio.sleep(self.faults.latency)
        if not self.reachable:
            raise ConnectionRefusedError(f"{profile.url} cannot be reached")
        self._made += 1
        line = _Line(self, profile.identity, self._made)
        self._lines[line] = None
        return line.begin(self._serve(), protocol())

    def cut(self) -> None:
        """Reset every connection; both sides see it."""
        for line in tuple(self._lines):
            line.reset()

    def half_open(self) -> None:
        """Let every connection die without a word: nothing arrives any more, in neither direction.

        New connections are not concerned.
        """
        for line in self._lines:
            line.is_half_open = True

    # What connections use

    def strike(self, sender: Side, piece: Piece, identity: str) -> Fault | None:
        """Draw a fault for a piece."""
        fault = self.faults.draw(self._random, sender, message=piece.is_message)
        if fault is not None:
            at = asyncio.get_running_loop().time()
            self.incidents.append(Incident(at, fault, sender, identity))
        return fault

    def share(self) -> float:
        """A random number from 0 up to 1."""
        return self._random()

    def drop(self, line: _Line) -> None:
        """It is over for both sides."""
        self._lines.pop(line, None)


class _Line:
    """One connection."""

    def __init__(self, network: Network, identity: str, number: int) -> None:
        self.is_half_open = False
        self._network = network
        self._identity = identity
        self._ends = 2
        self._station = MemoryTransport((_CSMS_HOST, 80), self._lost)
        self._csms = MemoryTransport((_STATION_HOST, 1024 + number % 60_000), self._lost)

    def begin(self, csms: asyncio.Protocol, station: asyncio.Protocol) -> asyncio.Protocol:
        up = Stream(self, Side.CHARGING_STATION, self._station, self._csms)
        down = Stream(self, Side.CSMS, self._csms, self._station)
        self._csms.begin(csms, down, up)
        self._station.begin(station, up, down)
        return station

    def reset(self) -> None:
        for transport in (self._csms, self._station):
            transport.lose(ConnectionResetError("connection reset by peer"))

    @property
    def faults(self) -> Faults:
        return self._network.faults

    def strike(self, sender: Side, piece: Piece) -> Fault | None:
        fault = self._network.strike(sender, piece, self._identity)
        self.is_half_open = self.is_half_open or fault is Fault.HALF_OPEN
        return fault

    def share(self) -> float:
        return self._network.share()

    def _lost(self) -> None:
        self._ends -= 1
        if not self._ends:
            self._network.drop(self)
