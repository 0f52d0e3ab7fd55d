"""An EVSE: contactor, connectors, meter, and the EV that is plugged in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

from ocppj import Clock, Timer
from ocppref.station.config import EvseConfig
from ocppref.station.hardware.connector import Connector
from ocppref.station.hardware.electrical import MIN_CURRENT, VOLTAGE, Battery, Course
from ocppref.station.hardware.meter import IDLE, Meter


class Flow(Enum):
    """What happens between an EVSE and an EV."""

    NO_EV = "no EV"
    CONNECTED = "connected"
    """An EV is plugged in, and nobody permits it to take power."""
    CHARGING = "charging"
    SUSPENDED_EV = "suspended by the EV"
    SUSPENDED_EVSE = "suspended by the EVSE"
    """The EV may take power, but there is none: a limit, or a fault."""


@dataclass(frozen=True, slots=True)
class Ev:
    """An EV. `demand` is what it wants, in W, or None for all it can get.

    `battery` is None if nobody knows: then it is never full.
    """

    demand: float | None = None
    battery: Battery | None = None


class Surroundings(Protocol):
    """Whom an EVSE tells what happens."""

    def settled(self, evse: Evse, before: Flow) -> None:
        """Power or flow is another now; `before` is the flow that was."""
        ...

    def lock_moved(self, connector: Connector, problem: bool) -> None:
        """The lock was told to move; `problem` where it did not."""
        ...

    def cable_taken(self, connector: Connector) -> None:
        """The driver took his loose cable out of the socket."""
        ...


class Evse:
    """An EVSE as the software of the station knows it: it measures, permits and locks."""

    __slots__ = (
        "_clock",
        "_flow",
        "_limit",
        "_permitted",
        "_timer",
        "_world",
        "bay_occupied",
        "ceiling",
        "config",
        "connectors",
        "ev",
        "fault",
        "meter",
    )

    def __init__(
        self,
        config: EvseConfig,
        *,
        clock: Clock,
        world: Surroundings,
        energy: float = 0.0,
        registers: Sequence[float] = (),
    ) -> None:
        self.config = config
        self.connectors = {
            each.id: Connector(config.id, each.id, each.type) for each in config.connectors
        }
        self.meter = Meter(1 if config.dc else config.phases, energy, registers)
        self.ev: Ev | None = None
        self.fault: str | None = None
        """Why it does not work; None if it does."""
        self.bay_occupied = False
        """A vehicle stands in the parking bay."""
        self.ceiling: float | None = None
        """A limit in W for whatever charges here. After a change call `settle`."""
        self._clock = clock
        self._world = world
        self._flow = Flow.NO_EV
        self._permitted = False
        self._limit: float | None = None
        self._timer: Timer | None = None

    @property
    def id(self) -> int:
        """Its number, from 1."""
        return self.config.id

    @property
    def plugged(self) -> Connector | None:
        """The connector with an EV at it."""
        return next((each for each in self.connectors.values() if each.plugged), None)

    @property
    def flow(self) -> Flow:
        """What happens between the EVSE and the EV."""
        return self._flow

    @property
    def permitted(self) -> bool:
        """The contactor is closed, unless there is a fault."""
        return self._permitted

    @property
    def limit(self) -> float | None:
        """The limit in W that was given with the permission."""
        return self._limit

    @property
    def offered(self) -> float:
        """What the EV may take now, in W."""
        if not self._permitted or self.fault is not None:
            return 0.0
        offered = self.config.max_power
        for limit in (self.ceiling, self._limit):
            if limit is not None:
                offered = min(offered, limit)
        return offered if offered >= self._least() else 0.0

    @property
    def power(self) -> float:
        """What flows now, in W."""
        return self.meter.power(self._clock.now())

    @property
    def energy(self) -> float:
        """The energy register, in Wh, as exact as it is known. It only grows."""
        return self.meter.energy(self._clock.now())

    @property
    def registers(self) -> tuple[float, ...]:
        """The energy registers of the lines, in Wh; one for direct current."""
        return self.meter.registers(self._clock.now())

    @property
    def phases_used(self) -> int:
        """Through how many phases power flows; 0 for none, and for direct current."""
        return 0 if self.config.dc else self.meter.used()

    @property
    def battery(self) -> Battery | None:
        """The battery of the EV as it is now; None if nobody knows."""
        if self.ev is None or self.ev.battery is None:
            return None
        return self.meter.battery(self._clock.now()) or self.ev.battery

    @property
    def soc(self) -> float | None:
        """The state of charge in %; None if no EV tells one."""
        battery = self.battery
        return None if battery is None else battery.soc * 100.0

    def permit(self, limit: float | None = None) -> bool:
        """Lock the connector and let the EV take power, at most `limit` W.

        Gives False if the lock does not close: then no power flows. Where power or flow change,
        that is told before this returns.
        """
        if not self._permitted and not self.lock():
            return False  # G05.FR.01
        self._permitted = True
        self._limit = limit
        self.settle()
        return True

    def forbid(self) -> None:
        """Open the contactor. The lock stays as it is."""
        self._permitted = False
        self._limit = None
        self.settle()

    def lock(self) -> bool:
        """Lock the connector with the EV; False if that fails, True too if there is no EV."""
        connector = self.plugged
        if connector is None or connector.locked:
            return True
        connector.locked = not connector.jammed
        self._world.lock_moved(connector, problem=connector.jammed)
        return connector.locked

    def unlock(self, connector_id: int | None = None) -> bool:
        """Unlock a connector, or all of them; False if a lock does not open."""
        chosen = [
            each
            for each in self.connectors.values()
            if connector_id is None or each.id == connector_id
        ]
        return all([self._unlock(each) for each in chosen])

    def time_to_energy(self, energy: float) -> float | None:
        """Seconds until so many Wh more have flowed, if nothing else changes; None for never."""
        return self.meter.time_to(energy, self._clock.now())

    def time_to_soc(self, percent: float) -> float | None:
        """Seconds until the battery has so many %, if nothing else changes; None for never."""
        battery = self.battery
        if battery is None:
            return None
        return self.time_to_energy((percent / 100.0 - battery.soc) * battery.capacity)

    def drive(self, ev: Ev) -> None:
        """The EV wants something else, or another one has come; that is told."""
        before = self._flow
        self.meter.follow(IDLE, 0, self._clock.now())
        self.ev = ev
        self.balance()
        self._world.settled(self, before)

    def settle(self) -> None:
        """Find the power and the flow anew, and tell if they changed."""
        before, power_before = self._flow, self.meter.cap
        self.balance()
        if self._flow is not before or self.meter.cap != power_before:
            self._world.settled(self, before)

    def balance(self) -> None:
        """Find the power and the flow anew, and tell nobody."""
        battery = self.battery
        if self.ev is not None:
            self.ev = replace(self.ev, battery=battery)
        power = self._agreed(battery)
        lines = 1 if self.config.dc else self.config.phases
        self.meter.follow(Course(power, battery), lines, self._clock.now())
        self._flow = self._find_flow(power)
        self._wake_when_full()

    def cut(self) -> None:
        """The station has no power any more: nothing is permitted, and nobody is told."""
        self._permitted = False
        self._limit = None
        self.balance()

    def _agreed(self, battery: Battery | None) -> float:
        """The power in W that EVSE, EV and battery agree on."""
        if self.ev is None:
            return 0.0
        power = self.offered
        if self.ev.demand is not None:
            power = min(power, self.ev.demand)
        return power if battery is None else min(power, battery.accepts(battery.soc))

    def _find_flow(self, power: float) -> Flow:
        if self.ev is None:
            return Flow.NO_EV
        if not self._permitted:
            return Flow.CONNECTED
        if power > 0.0:
            return Flow.CHARGING
        return Flow.SUSPENDED_EV if self.offered > 0.0 else Flow.SUSPENDED_EVSE

    def _wake_when_full(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        due = self.meter.time_to_end(self._clock.now())
        self._timer = None if due is None else self._clock.call_later(due, self.settle)

    def _least(self) -> float:
        """What cannot be gone below, but to 0, in W."""
        if self.config.dc:
            return 0.0
        return min(self.config.max_power, MIN_CURRENT * VOLTAGE * self.config.phases)

    def _unlock(self, connector: Connector) -> bool:
        if connector.jammed:
            self._world.lock_moved(connector, problem=True)
            return False
        if connector.locked:
            connector.locked = False
            self._world.lock_moved(connector, problem=False)
        if connector.cable_left:
            connector.cable_left = False
            self._world.cable_taken(connector)
        return True
