"""What a step is, and what it is played on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Protocol, cast

from pydantic import AliasGenerator, BaseModel, BeforeValidator, ConfigDict, Field

from ocppref.station.scenario.filling import fill
from ocppref.station.scenario.frames import Frames
from ocppref.station.scenario.source import Data
from ocppref.station.station import Station


class Failed(Exception):
    """Something is not as the scenario expects it."""


class CsmsHand(Protocol):
    """A CSMS that does what a scenario says."""

    async def call(self, action: str, payload: Mapping[str, Data]) -> None:
        """Send a CALL to the station. Raises an `OCPPError`."""
        ...


@dataclass
class Stage:
    """The station, what passed between it and the CSMS, and the CSMS where it is ours.

    `values` are those of parameters and of what was kept; `say` shows a line to the person.
    """

    station: Station
    frames: Frames
    csms: CsmsHand | None = None
    values: dict[str, str] = field(default_factory=dict)
    say: Callable[[str], object] = print

    def fill(self, data: Mapping[str, Data]) -> dict[str, Data]:
        """The data with the values in their places."""
        return cast("dict[str, Data]", fill(dict(data), self.values))


class Part(BaseModel):
    """Part of a scenario: names are written with hyphens, and no other than these may be there."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        coerce_numbers_to_str=True,
        alias_generator=AliasGenerator(validation_alias=lambda name: name.replace("_", "-")),
    )


class Step(Part):
    """A step of a scenario.

    `word` is its name there. Where only a single value is written, it is that of the field `short`;
    with `is_whole` a mapping is that too.
    """

    word: ClassVar[str]
    short: ClassVar[str | None] = None
    is_whole: ClassVar[bool] = False

    async def play(self, stage: Stage) -> None:
        """Do it. Raises `Failed` and `Impossible`."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Entry:
    """A step as it is written in a file. `text` is how it is called in reports."""

    step: Step
    text: str
    line: int


def _to_text(value: object) -> object:
    """As a value of a variable is written in a message."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, list) else value


Text = Annotated[str, BeforeValidator(_to_text)]


def _number(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("this is no number")
    return value


Evse = Annotated[int, BeforeValidator(_number), Field(ge=1, description="The id of the EVSE.")]
ConnectorId = Annotated[
    int | None, BeforeValidator(_number), Field(ge=1, description="Which one; the first if not.")
]
