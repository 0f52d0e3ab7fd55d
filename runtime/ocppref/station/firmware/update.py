"""A firmware update as it is kept: what was asked for, and how far it is."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from ocpp21 import UpdateFirmwareRequest
from ocppref.station.firmware.image import Image, Reboot

RETRIES = 2
"""So often a download is tried again, where the CSMS does not say."""

RETRY_INTERVAL = 30
"""Seconds until then, where the CSMS does not say."""


class Phase(StrEnum):
    """What a power-on goes on with."""

    DOWNLOAD = "download"
    """It is not downloaded yet, or not all of it."""
    READY = "ready"
    """It is here, and its signature is good."""
    INSTALL = "install"
    """It is being installed; what that needs of reboots before is done."""
    ACTIVE = "active"
    """It is what runs after the reboot."""


@dataclass(frozen=True, slots=True)
class Update:
    """An update. `is_scheduled`: that it waits to be installed has been told."""

    request_id: int
    location: str
    retrieve_at: datetime
    install_at: datetime | None
    certificate: str
    signature: str
    retries: int
    retry_interval: int
    phase: Phase = Phase.DOWNLOAD
    image: Image | None = None
    is_scheduled: bool = False

    @classmethod
    def asked(cls, request: UpdateFirmwareRequest) -> Self:
        """What the CSMS asks for."""
        firmware = request.firmware
        interval = request.retry_interval
        return cls(
            request_id=request.request_id,
            location=firmware.location,
            retrieve_at=firmware.retrieve_date_time,
            install_at=firmware.install_date_time,
            certificate=firmware.signing_certificate or "",
            signature=firmware.signature or "",
            retries=RETRIES if request.retries is None else request.retries,
            retry_interval=RETRY_INTERVAL if interval is None else max(0, interval),
        )

    @property
    def is_signed(self) -> bool:
        """Whether its signature is to be checked (L01), or there is none (L02)."""
        return bool(self.certificate)

    def at(self, phase: Phase) -> Update:
        """The same, that far."""
        return replace(self, phase=phase)

    def to_text(self) -> str:
        """To be kept."""
        return json.dumps(asdict(self), default=datetime.isoformat)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """What was kept."""
        fields = json.loads(text)
        for name in ("retrieve_at", "install_at"):
            if fields[name] is not None:
                fields[name] = datetime.fromisoformat(fields[name])
        fields["phase"] = Phase(fields["phase"])
        if fields["image"] is not None:
            image = fields["image"]
            fields["image"] = Image(**{**image, "reboot": Reboot(image["reboot"])})
        return cls(**fields)
