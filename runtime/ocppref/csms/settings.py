"""What the CSMS is started with: options and environment variables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ocppj import SecurityProfile
from ocppref.csms.errors import SettingsError

Port = Annotated[int, Field(ge=0, le=65535)]
Price = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class CsmsSettings(BaseSettings):
    """Each field is also an environment variable: CSMS_PORT and so on, LOG_LEVEL and LOG_FORMAT.

    `public_url` is where stations reach the HTTP server, if that is another place than it listens
    at. `concurrent_tx` lets a token charge at more than one place at a time. `idle_after` is how
    many seconds a station may be silent beyond its heartbeat interval before it counts as idle.

    A port of 0 is a free one. `heartbeat_interval` and `retry_interval` are the seconds that a
    BootNotification is answered with when it is accepted, and when it is not. Prices are without
    a currency, which is the operator's own; without any of them, no cost is told.
    """

    model_config = SettingsConfigDict(
        env_prefix="CSMS_",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        populate_by_name=True,
    )

    host: str = "127.0.0.1"
    port: Port = 9000
    http_port: Port = 8080
    database_url: SecretStr = SecretStr("sqlite+aiosqlite:///csms.db")
    security_profile: SecurityProfile = SecurityProfile.BASIC
    tls_cert: Path | None = None
    tls_key: Path | None = None
    client_ca: Path | None = None
    api_token: SecretStr | None = None
    public_url: Annotated[str | None, Field(pattern=r"^https?://[^\s?#]+$")] = None
    accept_unknown: bool = False
    concurrent_tx: bool = False
    idle_after: Annotated[int, Field(ge=1)] = 60
    heartbeat_interval: Annotated[int, Field(ge=1)] = 300
    retry_interval: Annotated[int, Field(ge=1)] = 60
    price_per_kwh: Price | None = None
    price_per_minute: Price | None = None
    price_per_session: Price | None = None
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
        Field(validation_alias=AliasChoices("log_level", "LOG_LEVEL")),
    ] = "INFO"
    log_format: Annotated[
        Literal["text", "json"],
        Field(validation_alias=AliasChoices("log_format", "LOG_FORMAT")),
    ] = "text"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        profile = self.security_profile
        if profile.has_tls and self.tls_cert is None:
            raise ValueError(
                f"security profile {profile.value} needs a certificate: --tls-cert and --tls-key"
            )
        if self.tls_cert is not None and not profile.has_tls:
            raise ValueError(
                f"a certificate is given, but security profile {profile.value} has no TLS: "
                "give --security-profile 2 or 3"
            )
        if profile is SecurityProfile.TLS_CERTIFICATE and self.client_ca is None:
            raise ValueError("security profile 3 needs --client-ca, the CA of the stations")
        return self


def read_settings(**given: object) -> CsmsSettings:
    """Settings from the environment, with what is `given` and not None going first.

    Raises `SettingsError`, which names each option that cannot be used, and never its value.
    """
    try:
        return CsmsSettings.model_validate({k: v for k, v in given.items() if v is not None})
    except ValidationError as error:
        raise SettingsError("\n".join(_problems(error))) from None


def _problems(error: ValidationError) -> list[str]:
    found = []
    for each in error.errors(include_input=False, include_url=False):
        name = str(each["loc"][0]).lower() if each["loc"] else ""
        option = f"--{name.replace('_', '-')}: " if name else ""
        found.append(f"{option}{each['msg'].removeprefix('Value error, ')}")
    return found
