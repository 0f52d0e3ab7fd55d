"""The parts of a station that speak, at a real CSMS in memory."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from tests.runtime.ref.station.tester import Tester, virtual_date

import ocpp21
from ocppj import Csms, LoopClock, NetworkProfile, Observer, Uplink
from ocppj.testing import Network
from ocppref.station import link as links
from ocppref.station.config import StationConfig
from ocppref.station.device_model import DeviceModel
from ocppref.station.heartbeat import Heartbeat
from ocppref.station.outbox import Outbox
from ocppref.station.registration import Registration
from ocppref.station.store import MemoryStore, Store
from ocppref.station.tasks import Tasks
from ocppref.station.time import StationClock
from ocppref.station.timekeeper import TimeKeeper

IDENTITY = "CS001"
URL = "ws://csms.example/ocpp"
PROFILE = NetworkProfile(URL, IDENTITY)


class Observers(Observer):
    """Passes on which attempts to connect failed."""

    def __init__(self) -> None:
        self.attempts: list[Observer] = []

    def connection_refused(self, identity: str, address: str, reason: str) -> None:
        for each in self.attempts:
            each.connection_refused(identity, address, reason)


class Bench:
    """One power-on of a station that has no EVSE to speak of. Nothing is started."""

    def __init__(
        self,
        network: Network,
        store: Store,
        config: StationConfig,
        *,
        wall: Callable[[], datetime] = virtual_date,
        capacity: int = 10_000,
        seed: int = 0,
    ) -> None:
        self.network, self.store, self.config = network, store, config
        self._observers = Observers()
        self.clock = StationClock(LoopClock(), wall)
        self.tasks = Tasks(config.identity)
        self.model = DeviceModel(config=config, store=store, clock=self.clock)
        self.link = links.Link(
            model=self.model,
            clock=self.clock,
            tasks=self.tasks,
            network=links.Network(Uplink(network.connect), random.Random(seed), (self._observers,)),
        )
        self.timekeeper = TimeKeeper(clock=self.clock, model=self.model)
        self.registration = Registration(
            config=config,
            store=store,
            model=self.model,
            clock=self.clock,
            tasks=self.tasks,
            link=self.link,
            timekeeper=self.timekeeper,
        )
        self.outbox = Outbox(
            store=store,
            model=self.model,
            clock=self.clock,
            tasks=self.tasks,
            link=self.link,
            registration=self.registration,
            capacity=capacity,
        )
        self.heartbeat = Heartbeat(
            model=self.model,
            clock=self.clock,
            tasks=self.tasks,
            link=self.link,
            registration=self.registration,
            timekeeper=self.timekeeper,
        )

    def watch(self, observer: Observer) -> None:
        """Have connections watched."""
        self._observers.attempts.append(observer)

    def start(
        self, handlers: Sequence[object] = (), profiles: Sequence[NetworkProfile] = (PROFILE,)
    ) -> None:
        """Switch it on."""
        self.registration.start()
        self.outbox.start()
        self.heartbeat.start()
        self.link.open(handlers, profiles)

    async def comes(self, online: bool) -> None:
        """Wait until there is a connection, or none."""
        if self.link.online is online:
            return
        came = asyncio.Event()
        signal = self.link.came_online if online else self.link.went_offline
        disconnect = signal.connect(lambda _: came.set())
        await came.wait()
        disconnect()

    async def close(self) -> None:
        """Switch it off."""
        self.heartbeat.close()
        self.outbox.close()
        self.registration.close()
        await self.link.close()
        await self.tasks.close()
        self.clock.stop()


@dataclass
class Lab:
    """A CSMS, the network, and what of a station outlives a power-on."""

    tester: Tester
    csms: Csms[ocpp21.CsmsCalls]
    network: Network
    store: Store = field(default_factory=MemoryStore)
    config: StationConfig = field(default_factory=StationConfig)

    @property
    def to_station(self) -> ocpp21.CsmsCalls:
        """What the CSMS can call."""
        return self.csms.calls(IDENTITY)

    def bench(
        self,
        *,
        variables: Mapping[str, str] | None = None,
        wall: Callable[[], datetime] = virtual_date,
        capacity: int = 10_000,
    ) -> Bench:
        """A new power-on."""
        config = replace(self.config, variables={**self.config.variables, **(variables or {})})
        return Bench(self.network, self.store, config, wall=wall, capacity=capacity)

    @asynccontextmanager
    async def booted(
        self, *, variables: Mapping[str, str] | None = None, capacity: int = 10_000
    ) -> AsyncIterator[Bench]:
        """A power-on that is on."""
        bench = self.bench(variables=variables, capacity=capacity)
        bench.start()
        try:
            yield bench
        finally:
            await bench.close()


@asynccontextmanager
async def lab() -> AsyncIterator[Lab]:
    """A laboratory in virtual time."""
    tester = Tester()
    async with Csms(tester, bindings=[ocpp21.CSMS]) as csms:
        yield Lab(tester, csms, Network(csms.protocol))
