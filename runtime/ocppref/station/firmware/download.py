"""The first half of an update: the file is fetched, and its signature is checked."""

from __future__ import annotations

from dataclasses import replace

from ocpp21 import FirmwareStatusEnumType
from ocppref.station.firmware.image import read_image
from ocppref.station.firmware.record import Record, UpdateFailed
from ocppref.station.firmware.signature import is_signed
from ocppref.station.firmware.update import Phase, Update
from ocppref.station.security import SecurityEvent
from ocppref.station.time import StationClock
from ocppref.station.transfer import Failure, FileTransfer, TransferError

SIZE_LIMIT = 32 * 1024 * 1024
"""Bytes of a firmware file, at most."""

_Status = FirmwareStatusEnumType


class Download:
    """Fetches firmware."""

    def __init__(
        self, *, clock: StationClock, record: Record, files: FileTransfer, limit: int = SIZE_LIMIT
    ) -> None:
        self._clock = clock
        self._record = record
        self._files = files
        self._limit = limit

    async def run(self, update: Update) -> Update:
        """The same update, ready to be installed. Raises `UpdateFailed`."""
        if update.retrieve_at > self._clock.utc():
            self._record.tell(_Status.DOWNLOAD_SCHEDULED, update)  # L01.FR.13
            await self._clock.sleep_until(update.retrieve_at)
        content = await self._fetch(update)
        self._record.tell(_Status.DOWNLOADED, update)
        if update.is_signed:
            self._check(update, content)
        ready = replace(update, phase=Phase.READY, image=read_image(content, update.location))
        self._record.keep(ready)
        return ready

    async def _fetch(self, update: Update) -> bytes:
        for retries_left in range(update.retries, -1, -1):
            self._record.tell(_Status.DOWNLOADING, update)
            try:
                return await self._files.fetch(update.location, self._limit)
            except TransferError as error:
                if not retries_left:  # L01.FR.30
                    raise UpdateFailed(_Status.DOWNLOAD_FAILED, str(error)) from error
                if error.failure is Failure.BROKEN:
                    self._record.tell(_Status.DOWNLOAD_PAUSED, update)  # L01.FR.14
                await self._clock.sleep(update.retry_interval)
        raise AssertionError("unreachable")

    def _check(self, update: Update, content: bytes) -> None:
        """L01.FR.04."""
        if not is_signed(content, update.signature, update.certificate):
            raise UpdateFailed(
                _Status.INVALID_SIGNATURE,
                "the signature is not that of the file",
                SecurityEvent.INVALID_FIRMWARE_SIGNATURE,  # L01.FR.03
            )
        self._record.tell(_Status.SIGNATURE_VERIFIED, update)
