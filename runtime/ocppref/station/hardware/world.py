"""The hardware of a station and what people and cars do to it. It outlives each power-on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from ocpp21 import IdTokenType, MeasurandEnumType
from ocppj import Clock
from ocppref.station.config import EvseConfig, StationConfig
from ocppref.station.hardware.connector import Connector, ConnectorProblem
from ocppref.station.hardware.electrical import Battery
from ocppref.station.hardware.evse import Ev, Evse, Flow
from ocppref.station.hardware.readings import Reading, read_evse, read_main
from ocppref.station.hardware.states import EvseState, from_text, restore, to_text
from ocppref.station.signals import Signal
from ocppref.station.store import Store

KIND = "hardware"
DC_SOC = 0.2
"""The state of charge with which an EV comes to a DC EVSE if nobody says otherwise."""
LOCK = "ConnectorPlugRetentionLock"
"""The reason of a fault that is one of the locks only."""


class Impossible(Exception):
    """That cannot be done now. The text says why."""


class Presented(NamedTuple):
    """A token was held to a reader; to the one of an EVSE, or to that of the station."""

    id_token: IdTokenType
    evse_id: int | None


class Hardware:
    """EVSEs, cables, cars, meters and locks.

    Whatever changes is told by the signals, inside of a transaction of the store. So what the
    software makes of it is kept together with it, or nothing of both.
    """

    __slots__ = (
        "_clock",
        "_store",
        "bay_changed",
        "connector_problem",
        "evses",
        "faulted",
        "flow_changed",
        "main_meter",
        "plugged",
        "power_changed",
        "powered",
        "presented",
        "released",
        "unplugged",
    )

    def __init__(self, *, config: StationConfig, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.powered = True
        self.plugged: Signal[Connector] = Signal()
        """An EV was plugged in."""
        self.unplugged: Signal[Connector] = Signal()
        """An EV was unplugged, at its end or at ours."""
        self.released: Signal[Connector] = Signal()
        """A loose cable that was left in a locked socket is gone too."""
        self.flow_changed: Signal[Evse] = Signal()
        """`Evse.flow` is another."""
        self.power_changed: Signal[Evse] = Signal()
        """The power changed, other than along a battery's curve. It comes before `flow_changed`."""
        self.faulted: Signal[Evse] = Signal()
        """`Evse.fault` changed: a fault came, or went."""
        self.bay_changed: Signal[Evse] = Signal()
        """A vehicle came to the parking bay, or left it."""
        self.presented: Signal[Presented] = Signal()
        self.connector_problem: Signal[ConnectorProblem] = Signal()
        """A lock failed, or works again."""
        kept = {key: from_text(text) for key, text in store.load(KIND).items()}
        self.evses: Mapping[int, Evse] = {
            each.id: self._build(each, kept.get(str(each.id))) for each in config.evses
        }
        self.main_meter = MainMeter(self.evses.values())

    def plug(self, evse_id: int, connector_id: int | None = None) -> None:
        """An EV comes and is plugged in, at the first connector if none is named."""
        evse = self._evse(evse_id)
        connector = self._connector(evse, connector_id)
        for each in evse.connectors.values():
            if each.occupied:
                raise Impossible(f"connector {each.id} of EVSE {evse_id} is occupied")
        with self._store.transaction():
            self._park(evse)
            connector.plugged = True
            evse.ev = Ev(battery=self._battery(evse, None))
            evse.balance()
            self.save(evse_id)
            self.plugged.emit(connector)
            self._flow_changed(evse, Flow.NO_EV)

    def unplug(self, evse_id: int, connector_id: int | None = None) -> None:
        """The EV is unplugged, and leaves.

        A lock does not hinder that: the cable is taken out of the car. A loose cable then stays in
        a socket that is locked until somebody unlocks it.
        """
        evse = self._evse(evse_id)
        connector = evse.plugged
        if connector is None or connector_id not in (None, connector.id):
            raise Impossible(f"there is no EV at {_name(evse_id, connector_id)}")
        with self._store.transaction():
            before = evse.flow
            connector.plugged = False
            connector.cable_left = connector.locked and not connector.captive
            connector.locked = connector.cable_left
            evse.ev = None
            evse.cut()
            self.save(evse_id)
            self.unplugged.emit(connector)
            self._flow_changed(evse, before)
            self._depart(evse)

    def park(self, evse_id: int) -> None:
        """A vehicle comes to the parking bay. `plug` does that too if the bay is empty."""
        evse = self._evse(evse_id)
        if evse.bay_occupied:
            raise Impossible(f"the parking bay of EVSE {evse_id} is occupied")
        with self._store.transaction():
            self._park(evse)

    def depart(self, evse_id: int) -> None:
        """A vehicle that was not plugged in leaves the parking bay. `unplug` does that too."""
        evse = self._evse(evse_id)
        if not evse.bay_occupied:
            raise Impossible(f"the parking bay of EVSE {evse_id} is empty")
        if evse.plugged is not None:
            raise Impossible(f"the EV at EVSE {evse_id} is plugged in")
        with self._store.transaction():
            self._depart(evse)

    def present(self, id_token: IdTokenType, evse_id: int | None = None) -> None:
        """Somebody holds a token to the reader."""
        if evse_id is not None:
            self._evse(evse_id)
        if not self.powered:
            raise Impossible("the station has no power")
        self.presented.emit(Presented(id_token, evse_id))

    def drive_ev(self, evse_id: int, power: float, soc: float | None = None) -> None:
        """From now on the EV takes up to `power` W; at 0 it suspends. `soc` is in %."""
        evse = self._evse(evse_id)
        if evse.ev is None:
            raise Impossible(f"there is no EV at EVSE {evse_id}")
        if not 0.0 <= power < math.inf:
            raise Impossible(f"an EV cannot take {power:g} W: 0 or more is possible")
        if soc is not None and not 0.0 <= soc <= 100.0:
            raise Impossible(f"a state of charge of {soc:g} % is not possible")
        with self._store.transaction():
            battery = evse.battery if soc is None else self._battery(evse, soc / 100.0)
            evse.drive(replace(evse.ev, demand=power, battery=battery))
            self.save(evse_id)

    def fault(self, evse_id: int, on: bool, reason: str | None = None) -> None:
        """The EVSE fails, or is well again. No power flows through one that fails.

        For the reason "ConnectorPlugRetentionLock" it is the locks of its connectors only.
        """
        evse = self._evse(evse_id)
        with self._store.transaction():
            if reason == LOCK:
                self._jam(evse, on)
            else:
                self._fail(evse, (reason or "Fault") if on else None)
            self.save(evse_id)

    def power_off(self) -> None:
        """The station loses its power: contactors open. Cables, locks and registers stay."""
        self.powered = False
        with self._store.transaction():
            for evse in self.evses.values():
                evse.cut()
                self.save(evse.id)

    def power_on(self) -> None:
        """The station has power again."""
        self.powered = True

    def read(self, evse_id: int, measurand: MeasurandEnumType) -> list[Reading]:
        """What the meter of an EVSE measures now; the main meter is that of EVSE 0."""
        if evse_id == 0:
            return self.main_meter.read(measurand)
        return read_evse(self.evses[evse_id], measurand)

    def save(self, evse_id: int) -> None:
        """Keep an EVSE with its registers. Do so in one transaction with what is told of them."""
        self._store.put(KIND, str(evse_id), to_text(self.evses[evse_id]))

    def settled(self, evse: Evse, before: Flow) -> None:
        """See `Surroundings`."""
        with self._store.transaction():
            self.save(evse.id)
            self._flow_changed(evse, before)

    def lock_moved(self, connector: Connector, problem: bool) -> None:
        """See `Surroundings`."""
        with self._store.transaction():
            self.save(connector.evse_id)
            if problem:
                self.connector_problem.emit(ConnectorProblem(connector, True))

    def cable_taken(self, connector: Connector) -> None:
        """See `Surroundings`."""
        with self._store.transaction():
            self.save(connector.evse_id)
            self.released.emit(connector)

    def _build(self, config: EvseConfig, state: EvseState | None) -> Evse:
        energy, registers = (0.0, []) if state is None else (state["energy"], state["registers"])
        evse = Evse(config, clock=self._clock, world=self, energy=energy, registers=registers)
        if state is not None:
            restore(evse, state)
        return evse

    def _evse(self, evse_id: int) -> Evse:
        evse = self.evses.get(evse_id)
        if evse is None:
            raise Impossible(f"there is no EVSE {evse_id}")
        return evse

    def _connector(self, evse: Evse, connector_id: int | None) -> Connector:
        if connector_id is None:
            return next(iter(evse.connectors.values()))
        connector = evse.connectors.get(connector_id)
        if connector is None:
            raise Impossible(f"there is no {_name(evse.id, connector_id)}")
        return connector

    def _battery(self, evse: Evse, soc: float | None) -> Battery | None:
        if evse.config.dc:
            return Battery(DC_SOC if soc is None else soc, maximum=evse.config.max_power)
        return None if soc is None else Battery(soc)

    def _flow_changed(self, evse: Evse, before: Flow) -> None:
        self.power_changed.emit(evse)
        if evse.flow is not before:
            self.flow_changed.emit(evse)

    def _park(self, evse: Evse) -> None:
        if not evse.bay_occupied:
            evse.bay_occupied = True
            self.save(evse.id)
            self.bay_changed.emit(evse)

    def _depart(self, evse: Evse) -> None:
        evse.bay_occupied = False
        self.save(evse.id)
        self.bay_changed.emit(evse)

    def _jam(self, evse: Evse, on: bool) -> None:
        for connector in evse.connectors.values():
            was, connector.jammed = connector.jammed, on
            if was and not on:
                self.connector_problem.emit(ConnectorProblem(connector, False))

    def _fail(self, evse: Evse, reason: str | None) -> None:
        if evse.fault == reason:
            return
        before = evse.flow
        evse.fault = reason
        evse.balance()
        self.faulted.emit(evse)
        self._flow_changed(evse, before)


class MainMeter:
    """The meter between the grid and all EVSEs: EVSE 0 in OCPP's words."""

    __slots__ = ("_evses",)

    def __init__(self, evses: Iterable[Evse]) -> None:
        self._evses = evses

    def read(self, measurand: MeasurandEnumType) -> list[Reading]:
        """What it measures now."""
        return read_main(self._evses, measurand)


def _name(evse_id: int, connector_id: int | None) -> str:
    at = f"EVSE {evse_id}"
    return at if connector_id is None else f"connector {connector_id} of {at}"
