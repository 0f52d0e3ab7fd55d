"""The software of one power-on: all parts of a station, put together."""

from __future__ import annotations

from ocppref.station.charging import Charging
from ocppref.station.core import Core, Part, World
from ocppref.station.device_model.reports import Reports
from ocppref.station.doorkeeper import Doorkeeper
from ocppref.station.handlers.provisioning import ProvisioningHandler
from ocppref.station.handlers.reset import ResetHandler
from ocppref.station.reporting import Reporting
from ocppref.station.reset import Reset
from ocppref.station.upkeep import Upkeep


class Controller:
    """Made anew at each power-on, and thrown away at its end.

    `offset` is that of the clock. Raises `ConfigError`, `VariableError` (a ValueError too) and
    `StateError` for what cannot be.
    """

    def __init__(self, world: World, offset: float = 0.0) -> None:
        self.core = core = Core(world, offset)
        self.charging = charging = Charging(world, core)
        self.upkeep = upkeep = Upkeep(world, core, charging)
        self.reporting = reporting = Reporting(world, core, charging, upkeep)
        self.reset = self._make_reset(world)
        reports = Reports(model=core.model, clock=core.clock)
        self._profiles = core.network.profiles()
        # In this order they hear that the CSMS has accepted the station: first the states of the
        # connectors, then what waits (B01.FR.05, B01.FR.08).
        self._parts: list[Part] = [
            core.registration,
            *charging.parts(),
            *upkeep.parts(),
            *reporting.parts(),
            self.reset,
            core.outbox,
            core.heartbeat,
        ]
        self._handlers: list[object] = [
            ProvisioningHandler(model=core.model, network=core.network, reports=reports),
            ResetHandler(reset=self.reset),
            *charging.handlers(),
            *upkeep.handlers(),
            *reporting.handlers(),
        ]

    def start(self) -> None:
        """Switch it on."""
        for part in self._parts:
            part.start()
        doorkeeper = Doorkeeper(self.core.registration, self._handlers)
        self.core.link.open([doorkeeper], self._profiles, self.core.network.connected)

    def stop(self) -> None:
        """From now on nothing happens of its own accord."""
        for part in reversed(self._parts):
            part.close()
        self.core.clock.stop()

    async def close(self) -> None:
        """Switch it off: nothing of it is left when this returns."""
        await self.core.link.close()
        await self.core.tasks.close()

    def _make_reset(self, world: World) -> Reset:
        core, charging = self.core, self.charging
        return Reset(
            model=core.model,
            clock=core.clock,
            tasks=core.tasks,
            hardware=world.hardware,
            link=core.link,
            outbox=core.outbox,
            availability=charging.availability,
            reservations=charging.reservations,
            transactions=charging.transactions,
            restart=world.restart,
        )
