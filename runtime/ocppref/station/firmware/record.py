"""The update that is under way, and the state of it that the CSMS was told last."""

from __future__ import annotations

import json

from ocpp21 import FirmwareStatusEnumType, FirmwareStatusNotificationRequest, StatusInfoType
from ocppref.station.firmware.update import Update
from ocppref.station.progress import Progress
from ocppref.station.security import SecurityEvent
from ocppref.station.store import Store

_KIND, _UPDATE, _STATUS = "firmware", "update", "status"
_LONGEST = 1024  # characters of additionalInfo
_Status = FirmwareStatusEnumType


class UpdateFailed(Exception):
    """The update is over. `status` is what the CSMS is told, `event` what it is for security."""

    def __init__(
        self, status: FirmwareStatusEnumType, reason: str, event: SecurityEvent | None = None
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.event = event


class Record:
    """Survives a reboot and a power cut."""

    def __init__(self, *, store: Store, progress: Progress) -> None:
        self._store = store
        self._progress = progress
        kept = store.load(_KIND)
        self.update = Update.from_text(kept[_UPDATE]) if _UPDATE in kept else None
        self._status, self._request_id = _Status.IDLE, 0
        if _STATUS in kept:
            told = json.loads(kept[_STATUS])
            self._status, self._request_id = _Status(told["status"]), int(told["request_id"])

    def keep(self, update: Update | None) -> None:
        """Remember how far it is; None once it is over."""
        self.update = update
        if update is None:
            self._store.delete(_KIND, _UPDATE)
        else:
            self._store.put(_KIND, _UPDATE, update.to_text())

    def tell(self, status: FirmwareStatusEnumType, update: Update, reason: str = "") -> None:
        """Remember how far it is, and tell the CSMS (L01.FR.01, L01.FR.10)."""
        with self._store.transaction():
            self.keep(update)
            self._tell(status, update.request_id, reason)

    def end(self, status: FirmwareStatusEnumType, request_id: int, reason: str = "") -> None:
        """It is over, and the CSMS is told."""
        with self._store.transaction():
            self.keep(None)
            self._tell(status, request_id, reason)

    def notification(self) -> FirmwareStatusNotificationRequest:
        """What the CSMS may ask for by TriggerMessage."""
        if self._status in (_Status.IDLE, _Status.INSTALLED):  # L01.FR.25
            return FirmwareStatusNotificationRequest(status=_Status.IDLE)
        return FirmwareStatusNotificationRequest(  # L01.FR.26
            status=self._status, request_id=self._request_id
        )

    def _tell(self, status: FirmwareStatusEnumType, request_id: int, reason: str) -> None:
        self._status, self._request_id = status, request_id
        text = json.dumps({"status": status.value, "request_id": request_id})
        self._store.put(_KIND, _STATUS, text)
        info = None
        if reason:
            info = StatusInfoType(reason_code="Unspecified", additional_info=reason[:_LONGEST])
        self._progress.tell(
            FirmwareStatusNotificationRequest(
                status=status, request_id=request_id, status_info=info
            )
        )
