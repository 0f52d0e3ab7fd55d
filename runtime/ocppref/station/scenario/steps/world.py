"""What the driver, the car and the world around a station do."""

from __future__ import annotations

import asyncio
from typing import Annotated, ClassVar

from pydantic import Field

from ocppref.station.device_model import VariableError
from ocppref.station.device_model.settings import find
from ocppref.station.scenario.durations import Duration
from ocppref.station.scenario.steps.step import ConnectorId, Evse, Failed, Stage, Step, Text


class Plug(Step):
    """An EV comes and is plugged in."""

    word: ClassVar[str] = "plug"
    short: ClassVar[str | None] = "evse"
    evse: Evse
    connector: ConnectorId = None

    async def play(self, stage: Stage) -> None:
        await stage.station.plug(self.evse, self.connector)


class Unplug(Step):
    """The EV is unplugged, and leaves."""

    word: ClassVar[str] = "unplug"
    short: ClassVar[str | None] = "evse"
    evse: Evse
    connector: ConnectorId = None

    async def play(self, stage: Stage) -> None:
        await stage.station.unplug(self.evse, self.connector)


class Token(Step):
    """Somebody holds a token to the reader."""

    word: ClassVar[str] = "token"
    short: ClassVar[str | None] = "id"
    id: Annotated[str, Field(min_length=1, max_length=255, description="Its id.")]
    type: Annotated[str, Field(min_length=1, max_length=20, description="Its type.")] = "ISO14443"
    evse: Annotated[
        int | None, Field(ge=1, description="The EVSE with the reader; that of the station if not.")
    ] = None

    async def play(self, stage: Stage) -> None:
        await stage.station.present(self.id, type=self.type, evse_id=self.evse)


class Ev(Step):
    """The car takes up to so much power from now on; at 0 it suspends."""

    word: ClassVar[str] = "ev"
    evse: Evse = 1
    power: Annotated[float, Field(ge=0, allow_inf_nan=False, description="In W.")]
    soc: Annotated[
        float | None, Field(ge=0, le=100, description="How full its battery is, in %.")
    ] = None

    async def play(self, stage: Stage) -> None:
        await stage.station.set_ev(self.evse, power=self.power, soc=self.soc)


class Connection(Step):
    """The network plug is pulled (`off`), or put back (`on`)."""

    word: ClassVar[str] = "connection"
    short: ClassVar[str | None] = "online"
    online: Annotated[bool, Field(description="`on` or `off`.")]

    async def play(self, stage: Stage) -> None:
        await (stage.station.go_online() if self.online else stage.station.go_offline())


class PowerCycle(Step):
    """The power is cut, and comes back."""

    word: ClassVar[str] = "power-cycle"
    short: ClassVar[str | None] = "down"
    down: Annotated[Duration, Field(description="How long there is none.")] = 0.0
    wait: Annotated[bool, Field(description="Whether the next step waits for it.")] = True

    async def play(self, stage: Stage) -> None:
        cycle = stage.station.start_power_cycle(self.down)
        if self.wait:
            await asyncio.shield(cycle)


class Fault(Step):
    """An EVSE fails, or is well again."""

    word: ClassVar[str] = "fault"
    short: ClassVar[str | None] = "evse"
    evse: Evse
    on: Annotated[bool, Field(description="Whether it fails.")] = True
    reason: Annotated[
        str | None,
        Field(description="What fails; `ConnectorPlugRetentionLock` is a lock that jams."),
    ] = None

    async def play(self, stage: Stage) -> None:
        await stage.station.fault(self.evse, self.on, self.reason)


class Set(Step):
    """Somebody sets variables at the station, as a CSMS could."""

    word: ClassVar[str] = "set"
    short: ClassVar[str | None] = "variables"
    is_whole: ClassVar[bool] = True
    variables: Annotated[
        dict[str, Text],
        Field(min_length=1, description="`Component.Variable[Instance]` to value."),
    ]

    async def play(self, stage: Stage) -> None:
        controller = stage.station.controller
        if controller is None:
            raise Failed("the station has no power")
        model = controller.core.model
        try:
            for name, text in self.variables.items():
                for (key, attribute), value in find(model, name, text):
                    entry = model.entry(key)
                    refusal = model.judge(entry, attribute, value)
                    if refusal is not None and not refusal.is_reboot:
                        raise Failed(f"{key} cannot be set like that: {refusal.info}")
                    model.set_text(entry, attribute, value)
        except VariableError as error:
            raise Failed(str(error)) from None
