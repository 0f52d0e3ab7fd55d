"""What a fleet is told to do: how many stations, for how long, and what befalls them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlsplit

from ocppj import NetworkProfile, OCPPUsageError
from ocppref.station.config import ConfigError, StationConfig

RATES = ("drop", "duplicate", "halfopen", "cut", "power")
"""The faults that are shares of messages."""

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s)").fullmatch
_ABOVE_ZERO = (
    "stations",
    "duration",
    "processes",
    "gap",
    "stay",
    "meter_interval",
    "message_timeout",
    "reconnect_storm",
)
_LONGEST_DELAY = 60.0  # seconds: more than that is no delay, it is a loss


class PlanError(ValueError):
    """A fleet cannot be like that. The text says what is wrong with which value."""


@dataclass(frozen=True, slots=True)
class Chaos:
    """How bad the network and the grid are. All but `delay` are shares of messages, from 0 to 1.

    `drop`: the message is lost, the connection goes on. `duplicate`: it arrives twice.
    `halfopen`: from then on the connection is dead in both directions, and nobody is told.
    `cut`: the connection is reset in the midst of the message. `power`: the station loses its
    power, and the CSMS is not told. `delay`: every message takes up to so many seconds, and so
    does all behind it. Raises `PlanError`.
    """

    drop: float = 0.0
    duplicate: float = 0.0
    halfopen: float = 0.0
    cut: float = 0.0
    power: float = 0.0
    delay: float = 0.0

    def __post_init__(self) -> None:
        for name in RATES:
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise PlanError(
                    f"chaos: {name}={getattr(self, name):g} is no share of messages: from 0 to 1"
                )
        if sum(getattr(self, name) for name in RATES) > 1.0:
            raise PlanError(f"chaos: the shares of {', '.join(RATES)} are more than 1 in all")
        if not 0.0 <= self.delay <= _LONGEST_DELAY:
            raise PlanError(f"chaos: a delay is from 0ms to {_LONGEST_DELAY:g}s")

    @property
    def is_calm(self) -> bool:
        """Whether nothing goes wrong at all."""
        return self == Chaos()


CALM = Chaos()


def read_chaos(text: str) -> Chaos:
    """Read "drop=0.01,delay=50ms". Raises `PlanError`."""
    given: dict[str, float] = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        name, equals, value = (each.strip() for each in part.partition("="))
        known = [field.name for field in fields(Chaos)]
        if name not in known:
            raise PlanError(f"chaos: there is no fault {name!r}; there are {', '.join(known)}")
        if not equals:
            raise PlanError(f"chaos: {name} has no value; write {_example(name)}")
        if name in given:
            raise PlanError(f"chaos: {name} is given twice")
        given[name] = _seconds(value) if name == "delay" else _share(name, value)
    return Chaos(**given)


def _share(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise PlanError(f"chaos: {name}={text} is no number; write {_example(name)}") from None


def _seconds(text: str) -> float:
    found = _DURATION(text)
    if found is None:
        raise PlanError(f"chaos: delay={text} is no time; write {_example('delay')}")
    return float(found[1]) / (1000.0 if found[2] == "ms" else 1.0)


def _example(name: str) -> str:
    return "delay=50ms or delay=0.2s" if name == "delay" else f"{name}=0.01"


@dataclass(frozen=True, slots=True)
class Api:
    """The REST API of the reference CSMS, to compare with. `url` is without /api/v1."""

    url: str
    token: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A fleet. All times are in seconds; `gap`, `stay` and `down` are means.

    `gap`: from the end of one session to the next EV. `stay`: how long an EV is plugged in.
    `down`: how long a station has no power. `meter_interval`: from one meter value to the next.
    `message_timeout`: how long a station waits for an answer. `settle`: how long, at the end,
    everything may take that is still to be told. `reconnect_storm`: from one moment at which all
    lose their connection and come back to the next. Raises `PlanError`.
    """

    csms_url: str
    stations: int = 10
    seed: int = 1
    duration: float = 60.0
    processes: int = 1
    chaos: Chaos = CALM
    boot_storm: bool = False
    reconnect_storm: float | None = None
    identity_prefix: str = "FLEET"
    password: str | None = None
    id_token: str = "FLEET"
    id_token_type: str = "Central"
    gap: float = 15.0
    stay: float = 30.0
    down: float = 2.0
    meter_interval: int = 5
    message_timeout: int = 10
    settle: float = 180.0
    api: Api | None = None

    def __post_init__(self) -> None:
        for name in _ABOVE_ZERO:
            value = getattr(self, name)
            if value is not None and not 0 < value < math.inf:
                raise PlanError(f"{_option(name)}: {value} is not above 0, or without end")
        if not 0 <= self.settle < math.inf:
            raise PlanError(f"--settle: {self.settle} is not a time")
        if self.processes > self.stations:
            raise PlanError(
                f"--processes: {self.processes} are more than there are stations ({self.stations})"
            )
        self._check_config()

    def _check_config(self) -> None:
        if self.password is None and urlsplit(self.csms_url).scheme == "wss":
            raise PlanError("--csms-url: with wss:// a password is needed; give --password")
        try:
            self.config(self.stations)
            # Where it leads and who it is, as every station will be told.
            plain = f"ws://{self.csms_url.partition('://')[2]}"
            is_web_socket = self.csms_url.startswith(("ws://", "wss://"))
            NetworkProfile(plain if is_web_socket else self.csms_url, self.identity(self.stations))
        except (ConfigError, OCPPUsageError) as error:
            raise PlanError(f"such stations cannot be: {error}") from None

    def identity(self, number: int) -> str:
        """The identity of the station of that number; the first is 1."""
        return f"{self.identity_prefix}-{number:05}"

    def config(self, number: int) -> StationConfig:
        """The station of that number."""
        return StationConfig(
            identity=self.identity(number),
            csms_url=self.csms_url,
            password=self.password,
            model="Fleet",
            serial_number=f"{number:05}",
            variables=self.variables(),
        )

    def variables(self) -> Mapping[str, str]:
        """What of the device model is not as usual: quick to notice, and never giving up."""
        return {
            # A session is from plug to unplug, whether the CSMS knows the token or not.
            "TxCtrlr.TxStartPoint": "EVConnected",
            "TxCtrlr.TxStopPoint": "EVConnected",
            "SampledDataCtrlr.TxUpdatedInterval": str(self.meter_interval),
            "NetworkConfiguration[0].MessageTimeout": str(self.message_timeout),
            "OCPPCommCtrlr.MessageAttempts[TransactionEvent]": "1000",
            "OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]": "1",
            "OCPPCommCtrlr.RetryBackOffWaitMinimum": "1",
            "OCPPCommCtrlr.RetryBackOffRandomRange": "3",
            "OCPPCommCtrlr.RetryBackOffRepeatTimes": "4",
            "OCPPCommCtrlr.WebSocketPingInterval": "10",
        }


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
