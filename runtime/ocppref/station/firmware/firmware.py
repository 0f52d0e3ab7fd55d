"""Firmware updates: what the CSMS may ask for, and how one goes on after a power cut (L01, L02)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ocpp21 import (
    BootReasonEnumType,
    FirmwareStatusEnumType,
    FirmwareStatusNotificationRequest,
    StatusInfoType,
    UpdateFirmwareRequest,
    UpdateFirmwareResponse,
    UpdateFirmwareStatusEnumType,
)
from ocppref.station.availability import Availability
from ocppref.station.config import ConfigError, StationConfig
from ocppref.station.device_model import variables
from ocppref.station.device_model.model import DeviceModel
from ocppref.station.firmware.download import Download
from ocppref.station.firmware.installation import Installation
from ocppref.station.firmware.record import Record, UpdateFailed
from ocppref.station.firmware.signature import Judgement, Manufacturer, Verdict
from ocppref.station.firmware.update import Phase, Update
from ocppref.station.progress import Progress
from ocppref.station.registration import Registration
from ocppref.station.security import Security, SecurityEvent
from ocppref.station.store import Store
from ocppref.station.tasks import Tasks
from ocppref.station.time import StationClock
from ocppref.station.transactions import Transactions
from ocppref.station.transfer import FileTransfer, is_web_address

_Answer = UpdateFirmwareStatusEnumType
_Status = FirmwareStatusEnumType
_REFUSED = {
    Verdict.INVALID: _Answer.INVALID_CERTIFICATE,
    Verdict.REVOKED: _Answer.REVOKED_CERTIFICATE,
}


class Firmware:
    """Updates the firmware of the station.

    One update at a time; a new one takes the place of the old one. Raises `ConfigError` if the
    certificates of the manufacturer cannot be read.
    """

    def __init__(
        self,
        *,
        config: StationConfig,
        store: Store,
        model: DeviceModel,
        clock: StationClock,
        tasks: Tasks,
        registration: Registration,
        security: Security,
        availability: Availability,
        transactions: Transactions,
        progress: Progress,
        files: FileTransfer,
        restart: Callable[[BootReasonEnumType], bool],
    ) -> None:
        self._store = store
        self._model = model
        self._clock = clock
        self._tasks = tasks
        self._registration = registration
        self._security = security
        self._progress = progress
        self._manufacturer = _read_manufacturer(config)
        self._record = record = Record(store=store, progress=progress)
        self._download = Download(clock=clock, record=record, files=files)
        self._installation = Installation(
            config=config,
            store=store,
            model=model,
            clock=clock,
            registration=registration,
            availability=availability,
            transactions=transactions,
            record=record,
            restart=restart,
        )
        self._task: asyncio.Task[None] | None = None
        self._stop_waiting: Callable[[], None] | None = None

    def start(self) -> None:
        """Go on with the update that was under way."""
        self._model.write(variables.FIRMWARE_VERSION, self._registration.firmware_version)
        self._progress.start()
        self._installation.start()
        update = self._record.update
        if update is None:
            return
        if update.phase in (Phase.DOWNLOAD, Phase.ACTIVE):
            # The CSMS is to hear of each step of it.
            self._stop_waiting = self._registration.accepted.connect(lambda _: self._resume(update))
        else:
            self._launch(update)

    def close(self) -> None:
        """Do no more. What is under way is in the store."""
        self._wait_no_more()

    # What the CSMS asks for

    def judge(self, request: UpdateFirmwareRequest) -> UpdateFirmwareResponse:
        """The answer; what follows from it is for `perform`. What was under way ends with it."""
        refused = self._refuse(request)
        if refused is not None:
            return refused
        old = self._record.update
        if old is None:
            return UpdateFirmwareResponse(status=_Answer.ACCEPTED)
        if old.phase is Phase.ACTIVE:  # L01.FR.27: the reboot cannot be held up
            return _answer(_Answer.REJECTED, "FwUpdateInProgress")
        self._stop()
        return UpdateFirmwareResponse(status=_Answer.ACCEPTED_CANCELED)  # L01.FR.24

    async def perform(
        self, request: UpdateFirmwareRequest, status: UpdateFirmwareStatusEnumType
    ) -> None:
        """Do what was answered."""
        if status in _REFUSED.values():  # L01.FR.02
            event = SecurityEvent.INVALID_FIRMWARE_SIGNING_CERTIFICATE
            self._security.report(event, f"UpdateFirmware {request.request_id}")
        if status not in (_Answer.ACCEPTED, _Answer.ACCEPTED_CANCELED):
            return
        old = self._record.update
        if old is not None:
            self._stop()
            is_fetched = old.phase is not Phase.DOWNLOAD
            failed = _Status.INSTALLATION_FAILED if is_fetched else _Status.DOWNLOAD_FAILED
            self._record.end(failed, old.request_id, "another update has taken its place")
        update = Update.asked(request)
        self._record.keep(update)
        self._launch(update)

    def status_notification(self) -> FirmwareStatusNotificationRequest:
        """What the CSMS may ask for by TriggerMessage."""
        return self._record.notification()

    def _refuse(self, request: UpdateFirmwareRequest) -> UpdateFirmwareResponse | None:
        judgement = self._judge_certificate(request)  # L01.FR.21
        if judgement.verdict is not Verdict.GOOD:  # L01.FR.22
            status = _REFUSED[judgement.verdict]
            return _answer(status, "InvalidCertificate", judgement.reason)
        firmware = request.firmware
        if firmware.signing_certificate and not firmware.signature:
            return _answer(_Answer.REJECTED, "MissingParam", "there is no signature")
        if not is_web_address(firmware.location):
            return _answer(_Answer.REJECTED, "InvalidURL", "HTTP and HTTPS are what can be used")
        return None

    def _judge_certificate(self, request: UpdateFirmwareRequest) -> Judgement:
        firmware = request.firmware
        if firmware.signing_certificate:
            return self._manufacturer.judge(firmware.signing_certificate, self._clock.utc())
        if firmware.signature or self._manufacturer.roots:
            # With roots that are there to check signatures, nothing goes unsigned (L01.FR.09).
            return Judgement(Verdict.INVALID, "there is no signing certificate")
        return Judgement(Verdict.GOOD)

    # What is under way

    def _launch(self, update: Update) -> None:
        self._task = self._tasks.spawn(self._run(update), "a firmware update")

    def _resume(self, update: Update) -> None:
        self._wait_no_more()
        if update.phase is Phase.ACTIVE:
            self._succeed(update)
        else:
            self._launch(update)

    async def _run(self, update: Update) -> None:
        try:
            if update.phase is Phase.DOWNLOAD:
                update = await self._download.run(update)
            if not await self._installation.run(update):
                return  # it goes on after the reboot
        except UpdateFailed as failed:
            self._fail(update, failed)
        else:
            self._succeed(update)
        self._installation.let_go()

    def _succeed(self, update: Update) -> None:
        assert update.image is not None
        version = update.image.version
        self._registration.firmware_version = version
        with self._store.transaction():
            self._model.write(variables.FIRMWARE_VERSION, version)
            self._record.end(_Status.INSTALLED, update.request_id)  # L01.FR.28
            self._security.report(SecurityEvent.FIRMWARE_UPDATED, version)  # L01.FR.31

    def _fail(self, update: Update, failed: UpdateFailed) -> None:
        with self._store.transaction():
            self._record.end(failed.status, update.request_id, failed.reason)
            if failed.event is not None:
                self._security.report(failed.event, f"UpdateFirmware {update.request_id}")

    def _stop(self) -> None:
        self._wait_no_more()
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._installation.let_go()

    def _wait_no_more(self) -> None:
        if self._stop_waiting is not None:
            self._stop_waiting()
            self._stop_waiting = None


def _read_manufacturer(config: StationConfig) -> Manufacturer:
    try:
        return Manufacturer.read(config.manufacturer_ca)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"the certificates of the manufacturer, {config.manufacturer_ca}, cannot be read:"
            f" {error}"
        ) from None


def _answer(
    status: UpdateFirmwareStatusEnumType, reason_code: str, info: str | None = None
) -> UpdateFirmwareResponse:
    return UpdateFirmwareResponse(
        status=status, status_info=StatusInfoType(reason_code=reason_code, additional_info=info)
    )
