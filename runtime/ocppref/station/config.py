"""What a Charging Station is made as: facts that hold from the factory to the scrapyard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ocppj import SecurityProfile


class ConfigError(ValueError):
    """A station cannot be made like that. The text says what is wrong with which value."""


@dataclass(frozen=True, slots=True)
class ConnectorConfig:
    """A Connector. `type` is one of the ConnectorEnumStringType of OCPP, such as cType2."""

    id: int
    type: str = "cType2"


@dataclass(frozen=True, slots=True)
class EvseConfig:
    """An EVSE. `max_power` is in W, `phases` are those of the grid, `dc` gives direct current."""

    id: int
    connectors: tuple[ConnectorConfig, ...] = (ConnectorConfig(1),)
    max_power: float = 22_000.0
    phases: int = 3
    dc: bool = False


@dataclass(frozen=True, slots=True)
class StationConfig:
    """A Charging Station.

    `csms_url` is the endpoint, without the identity. `variables` are values of the device model
    that hold in place of the defaults: "Component.Variable[Instance]" to text. Without a
    `security_profile` it follows from the rest: see `security`. `ca`, `cert` and
    `key` are files in PEM; `manufacturer_ca` has roots (and revocation lists) for new
    firmware, without which any certificate may sign it. Raises `ConfigError` for what cannot be.
    """

    identity: str = "CS001"
    csms_url: str = "ws://127.0.0.1:9000/ocpp"
    password: str | None = field(default=None, repr=False)
    security_profile: SecurityProfile | None = None
    evses: tuple[EvseConfig, ...] = (EvseConfig(1),)
    vendor: str = "ocppref"
    model: str = "Reference"
    serial_number: str | None = None
    firmware_version: str = "1.0.0"
    variables: Mapping[str, str] = field(default_factory=dict)
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    manufacturer_ca: Path | None = None

    def __post_init__(self) -> None:
        _check_evses(self.evses)
        for evse in self.evses:
            _check_evse(evse)
        if self.security.has_password and not self.password:
            raise ConfigError(f"security profile {self.security:d} needs a password")

    @property
    def security(self) -> SecurityProfile:
        """The profile that is wanted; without one, that for which there is what it takes."""
        if self.security_profile is not None:
            return self.security_profile
        if urlsplit(self.csms_url).scheme != "wss":
            return SecurityProfile.UNSECURED if self.password is None else SecurityProfile.BASIC
        return SecurityProfile.TLS_BASIC if self.cert is None else SecurityProfile.TLS_CERTIFICATE


def _check_evses(evses: tuple[EvseConfig, ...]) -> None:
    # OCPP 2.1 Part 1, chapter 7: from 1, without gaps.
    if not evses or [evse.id for evse in evses] != list(range(1, len(evses) + 1)):
        raise ConfigError("EVSEs are numbered 1, 2, 3, ...; there is at least one")


def _check_evse(evse: EvseConfig) -> None:
    where = f"EVSE {evse.id}"
    ids = [connector.id for connector in evse.connectors]
    if not ids or ids != list(range(1, len(ids) + 1)):
        raise ConfigError(f"{where}: connectors are numbered 1, 2, 3, ...; there is at least one")
    if not 0 < evse.max_power < 10_000_000:
        raise ConfigError(f"{where}: a maximum power of {evse.max_power:g} W is not possible")
    if evse.phases not in (1, 2, 3):
        raise ConfigError(f"{where}: {evse.phases} phases are not possible, only 1, 2 or 3")
