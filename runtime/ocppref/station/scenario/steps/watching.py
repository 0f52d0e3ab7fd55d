"""Waiting for something, and expecting something."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ocpp21.actions import ACTIONS
from ocppref.station.scenario.completeness import incomplete
from ocppref.station.scenario.durations import Duration
from ocppref.station.scenario.frames import Frame, NotSeen, Pattern
from ocppref.station.scenario.matching import check, explain, is_there, resolve
from ocppref.station.scenario.problems import suggest
from ocppref.station.scenario.source import Data
from ocppref.station.scenario.steps.step import Failed, Part, Stage, Step

_LOOK = 0.25  # seconds from one look at the state to the next


def _known(action: str) -> str:
    if action not in ACTIONS:
        raise ValueError(f"OCPP 2.1 has no Action {action!r}{suggest(action, ACTIONS)}")
    return action


def _known_or_none(action: str | None) -> str | None:
    return None if action is None else _known(action)


def _can_be(expected: dict[str, Data]) -> dict[str, Data]:
    check(expected)
    return expected


def _pointers(kept: dict[str, str]) -> dict[str, str]:
    for name, pointer in kept.items():
        if not pointer.startswith("/"):
            raise ValueError(f"{name}: a JSON Pointer begins with /, not as {pointer!r}")
    return kept


Action = Annotated[str, AfterValidator(_known), Field(description="The Action of the frame.")]
SomeAction = Annotated[
    str | None, AfterValidator(_known_or_none), Field(description="The Action of the frame.")
]
Fields = Annotated[
    dict[str, Data],
    AfterValidator(_can_be),
    Field(description="What its payload has to have: see [Fields](#fields)."),
]
State = Annotated[
    dict[str, Data],
    AfterValidator(_can_be),
    Field(description="What the state of the station has to have, in the same form."),
]
Type = Annotated[
    Literal["call", "send", "result", "error"] | None,
    Field(description="`call`, `send`, `result` or `error`; a CALL or SEND if not."),
]
Direction = Annotated[
    Literal["out", "in"] | None,
    Field(description="`out` to the CSMS, `in` from it; either if not."),
]


class Wait(Step):
    """Time passes."""

    word: ClassVar[str] = "wait"
    short: ClassVar[str | None] = "duration"
    duration: Annotated[Duration, Field(description="How much.")]

    async def play(self, stage: Stage) -> None:
        await asyncio.sleep(self.duration)


class WaitOnline(Step):
    """Wait until the CSMS has accepted the station."""

    word: ClassVar[str] = "wait-online"
    short: ClassVar[str | None] = "timeout"
    timeout: Annotated[Duration, Field(description="How long at most.")] = 60.0

    async def play(self, stage: Stage) -> None:
        await _reach(stage, {"online": True, "registration": "Accepted"}, self.timeout)


class WaitFor(Step):
    """Wait for a frame that comes after the one that was last waited for, or for a state."""

    word: ClassVar[str] = "wait-for"
    short: ClassVar[str | None] = "action"
    action: SomeAction = None
    fields: Fields = Field(default_factory=dict)
    type: Type = None
    direction: Direction = None
    state: State = Field(default_factory=dict)
    timeout: Annotated[Duration, Field(description="How long at most.")] = 30.0
    fresh: Annotated[
        bool, Field(description="Whether it has to come from now on, not earlier.")
    ] = False
    keep: Annotated[
        dict[str, str],
        AfterValidator(_pointers),
        Field(description="Names for later `${name}`, each with a JSON Pointer into the payload."),
    ] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.action is None and not self.state:
            raise ValueError("give an action or a state to wait for")
        if self.state and (self.action is not None or self.fields or self.keep):
            raise ValueError("wait for a frame or for a state, not for both in one step")
        return self

    async def play(self, stage: Stage) -> None:
        if self.state:
            await _reach(stage, stage.fill(self.state), self.timeout)
            return
        try:
            frame = await stage.frames.wait_for(
                self.action,
                stage.fill(self.fields),
                timeout=self.timeout,
                type=self.type,
                direction=self.direction,
                fresh=self.fresh,
            )
        except NotSeen as error:
            raise Failed(str(error)) from None
        for name, pointer in self.keep.items():
            stage.values[name] = _kept(frame, pointer)


def _kept(frame: Frame, pointer: str) -> str:
    found = resolve(frame.payload, pointer)
    if not is_there(found):
        raise Failed(f"there is no {pointer} in {frame.action} to keep")
    return str(found)


class Count(Part):
    """How many frames there are to be."""

    at_least: Annotated[int, Field(ge=0)] = 0
    at_most: Annotated[int | None, Field(ge=0)] = None


def _count(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return {"at-least": value, "at-most": value}
    return value


class Expect(Step):
    """Something has to be so now: the last frame of a kind, how many there were, the state."""

    word: ClassVar[str] = "expect"
    action: SomeAction = None
    fields: Fields = Field(default_factory=dict)
    type: Type = None
    direction: Direction = None
    count: Annotated[
        Count | None,
        BeforeValidator(_count),
        Field(
            description="How many such frames there were since the scenario began: a number, or"
            " `at-least` and `at-most`; 0 is none. Without it the last frame counts."
        ),
    ] = None
    state: State = Field(default_factory=dict)
    transactions: Annotated[
        Literal["complete"] | None,
        Field(
            description="`complete`: of every transaction the CSMS has answered each event from"
            " Started to Ended, in order."
        ),
    ] = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.action is None and not self.state and self.transactions is None:
            raise ValueError("give an action, a state or transactions to expect")
        if self.action is None and (self.fields or self.count or self.type or self.direction):
            raise ValueError("fields, count, type and direction need an action")
        return self

    async def play(self, stage: Stage) -> None:
        if self.action is not None:
            self._expect_frames(stage)
        if why := explain(stage.fill(self.state), stage.station.state()):
            raise Failed(f"state: {why}")
        if self.transactions is not None and (why := incomplete(stage.frames.all)):
            raise Failed(why)

    def _expect_frames(self, stage: Stage) -> None:
        pattern = Pattern(self.action, self.type, self.direction, stage.fill(self.fields))
        if self.count is not None:
            _expect_count(self.count, sum(1 for _ in stage.frames.matching(pattern)), pattern)
            return
        last = stage.frames.last(pattern)
        if last is None:
            raise Failed(f"there was no {self.action}")
        if why := pattern.explain(last):
            raise Failed(f"of the last {self.action}, {why}")


def _expect_count(count: Count, found: int, pattern: Pattern) -> None:
    if found < count.at_least:
        raise Failed(f"there were {found} such {pattern.action}, not at least {count.at_least}")
    if count.at_most is not None and found > count.at_most:
        raise Failed(f"there were {found} such {pattern.action}, not at most {count.at_most}")


async def _reach(
    stage: Stage, state: Mapping[str, Data], timeout: float  # noqa: ASYNC109 - a step has one
) -> None:
    """Wait for a state: it may change without a frame, so it is looked at now and then."""
    end = asyncio.get_running_loop().time() + timeout
    while why := explain(state, stage.station.state()):
        left = end - asyncio.get_running_loop().time()
        if left <= 0:
            raise Failed(f"not within {timeout:g} s: {why}")
        await asyncio.sleep(min(_LOOK, left))
