"""What every other part of a power-on stands on, put together."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from ocpp21 import BootReasonEnumType
from ocppj import Clock
from ocppref.station.config import StationConfig
from ocppref.station.device_model import DeviceModel
from ocppref.station.events import Events
from ocppref.station.handlers.data_transfer import VendorRouter
from ocppref.station.hardware import Hardware
from ocppref.station.heartbeat import Heartbeat
from ocppref.station.link import Link, Network
from ocppref.station.logs import Journal
from ocppref.station.network import NetworkProfiles
from ocppref.station.outbox import Outbox
from ocppref.station.registration import Registration
from ocppref.station.store import Store
from ocppref.station.tasks import Tasks
from ocppref.station.time import StationClock
from ocppref.station.timekeeper import TimeKeeper
from ocppref.station.transfer import FileTransfer
from ocppref.station.watch import Watch


class Part(Protocol):
    """What is switched on and off together with the station."""

    def start(self) -> None:
        """Listen to the others, and set the timers that were set before."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


@dataclass(frozen=True, slots=True)
class World:
    """What a power-on finds: all that was there before it, and is there after it.

    `clock` measures, `wall` tells the date, and `restart` reboots the station for a reason; it
    gives False where that fails. `files` is how firmware and logs are moved.
    `data_transfer` knows the vendors whose messages are handled.
    """

    config: StationConfig
    store: Store
    hardware: Hardware
    network: Network
    clock: Clock
    wall: Callable[[], datetime]
    restart: Callable[[BootReasonEnumType], bool]
    files: FileTransfer
    data_transfer: VendorRouter | None = None

    @property
    def random(self) -> random.Random:
        """Where chance comes from."""
        return self.network.random


class Core:
    """Time, values, the way to the CSMS, and what has to reach it."""

    def __init__(self, world: World, offset: float) -> None:
        config, store = world.config, world.store
        self.clock = clock = StationClock(world.clock, world.wall, offset)
        self.tasks = tasks = Tasks(config.identity)
        self.model = model = DeviceModel(config=config, store=store, clock=clock)
        self.network = NetworkProfiles(model=model, config=config, store=store)
        self.watch, self.journal = Watch(), Journal(clock=clock)
        observers = (*world.network.observers, self.watch, self.journal)
        watched = replace(world.network, observers=observers)
        self.link = link = Link(model=model, clock=clock, tasks=tasks, network=watched)
        self.timekeeper = timekeeper = TimeKeeper(clock=clock, model=model)
        self.registration = registration = Registration(
            config=config,
            store=store,
            model=model,
            clock=clock,
            tasks=tasks,
            link=link,
            timekeeper=timekeeper,
        )
        self.outbox = Outbox(
            store=store,
            model=model,
            clock=clock,
            tasks=tasks,
            link=link,
            registration=registration,
        )
        self.events = Events(store=store, clock=clock, outbox=self.outbox)
        self.heartbeat = Heartbeat(
            model=model,
            clock=clock,
            tasks=tasks,
            link=link,
            registration=registration,
            timekeeper=timekeeper,
        )
        self.network.revised.connect(link.set_profiles)
