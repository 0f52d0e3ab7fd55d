"""Security events: the log of all of them, and the CSMS that hears of the critical ones (A04)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from cryptography import x509

from ocpp21 import BootReasonEnumType, SecurityEventNotificationRequest
from ocppref.station.config import ConfigError, StationConfig
from ocppref.station.device_model import Change, Refusal, variables
from ocppref.station.device_model.model import DeviceModel
from ocppref.station.link import Link
from ocppref.station.network import NetworkProfiles
from ocppref.station.network.rules import password_fault
from ocppref.station.outbox import Outbox
from ocppref.station.registration import Registration
from ocppref.station.store import Store
from ocppref.station.tasks import Tasks
from ocppref.station.time import StationClock
from ocppref.station.timekeeper import Adjustment, TimeKeeper
from ocppref.station.watch import Watch

CAPACITY = 500
"""So many events are in the security log; the oldest make place for others."""

RECONNECT_DELAY = 1.0
"""Seconds between a new password and the connection with it: the answer is sent by then."""

_KIND = "security.log"
_LONGEST = 255  # characters of techInfo


class SecurityEvent(StrEnum):
    """The security events of the standard that this station can have."""

    FIRMWARE_UPDATED = "FirmwareUpdated"
    FAILED_TO_AUTHENTICATE_AT_CSMS = "FailedToAuthenticateAtCsms"
    SETTING_SYSTEM_TIME = "SettingSystemTime"
    STARTUP_OF_THE_DEVICE = "StartupOfTheDevice"
    RESET_OR_REBOOT = "ResetOrReboot"
    RECONFIGURATION_OF_SECURITY_PARAMETERS = "ReconfigurationOfSecurityParameters"
    INVALID_MESSAGES = "InvalidMessages"
    INVALID_FIRMWARE_SIGNATURE = "InvalidFirmwareSignature"
    INVALID_FIRMWARE_SIGNING_CERTIFICATE = "InvalidFirmwareSigningCertificate"
    INVALID_CSMS_CERTIFICATE = "InvalidCsmsCertificate"
    INVALID_TLS_VERSION = "InvalidTLSVersion"
    INVALID_TLS_CIPHER_SUITE = "InvalidTLSCipherSuite"

    @property
    def is_critical(self) -> bool:
        """Whether the CSMS has to hear of it."""
        return self not in _NOT_CRITICAL


_NOT_CRITICAL = frozenset(
    {
        SecurityEvent.FAILED_TO_AUTHENTICATE_AT_CSMS,
        SecurityEvent.RECONFIGURATION_OF_SECURITY_PARAMETERS,
        SecurityEvent.INVALID_MESSAGES,
    }
)

_RESETS = frozenset(
    {
        BootReasonEnumType.APPLICATION_RESET,
        BootReasonEnumType.FIRMWARE_UPDATE,
        BootReasonEnumType.LOCAL_RESET,
        BootReasonEnumType.REMOTE_RESET,
        BootReasonEnumType.SCHEDULED_RESET,
        BootReasonEnumType.WATCHDOG,
    }
)


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event in the security log."""

    at: datetime
    type: str
    info: str


class SecurityLog:
    """The last security events; it survives (A04.FR.04)."""

    def __init__(self, *, store: Store, capacity: int = CAPACITY) -> None:
        keys = list(store.load(_KIND))
        self._store = store
        self._capacity = capacity
        self._first = int(keys[0]) if keys else 1
        self._next = int(keys[-1]) + 1 if keys else 1

    def add(self, event: LoggedEvent) -> None:
        """Note an event. Call it in a `store.transaction()`."""
        text = json.dumps({"at": event.at.isoformat(), "type": event.type, "info": event.info})
        self._store.put(_KIND, _key(self._next), text)
        self._next += 1
        while self._next - self._first > self._capacity:
            self._store.delete(_KIND, _key(self._first))
            self._first += 1

    def __iter__(self) -> Iterator[LoggedEvent]:
        """All events, the oldest first."""
        for text in self._store.load(_KIND).values():
            kept = json.loads(text)
            yield LoggedEvent(datetime.fromisoformat(kept["at"]), kept["type"], kept["info"])


class Security:
    """Notices what concerns security, and whoever else does reports it here."""

    def __init__(
        self,
        *,
        config: StationConfig,
        store: Store,
        model: DeviceModel,
        clock: StationClock,
        tasks: Tasks,
        link: Link,
        network: NetworkProfiles,
        registration: Registration,
        outbox: Outbox,
        timekeeper: TimeKeeper,
        watch: Watch,
    ) -> None:
        self.log = SecurityLog(store=store)
        self._store = store
        self._model = model
        self._clock = clock
        self._tasks = tasks
        self._link = link
        self._network = network
        self._registration = registration
        self._outbox = outbox
        self._timekeeper = timekeeper
        self._watch = watch
        self._series: set[SecurityEvent] = set()
        files = (config.ca, config.cert, config.manufacturer_ca)
        model.write(variables.CERTIFICATE_ENTRIES, sum(map(_count_certificates, files)))
        model.refuse(variables.BASIC_AUTH_PASSWORD, _judge_password)
        model.on_set(variables.BASIC_AUTH_PASSWORD, self._password_set)

    def start(self) -> None:
        """The station has booted; notice what happens from now on."""
        reason = self._registration.reason
        is_reset = reason in _RESETS
        booted = SecurityEvent.RESET_OR_REBOOT if is_reset else SecurityEvent.STARTUP_OF_THE_DEVICE
        self.report(booted, reason.value)
        self._timekeeper.adjusted.connect(self._adjusted)
        self._watch.failed.connect(self._attempt_failed)
        self._watch.invalid.connect(self._got_nonsense)
        self._link.came_online.connect(lambda _: self._series.clear())
        self._model.changed.connect(self._changed)

    def close(self) -> None:
        """Notice nothing more."""
        self._watch.close()

    def report(self, event: SecurityEvent, info: str = "") -> None:
        """Log an event, and have the CSMS told of it, some time, if it is critical.

        `info` is for people, and never has a secret in it (A01.FR.12).
        """
        now, info = self._clock.utc(), info[:_LONGEST]
        with self._store.transaction():
            self.log.add(LoggedEvent(now, event.value, info))
            if event.is_critical:  # A04.FR.01, A04.FR.02
                message = SecurityEventNotificationRequest(
                    type=event.value, timestamp=now, tech_info=info or None
                )
                self._outbox.queue(message)

    # What is noticed

    def _adjusted(self, adjustment: Adjustment) -> None:
        if adjustment.notable:
            info = f"by {adjustment.seconds:.0f} s, from {adjustment.before.isoformat()}"
            self.report(SecurityEvent.SETTING_SYSTEM_TIME, info)

    def _attempt_failed(self, failed: tuple[str, str]) -> None:
        """Once in a series of attempts that fail for the same reason."""
        event = SecurityEvent(failed[0])
        if event not in self._series:
            self._series.add(event)
            self.report(event, failed[1])

    def _got_nonsense(self, description: str) -> None:
        self.report(SecurityEvent.INVALID_MESSAGES, description)

    def _changed(self, change: Change) -> None:
        if (change.key.component, change.key.variable) in _PARAMETERS:
            self._report_change(f"{change.key}")

    def _report_change(self, name: str) -> None:
        self.report(SecurityEvent.RECONFIGURATION_OF_SECURITY_PARAMETERS, name)

    # The password

    def _password_set(self, _: str) -> None:
        """A01.FR.11: noted, without the password. Then it is what the station connects with."""
        self._report_change(str(variables.BASIC_AUTH_PASSWORD.key))
        self._store.after_commit(lambda: self._clock.call_later(RECONNECT_DELAY, self._move))

    def _move(self) -> None:
        profile = self._link.profile
        if profile is None or not profile.security.has_password:
            return  # no password in use: it is for later
        try:
            profiles = self._network.profiles()
        except ConfigError:
            return  # the other parts of the profiles are not usable now; what is open stays
        self._tasks.spawn(self._link.reconnect(profiles), "the connection with a new password")


_PARAMETERS = frozenset(
    (handle.key.component, handle.key.variable)
    for handle in (
        variables.SECURITY_PROFILE,
        variables.ALLOW_SECURITY_PROFILE_DOWNGRADE,
        variables.SLOT_SECURITY_PROFILE,
        variables.SLOT_BASIC_AUTH_PASSWORD,
        variables.SLOT_IDENTITY,
    )
)


def _judge_password(text: str) -> Refusal | None:
    fault = password_fault(text)
    return Refusal("InvalidValue", fault) if fault else None


def _count_certificates(path: Path | None) -> int:
    if path is None:
        return 0
    try:
        return len(x509.load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError):
        return 0  # whoever uses it says what is wrong with it


def _key(number: int) -> str:
    return f"{number:012}"
