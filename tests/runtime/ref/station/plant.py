"""Hardware with the parts that watch and measure it, at a real CSMS in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from tests.runtime.ref.station.bench import Bench, Lab, lab
from tests.runtime.ref.station.tester import Tester

from ocpp21 import (
    ComponentType,
    EventDataType,
    EventNotificationEnumType,
    EventTriggerEnumType,
    NotifyEventRequest,
    VariableType,
)
from ocppj import LoopClock
from ocppref.station.availability import Availability
from ocppref.station.config import EvseConfig, StationConfig
from ocppref.station.handlers.availability import AvailabilityHandler
from ocppref.station.handlers.reservation import ReservationHandler
from ocppref.station.hardware import Hardware
from ocppref.station.metering import Due, Metering
from ocppref.station.operation import OperationalStates
from ocppref.station.power import PowerVariables
from ocppref.station.reservations import Reservations
from ocppref.station.store import Store


class Plant:
    """One power-on. `due` is what metering had for transactions."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.model, self.store = bench.model, bench.store
        self.clock, self.outbox = bench.clock, bench.outbox
        self.hardware = Hardware(config=bench.config, store=bench.store, clock=LoopClock())
        self.states = OperationalStates(hardware=self.hardware, store=bench.store)
        self.reservations = Reservations(
            hardware=self.hardware,
            model=bench.model,
            store=bench.store,
            clock=bench.clock,
            outbox=bench.outbox,
            states=self.states,
        )
        self.availability = Availability(
            hardware=self.hardware,
            model=bench.model,
            clock=bench.clock,
            states=self.states,
            reservations=self.reservations,
            events=_Events(bench),
            link=bench.link,
            registration=bench.registration,
            outbox=bench.outbox,
        )
        self.metering = Metering(
            config=bench.config,
            hardware=self.hardware,
            model=bench.model,
            store=bench.store,
            clock=bench.clock,
            outbox=bench.outbox,
            timekeeper=bench.timekeeper,
        )
        self.power = PowerVariables(hardware=self.hardware, model=bench.model)
        self.due: list[Due] = []
        self.metering.due.connect(self.due.append)

    def start(self) -> None:
        """Switch it on."""
        self.bench.start(
            [
                AvailabilityHandler(availability=self.availability),
                ReservationHandler(reservations=self.reservations, availability=self.availability),
            ]
        )
        for part in (self.reservations, self.availability, self.metering, self.power):
            part.start()

    async def close(self) -> None:
        """Switch it off."""
        for part in (self.power, self.metering, self.availability, self.reservations):
            part.close()
        self.hardware.power_off()
        await self.bench.close()


class _Events:
    """Sends each event by itself."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def notify(
        self,
        component: ComponentType,
        variable: VariableType,
        *,
        actual_value: str,
        trigger: EventTriggerEnumType,
        notification_type: EventNotificationEnumType,
        severity: int,
    ) -> None:
        event = EventDataType(
            event_id=1,
            timestamp=self._bench.clock.utc(),
            component=component,
            variable=variable,
            actual_value=actual_value,
            trigger=trigger,
            event_notification_type=notification_type,
            severity=severity,
        )
        message = NotifyEventRequest(
            generated_at=self._bench.clock.utc(), seq_no=0, event_data=[event]
        )
        self._bench.outbox.post(message)


class Site(Lab):
    """A laboratory for such stations."""

    def plant(self, variables: Mapping[str, str] | None = None) -> Plant:
        """A new power-on, with the store of the last one."""
        return Plant(self.bench(variables=variables))

    def pull(self) -> None:
        """Pull the network."""
        self.network.reachable = False
        self.network.cut()

    async def offline(self, plant: Plant, seconds: float) -> None:
        """Have no network for so long."""
        self.pull()
        await asyncio.sleep(seconds)
        assert not plant.bench.link.online
        self.network.reachable = True
        await plant.bench.link.retry()
        await asyncio.sleep(1)
        assert plant.bench.link.online

    @asynccontextmanager
    async def running(self, **variables: str) -> AsyncIterator[Plant]:
        """A power-on that the CSMS has accepted. Variables are "Component_Variable"."""
        named = {name.replace("_", ".", 1): text for name, text in variables.items()}
        plant = self.plant(named)
        plant.start()
        try:
            await asyncio.sleep(1)
            assert plant.bench.registration.is_accepted
            yield plant
        finally:
            await plant.close()


@asynccontextmanager
async def site(*evses: EvseConfig, store: Store | None = None) -> AsyncIterator[Site]:
    """A laboratory in virtual time, for a station with these EVSEs."""
    async with lab() as it:
        made = Site(it.tester, it.csms, it.network, config=StationConfig(evses=evses or _ONE))
        if store is not None:
            made.store = store
        yield made


_ONE = (EvseConfig(1, max_power=11_040.0),)


def statuses(tester: Tester) -> list[tuple[int, int, str]]:
    """What the CSMS was told of connectors, in that order."""
    return [told for message in tester.received if (told := _status(message.request))]


def _status(request: Any) -> tuple[int, int, str] | None:
    if isinstance(request, NotifyEventRequest):
        [event] = request.event_data
        evse = event.component.evse
        if event.variable.name == "AvailabilityState" and evse is not None:
            return evse.id, evse.connector_id or 0, event.actual_value
    return None
