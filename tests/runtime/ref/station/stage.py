"""A whole station at a CSMS in memory, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tests.runtime.ref.station.tester import Tester, virtual_date

import ocpp21
from ocppj import Csms, Observer
from ocppj.testing import Network
from ocppref.station.config import EvseConfig, StationConfig
from ocppref.station.handlers.data_transfer import VendorRouter
from ocppref.station.station import Station
from ocppref.station.store import Store
from ocppref.station.transfer import FileTransfer

TOKEN = "04A1B2"


@dataclass
class Stage:
    """The station, the CSMS, and the network between them."""

    station: Station
    tester: Tester
    csms: Csms[ocpp21.CsmsCalls]
    network: Network

    @property
    def to_station(self) -> ocpp21.CsmsCalls:
        """What the CSMS can call."""
        return self.csms.calls(self.station.config.identity)

    async def booted(self, count: int = 1) -> None:
        """Wait until it has booted so often, and has told all it had to."""
        await self.tester.seen("BootNotification", count)
        await asyncio.sleep(0.5)

    async def charge(self, evse_id: int = 1) -> None:
        """Begin a session: cable, token, and energy flows."""
        await self.station.plug(evse_id)
        await self.station.present(TOKEN, evse_id=evse_id)
        await asyncio.sleep(10)
        assert self.station.state()["evses"][evse_id - 1]["flow"] == "charging"

    def events(self) -> list[tuple[str, str]]:
        """The TransactionEvents so far: what they are and why, without meter values."""
        return [
            (event.event_type.value, event.trigger_reason.value)
            for event in self.tester.of("TransactionEvent")
            if not event.trigger_reason.value.startswith("MeterValue")
        ]

    def statuses(self) -> list[str]:
        """The states of connectors that were told so far."""
        return [
            each.actual_value
            for event in self.tester.of("NotifyEvent")
            for each in event.event_data
            if each.variable.name == "AvailabilityState" and each.component.name == "Connector"
        ]


@asynccontextmanager
async def stage(
    variables: Mapping[str, str] | None = None,
    *,
    evses: int = 1,
    store: Store | None = None,
    seed: int = 1,
    observers: Iterable[Observer] = (),
    files: FileTransfer | None = None,
    data_transfer: VendorRouter | None = None,
    **more: Any,
) -> AsyncIterator[Stage]:
    """Everything is on, and goes off at the end."""
    tester = Tester()
    config = StationConfig(
        evses=tuple(EvseConfig(number) for number in range(1, evses + 1)),
        variables=dict(variables or {}),
        **more,
    )
    async with Csms(tester, bindings=[ocpp21.CSMS]) as csms:
        network = Network(csms.protocol)
        station = Station(
            config,
            store=store,
            connector=network.connect,
            wall=virtual_date,
            seed=seed,
            observers=observers,
            files=files,
            data_transfer=data_transfer,
        )
        async with station:
            yield Stage(station, tester, csms, network)
