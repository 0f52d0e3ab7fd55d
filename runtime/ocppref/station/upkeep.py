"""All that keeps a station safe and up to date, put together."""

from __future__ import annotations

from ocppref.station.charging import Charging
from ocppref.station.core import Core, Part, World
from ocppref.station.firmware import Firmware
from ocppref.station.handlers.firmware_management import FirmwareManagementHandler
from ocppref.station.handlers.logs import LogsHandler
from ocppref.station.logs import Contents, Logs
from ocppref.station.progress import Progress
from ocppref.station.security import Security


class Upkeep:
    """Security events, firmware, and logs."""

    def __init__(self, world: World, core: Core, charging: Charging) -> None:
        self._world, self._core = world, core
        self.security = Security(
            config=world.config,
            store=world.store,
            model=core.model,
            clock=core.clock,
            tasks=core.tasks,
            link=core.link,
            network=core.network,
            registration=core.registration,
            outbox=core.outbox,
            timekeeper=core.timekeeper,
            watch=core.watch,
        )
        self.firmware = self._make_firmware(charging)
        self.logs = self._make_logs()

    def parts(self) -> list[Part]:
        """What is to be switched on, in this order."""
        return [self.security, self.firmware, self.logs]

    def handlers(self) -> list[object]:
        """What handles the Actions of the CSMS."""
        return [FirmwareManagementHandler(firmware=self.firmware), LogsHandler(logs=self.logs)]

    def _make_firmware(self, charging: Charging) -> Firmware:
        world, core = self._world, self._core
        return Firmware(
            config=world.config,
            store=world.store,
            model=core.model,
            clock=core.clock,
            tasks=core.tasks,
            registration=core.registration,
            security=self.security,
            availability=charging.availability,
            transactions=charging.transactions,
            progress=self._make_progress("firmware"),
            files=world.files,
            restart=world.restart,
        )

    def _make_logs(self) -> Logs:
        world, core = self._world, self._core
        contents = Contents(
            config=world.config,
            model=core.model,
            clock=core.clock,
            registration=core.registration,
            journal=core.journal,
            security_log=self.security.log,
        )
        return Logs(
            store=world.store,
            clock=core.clock,
            tasks=core.tasks,
            contents=contents,
            progress=self._make_progress("logs"),
            files=world.files,
        )

    def _make_progress(self, subject: str) -> Progress:
        core = self._core
        return Progress(
            subject,
            store=self._world.store,
            model=core.model,
            link=core.link,
            registration=core.registration,
            outbox=core.outbox,
        )
