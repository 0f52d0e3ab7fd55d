"""What the CSMS is to do, and how the scenario itself goes on."""

from __future__ import annotations

import json
from typing import Annotated, ClassVar, Self

from pydantic import Field, InstanceOf, ValidationError, model_validator

from ocpp21.actions import ACTIONS
from ocppj import Direction, OCPPError
from ocppref.station.scenario.durations import Duration
from ocppref.station.scenario.filling import names
from ocppref.station.scenario.frames import NotSeen
from ocppref.station.scenario.source import Data
from ocppref.station.scenario.steps.step import Entry, Failed, Stage, Step
from ocppref.station.scenario.steps.watching import Action, Fields

_ANSWER_TIME = 30.0


class Csms(Step):
    """The CSMS sends a CALL.

    The built-in one does. Any other is waited for: the payload is shown to the person at it, and
    whatever it sends with that Action counts.
    """

    word: ClassVar[str] = "csms"
    action: Action
    payload: Annotated[dict[str, Data], Field(description="What it sends.")] = Field(
        default_factory=dict
    )
    answer: Annotated[Fields, Field(description="What the station's answer has to have.")] = Field(
        default_factory=dict
    )
    timeout: Annotated[
        Duration, Field(description="How long to wait for a CSMS that is not built in.")
    ] = 120.0

    @model_validator(mode="after")
    def _check(self) -> Self:
        spec = ACTIONS[self.action]
        if spec.direction is Direction.CHARGING_STATION:
            raise ValueError(f"{self.action} is sent by the Charging Station, not by the CSMS")
        if not any(names(self.payload)):
            try:
                spec.request.read_json(json.dumps(self.payload))  # type: ignore[attr-defined]
            except ValidationError as error:
                first = error.errors()[0]
                place = "".join(f"/{part}" for part in first["loc"])
                raise ValueError(f"payload: {place}: {first['msg']}") from None
        return self

    async def play(self, stage: Stage) -> None:
        payload = stage.fill(self.payload)
        try:
            if stage.csms is not None:
                await stage.csms.call(self.action, payload)
            else:
                stage.say(f"have the CSMS send {self.action} {json.dumps(payload)}")
            await stage.frames.wait_for(self.action, direction="in", timeout=self.timeout)
            await stage.frames.wait_for(
                self.action,
                stage.fill(self.answer),
                type="result",
                direction="out",
                timeout=_ANSWER_TIME,
            )
        except (NotSeen, OCPPError, LookupError, ValueError) as error:
            raise Failed(str(error)) from None


class Note(Step):
    """A line for whoever reads the log."""

    word: ClassVar[str] = "note"
    short: ClassVar[str | None] = "text"
    text: Annotated[str, Field(description="What it says.")]

    async def play(self, stage: Stage) -> None:
        stage.say(self.text)


class Repeat(Step):
    """Steps that are done several times. Its `steps` are as those of the scenario."""

    word: ClassVar[str] = "repeat"
    times: Annotated[int, Field(ge=1, le=1_000_000, description="How often.")]
    steps: Annotated[tuple[InstanceOf[Entry], ...], Field(min_length=1, description="What.")]

    async def play(self, stage: Stage) -> None:
        raise NotImplementedError  # the player plays its steps
