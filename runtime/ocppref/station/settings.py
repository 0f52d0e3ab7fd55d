"""What a station is started with: options, the environment, and a file in TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Annotated, TypeAlias
from urllib.parse import quote, urlsplit

from pydantic import AliasGenerator, BaseModel, ConfigDict, Field, ValidationError

from ocppj import NetworkProfile, OCPPUsageError, SecurityProfile
from ocppref.station.config import ConfigError, ConnectorConfig, EvseConfig, StationConfig
from ocppref.station.device_model import VariableError
from ocppref.station.device_model.settings import split

Port = Annotated[int, Field(ge=0, le=65535)]
Value: TypeAlias = bool | int | float | str | list[str | int | float]

_DEFAULT_URL = "ws://127.0.0.1:9000/ocpp"


def _to_option(name: str) -> str:
    return name.replace("_", "-")


class _Table(BaseModel):
    """A table of the file, with the names of the options."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        alias_generator=AliasGenerator(validation_alias=_to_option),
    )


class EvseTable(_Table):
    """An [[evse]], where EVSEs are not all alike. `connectors` are their types."""

    connectors: list[str] | None = None
    max_power: float | None = None
    phases: int | None = None
    dc: bool = False


_FILES = frozenset({"state", "ca", "cert", "key", "manufacturer_ca"})


class ConfigFile(_Table):
    """The file of --config."""

    csms_url: str | None = None
    identity: str | None = None
    password: str | None = None
    evses: int | None = None
    connectors: int | None = None
    max_power: float | None = None
    phases: int | None = None
    state: str | None = None
    control_port: Port | None = None
    security_profile: Annotated[int, Field(ge=0, le=3)] | None = None
    ca: str | None = None
    cert: str | None = None
    key: str | None = None
    manufacturer_ca: str | None = None
    vendor: str | None = None
    model: str | None = None
    serial_number: str | None = None
    firmware_version: str | None = None
    evse: list[EvseTable] = []
    variables: dict[str, Value] = {}


@dataclass(frozen=True, slots=True)
class Options:
    """What was given on the command line or in the environment; None for what was not."""

    csms_url: str | None = None
    identity: str | None = None
    password: str | None = None
    evses: int | None = None
    connectors: int | None = None
    max_power: float | None = None
    phases: int | None = None
    state: Path | None = None
    control_port: int | None = None
    security_profile: int | None = None
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    manufacturer_ca: Path | None = None
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """What a station is started with. `control_port` is None without a control API."""

    config: StationConfig
    state: Path
    control_port: int | None


def read_settings(options: Options, path: Path | None = None) -> Settings:
    """Put options and file together; an option wins over the file. Relative names in the file
    are relative to its folder.

    Raises `ConfigError`, which says where what is wrong.
    """
    file = ConfigFile() if path is None else _read(path)
    folder = Path() if path is None else path.parent
    merged = _merge(options, file, folder)
    config = _config(merged, file, [*_texts(file.variables), *_split(options.variables)])
    if merged.state is not None:
        state = merged.state
    elif path is not None:
        state = path.with_suffix(".db")
    else:
        state = Path(f"{quote(config.identity, safe='')}.db")
    return Settings(config, state, merged.control_port)


def _read(path: Path) -> ConfigFile:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: this is no TOML: {error}") from None
    try:
        return ConfigFile.model_validate(content)
    except ValidationError as error:
        raise ConfigError("\n".join(f"{path}: {each}" for each in _problems(error))) from None


def _problems(error: ValidationError) -> list[str]:
    found: dict[str, str] = {}
    for each in error.errors(include_input=False, include_url=False):
        place = [str(part) for part in each["loc"]]
        if place[0] == "variables" and len(place) > 1:
            found[place[1]] = "a value is a text, a number, true, false, or a list of such"
        else:
            unknown = each["type"] == "extra_forbidden"
            found[".".join(place)] = "there is no such setting" if unknown else each["msg"]
    return [f"{place}: {message}" for place, message in found.items()]


def _merge(options: Options, file: ConfigFile, folder: Path) -> Options:
    """The options, and what the file says where there are none."""
    given: dict[str, object] = {}
    for name in (each.name for each in fields(Options)):
        value = getattr(file, name, None)
        if name != "variables" and getattr(options, name) is None and value is not None:
            given[name] = folder / value if name in _FILES else value
    return replace(options, **given)  # type: ignore[arg-type]  # of the types that the file has


def _config(
    merged: Options, file: ConfigFile, variables: Iterable[tuple[str, str]]
) -> StationConfig:
    url = merged.csms_url or _DEFAULT_URL
    named = {
        name: value
        for name in ("vendor", "model", "serial_number", "firmware_version")
        if (value := getattr(file, name)) is not None
    }
    config = StationConfig(
        identity=merged.identity or "CS001",
        csms_url=url,
        password=merged.password,
        security_profile=(
            None if merged.security_profile is None else SecurityProfile(merged.security_profile)
        ),
        evses=_evses(merged, file.evse),
        variables=dict(variables),
        ca=merged.ca,
        cert=merged.cert,
        key=merged.key,
        manufacturer_ca=merged.manufacturer_ca,
        **named,
    )
    _check(config)
    return config


def _check(config: StationConfig) -> None:
    """Whether URL, identity and profile go together; the rest shows when they are used."""
    security = config.security
    scheme = "wss" if security.has_tls else "ws"
    if urlsplit(config.csms_url).scheme != scheme:
        raise ConfigError(
            f"with security profile {security:d} the URL of the CSMS begins with {scheme}://,"
            f" not as {config.csms_url!r}"
        )
    if security.has_tls and config.ca is None:
        raise ConfigError(f"security profile {security:d} needs --ca, the CA of the CSMS")
    if security is SecurityProfile.TLS_CERTIFICATE and config.cert is None:
        raise ConfigError("security profile 3 needs --cert, the certificate of the station")
    for name in sorted(_FILES - {"state"}):
        file = getattr(config, name)
        if file is not None and not file.is_file():
            raise ConfigError(f"{name}: there is no file {file}")
    try:
        NetworkProfile(f"ws://{config.csms_url.partition('://')[2]}", config.identity)
    except OCPPUsageError as error:
        raise ConfigError(str(error)) from None


def _evses(merged: Options, tables: list[EvseTable]) -> tuple[EvseConfig, ...]:
    if tables and (merged.evses is not None or merged.connectors is not None):
        raise ConfigError("give the EVSEs one by one as [[evse]], or by evses and connectors")
    if not tables:
        alike = EvseTable(connectors=["cType2"] * (merged.connectors or 1))
        tables = [alike] * (merged.evses or 1)
    return tuple(_evse(number, table, merged) for number, table in enumerate(tables, start=1))


def _evse(number: int, table: EvseTable, merged: Options) -> EvseConfig:
    types = table.connectors or ["cCCS2" if table.dc else "cType2"]
    power = table.max_power or merged.max_power or (150_000.0 if table.dc else 22_000.0)
    connectors = tuple(ConnectorConfig(at, type) for at, type in enumerate(types, start=1))
    return EvseConfig(number, connectors, power, table.phases or merged.phases or 3, table.dc)


def _texts(variables: Mapping[str, Value]) -> list[tuple[str, str]]:
    return [(name, _text(value)) for name, value in variables.items()]


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(str(each) for each in value)
    return str(value)


def _split(given: Iterable[str]) -> list[tuple[str, str]]:
    try:
        return [split(text) for text in given]
    except VariableError as error:
        raise ConfigError(f"--set: {error}") from None
