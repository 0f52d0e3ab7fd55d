"""Registration at the CSMS: BootNotification and what follows from its answer (B01 to B03)."""

from __future__ import annotations

import logging
from enum import StrEnum

from ocpp21 import (
    BootNotificationRequest,
    BootNotificationResponse,
    BootReasonEnumType,
    ChargingStationType,
    RegistrationStatusEnumType,
)
from ocppj import ErrorCode, OCPPConnectionError, OCPPError, Refusal, SecurityProfile, Timer
from ocppref.station.config import StationConfig
from ocppref.station.device_model import variables
from ocppref.station.device_model.model import DeviceModel
from ocppref.station.link import Link, Online
from ocppref.station.signals import Signal
from ocppref.station.store import Store
from ocppref.station.tasks import Tasks
from ocppref.station.time import StationClock
from ocppref.station.timekeeper import TimeKeeper

LOG = logging.getLogger("ocppref.station")

OWN_WAIT = 60.0
"""Seconds until the next BootNotification where the CSMS does not say (B02.FR.07, B03.FR.05)."""

RETRY_WAIT = 30.0
"""Seconds until the next one where there was no answer, or an error."""

_KIND = "boot"


class _Key(StrEnum):
    REASON = "reason"
    FIRMWARE = "firmware"


def note_reason(store: Store, reason: BootReasonEnumType) -> None:
    """Remember why the next boot will be."""
    store.put(_KIND, _Key.REASON, reason.value)


def note_firmware(store: Store, version: str) -> None:
    """Remember that another firmware is installed: BootNotification tells its version."""
    store.put(_KIND, _Key.FIRMWARE, version)


class Registration:
    """Whether the CSMS knows and wants this station.

    `status` is what it said last, None before it said anything. `accepted` is emitted each time
    that it accepts. `reason` is why this boot is.
    """

    def __init__(
        self,
        *,
        config: StationConfig,
        store: Store,
        model: DeviceModel,
        clock: StationClock,
        tasks: Tasks,
        link: Link,
        timekeeper: TimeKeeper,
    ) -> None:
        self.accepted: Signal[None] = Signal()
        self.status: RegistrationStatusEnumType | None = None
        self._config = config
        self._model = model
        self._clock = clock
        self._tasks = tasks
        self._link = link
        self._timekeeper = timekeeper
        self._wait: Timer | None = None
        self._sending = False
        kept = store.load(_KIND)
        self.reason = BootReasonEnumType(kept.get(_Key.REASON, BootReasonEnumType.POWER_UP.value))
        self.firmware_version = kept.get(_Key.FIRMWARE, config.firmware_version)
        store.delete(_KIND, _Key.REASON)  # it is why this boot is, and not the next one

    @property
    def is_accepted(self) -> bool:
        """Whether the last answer was Accepted."""
        return self.status is RegistrationStatusEnumType.ACCEPTED

    def start(self) -> None:
        """Register as soon as there is a connection."""
        self._link.came_online.connect(self._came_online)

    def close(self) -> None:
        """Register no more."""
        self._stop_waiting()

    def refuses(self, action: str) -> Refusal | None:
        """How a CALL of the CSMS's is to be answered now; None if it may be handled."""
        if self.status is not RegistrationStatusEnumType.REJECTED:
            return None
        # B03.FR.08
        return Refusal(ErrorCode.SECURITY_ERROR, f"{action}: the CSMS has rejected this station")

    def trigger_boot(self) -> None:
        """The CSMS asks for a BootNotification (F06). It need not be waited for (B02.FR.04)."""
        self._stop_waiting()
        self._boot(BootReasonEnumType.TRIGGERED)

    # What happens

    def _came_online(self, online: Online) -> None:
        if online.moved:  # B10.FR.10: another CSMS, or another way to it, knows nothing of us
            self._forget()
        # OCPP 2.1 Part 4, 5.4: not again after a mere loss of the connection.
        if not self.is_accepted and self._wait is None:
            self._boot(self.reason)

    def _forget(self) -> None:
        self.status = None
        self._link.registered = False
        self._stop_waiting()

    def _boot(self, reason: BootReasonEnumType) -> None:
        if not self._sending and self._link.online:
            self._sending = True
            self._tasks.spawn(self._send(reason), "BootNotification")

    async def _send(self, reason: BootReasonEnumType) -> None:
        try:
            answer = await self._link.unrestricted.boot_notification(self._request(reason))
        except OCPPConnectionError:
            return  # once there is a connection again it is sent again
        except OCPPError as error:
            LOG.warning("%s: BootNotification: %s", self._config.identity, error)
            self._wait_for(RETRY_WAIT)
        else:
            self._answered(answer)
        finally:
            self._sending = False

    def _request(self, reason: BootReasonEnumType) -> BootNotificationRequest:
        config = self._config
        serial_number = config.serial_number
        if serial_number is None and config.security is SecurityProfile.TLS_CERTIFICATE:
            serial_number = config.identity  # B01.FR.11: the CSMS compares it with the certificate
        station = ChargingStationType(
            vendor_name=config.vendor,
            model=config.model,
            serial_number=serial_number,
            firmware_version=self.firmware_version,
        )
        return BootNotificationRequest(reason=reason, charging_station=station)

    def _answered(self, answer: BootNotificationResponse) -> None:
        LOG.info("%s: registration %s", self._config.identity, answer.status.value)
        self._timekeeper.take(answer.current_time)  # B01.FR.06: whatever the status is
        self.status = answer.status
        self._link.registered = self.is_accepted
        if self.is_accepted:
            if answer.interval > 0:  # B01.FR.04, G02.FR.01
                self._model.write(variables.HEARTBEAT_INTERVAL, answer.interval)
            self.accepted.emit(None)
        else:
            # B02.FR.07, B02.FR.08, B03.FR.05, B03.FR.06
            self._wait_for(answer.interval if answer.interval > 0 else OWN_WAIT)

    def _wait_for(self, seconds: float) -> None:
        self._stop_waiting()
        self._wait = self._clock.call_later(seconds, self._try_again)

    def _try_again(self) -> None:
        self._wait = None
        self._boot(self.reason)

    def _stop_waiting(self) -> None:
        if self._wait is not None:
            self._wait.cancel()
            self._wait = None
