"""What a scenario consists of, besides its steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from ocpp21 import AuthorizationStatusEnumType
from ocppref.station.config import ConnectorConfig, EvseConfig
from ocppref.station.scenario.source import Source
from ocppref.station.scenario.steps.step import Entry, Part, Text

_Registration = Literal["Accepted", "Pending", "Rejected"]


def _accepted() -> list[_Registration]:
    return ["Accepted"]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


class EvsePart(Part):
    """One of the EVSEs."""

    connectors: Annotated[
        list[str], Field(min_length=1, description="The types of its connectors, such as `cType2`.")
    ] = Field(default_factory=lambda: ["cType2"])
    max_power: Annotated[float, Field(gt=0, description="In W.")] = 22_000.0
    phases: Annotated[int, Field(ge=1, le=3, description="Of the grid.")] = 3
    dc: Annotated[bool, Field(description="Whether it gives direct current.")] = False


class StationPart(Part):
    """The station that is needed. Options and the file of `--config` win over it."""

    evses: Annotated[
        Annotated[int, Field(ge=1, le=1000)] | list[EvsePart],
        Field(description="How many EVSEs; or each of them, as below."),
    ] = 1
    variables: Annotated[
        dict[str, Text], Field(description="As `--set`: `Component.Variable[Instance]` to value.")
    ] = Field(default_factory=dict)

    def make_evses(self) -> tuple[EvseConfig, ...]:
        """As a station is made with."""
        evses = [EvsePart()] * self.evses if isinstance(self.evses, int) else self.evses
        return tuple(
            EvseConfig(
                number,
                tuple(ConnectorConfig(at, type) for at, type in enumerate(each.connectors, 1)),
                each.max_power,
                each.phases,
                each.dc,
            )
            for number, each in enumerate(evses, 1)
        )


class CsmsPart(Part):
    """How the built-in CSMS is. Any other is as it is."""

    boot: Annotated[
        list[_Registration],
        BeforeValidator(_as_list),
        Field(min_length=1, description="Its answers to BootNotification; the last one stays."),
    ] = Field(default_factory=_accepted)
    interval: Annotated[int, Field(ge=1, description="The interval of these answers, in s.")] = 300
    tokens: Annotated[
        dict[str, AuthorizationStatusEnumType],
        Field(description="The status of tokens, by id; `Accepted` for all others."),
    ] = Field(default_factory=dict)


class Head(Part):
    """A scenario without its steps."""

    name: Annotated[str, Field(min_length=1, description="What it is called in reports.")]
    description: Annotated[str, Field(description="What it shows.")] = ""
    parameters: Annotated[
        dict[str, Text],
        Field(description="Values for `${name}` in steps; `--param NAME=VALUE` wins over them."),
    ] = Field(default_factory=dict)
    station: StationPart = StationPart()
    csms: CsmsPart = CsmsPart()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario that can be played."""

    head: Head
    steps: tuple[Entry, ...]
    source: Source
    values: dict[str, str]

    @property
    def name(self) -> str:
        """What it is called."""
        return self.head.name

    @property
    def file(self) -> str:
        """Where it was read from."""
        return self.source.file
