"""The second half of an update: it waits until it may be installed, and is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from ocpp21 import BootReasonEnumType, FirmwareStatusEnumType
from ocppref.station.availability import Availability
from ocppref.station.config import StationConfig
from ocppref.station.device_model import variables
from ocppref.station.device_model.model import DeviceModel
from ocppref.station.firmware.image import Image, Reboot
from ocppref.station.firmware.record import Record, UpdateFailed
from ocppref.station.firmware.update import Phase, Update
from ocppref.station.registration import Registration, note_firmware
from ocppref.station.store import Store
from ocppref.station.time import StationClock
from ocppref.station.transactions import Transactions

INSTALL_TIME = 5.0
"""Seconds that the installation takes."""

FAREWELL = 2.0
"""Seconds between InstallRebooting and the reboot, so that the CSMS hears of it."""

RETRY_WAIT = 5.0
"""Seconds until a reboot that failed is tried again."""

_HOLD = "firmware"
_Status = FirmwareStatusEnumType


class Installation:
    """Installs firmware, while no transaction runs."""

    def __init__(
        self,
        *,
        config: StationConfig,
        store: Store,
        model: DeviceModel,
        clock: StationClock,
        registration: Registration,
        availability: Availability,
        transactions: Transactions,
        record: Record,
        restart: Callable[[BootReasonEnumType], bool],
    ) -> None:
        self._config = config
        self._store = store
        self._model = model
        self._clock = clock
        self._registration = registration
        self._availability = availability
        self._transactions = transactions
        self._record = record
        self._restart = restart
        self._news = asyncio.Event()

    def start(self) -> None:
        """Notice when transactions end, and what the CSMS wants to happen meanwhile."""
        # Later: this is in the transaction of the store in which it ends.
        self._transactions.ended.connect(lambda _: self._clock.call_later(0, self._news.set))
        pending = variables.ALLOW_NEW_SESSIONS_PENDING_FIRMWARE_UPDATE
        self._model.on_set(pending, lambda _: self._clock.call_later(0, self._news.set))

    async def run(self, update: Update) -> bool:
        """Install it. True: it is what runs now. False: it will be, the station reboots.

        Raises `UpdateFailed`. Whatever happens, `let_go` is for afterwards.
        """
        image = update.image
        assert image is not None
        if update.phase is Phase.READY:
            update = await self._wait(update)
            if image.reboot is Reboot.INSTALL:  # L01.FR.15
                await self._reboot(update.at(Phase.INSTALL))
                return False
        await self._until_idle()
        self._availability.hold(_HOLD)
        self._record.tell(_Status.INSTALLING, update.at(Phase.INSTALL))
        await self._clock.sleep(INSTALL_TIME)
        if fault := image.find_fault(self._config.model):  # L01.FR.29
            raise UpdateFailed(_Status.INSTALL_VERIFICATION_FAILED, fault)
        if image.reboot is Reboot.ACTIVATE:
            await self._activate(update, image)
            return False
        note_firmware(self._store, image.version)
        return True

    def let_go(self) -> None:
        """The EVSEs can be used again."""
        self._availability.release(_HOLD)

    # Waiting

    async def _wait(self, update: Update) -> Update:
        when = update.install_at
        if when is not None and when > self._clock.utc():  # L01.FR.16
            update = self._schedule(update)
            await self._clock.sleep_until(when)
        if self._transactions.all():  # L01.FR.34
            update = self._schedule(update)
        await self._until_idle()
        return update

    def _schedule(self, update: Update) -> Update:
        if not update.is_scheduled:
            update = replace(update, is_scheduled=True)
            self._record.tell(_Status.INSTALL_SCHEDULED, update)
        return update

    async def _until_idle(self) -> None:
        """L01.FR.06, L01.FR.33: nobody's charging is cut short."""
        while self._transactions.all():
            if self._model[variables.ALLOW_NEW_SESSIONS_PENDING_FIRMWARE_UPDATE]:
                self._availability.release(_HOLD)
            else:
                self._availability.hold(_HOLD)  # L01.FR.07
            self._news.clear()
            await self._news.wait()

    # Reboots

    async def _activate(self, update: Update, image: Image) -> None:
        """L01.FR.32, the first way: the new firmware tells that it is installed."""
        await self._until_idle()
        old = self._registration.firmware_version
        note_firmware(self._store, image.version)
        try:
            await self._reboot(update.at(Phase.ACTIVE))
        except UpdateFailed:
            note_firmware(self._store, old)
            raise

    async def _reboot(self, update: Update) -> None:
        self._availability.hold(_HOLD)
        self._record.tell(_Status.INSTALL_REBOOTING, update)
        await self._clock.sleep(FAREWELL)
        for attempt in range(1 + self._model[variables.RESET_RETRIES]):
            if attempt:
                await self._clock.sleep(RETRY_WAIT)
            if self._restart(BootReasonEnumType.FIRMWARE_UPDATE):
                return
        raise UpdateFailed(_Status.INSTALLATION_FAILED, "the reboot failed")
