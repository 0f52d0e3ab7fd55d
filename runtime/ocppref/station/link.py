"""The way to the CSMS: a connection that comes and goes, and who may use it when."""

from __future__ import annotations

import asyncio
import random as chance
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import ocpp21
from ocppj import (
    Backoff,
    CallSpec,
    Connection,
    NetworkProfile,
    Observer,
    OCPPConnectionError,
    OCPPError,
    SendSpec,
    Station,
    StationOptions,
    Uplink,
)
from ocppref.station.device_model import variables
from ocppref.station.device_model.model import DeviceModel
from ocppref.station.signals import Signal
from ocppref.station.tasks import Tasks
from ocppref.station.time import StationClock

RequestT = TypeVar("RequestT")
ResponseT = TypeVar("ResponseT")


_BACK_OFF = (
    variables.RETRY_BACK_OFF_WAIT_MINIMUM,
    variables.RETRY_BACK_OFF_RANDOM_RANGE,
    variables.RETRY_BACK_OFF_REPEAT_TIMES,
)


class NotRegistered(OCPPError):
    """The CSMS has not accepted this station, so that it may not send this (B02.FR.02)."""


@dataclass(frozen=True, slots=True)
class Online:
    """There is a connection. `after` is how many seconds there was none.

    It is the `first` since the power-on, or not. `moved` says that it is to another network
    profile than the last one was.
    """

    after: float
    first: bool
    moved: bool


@dataclass(frozen=True, slots=True)
class Network:
    """What a link stands on, and what outlives it: the network, chance, and who watches.

    Give `random` a seed, and the waits and message ids are the same each time.
    """

    uplink: Uplink = field(default_factory=Uplink)
    random: chance.Random = field(default_factory=chance.SystemRandom)
    observers: tuple[Observer, ...] = ()


class Link:
    """A station's connection to its CSMS, which is always made anew.

    `calls` is what a station does of its own accord: offline these raise `OCPPConnectionError`,
    and `NotRegistered` until the CSMS has accepted the station (B01.FR.08, B02.FR.02).
    `unrestricted` is for BootNotification, and for what the CSMS has asked for while it lets the
    station wait.
    """

    def __init__(
        self,
        *,
        model: DeviceModel,
        clock: StationClock,
        tasks: Tasks,
        network: Network,
    ) -> None:
        self.came_online: Signal[Online] = Signal()
        self.went_offline: Signal[None] = Signal()
        self.registered = False
        self.calls = ocpp21.ChargingStationCalls(_Door(self, guarded=True))
        self.unrestricted = ocpp21.ChargingStationCalls(_Door(self, guarded=False))
        self._model = model
        self._clock = clock
        self._tasks = tasks
        self._network = network
        self._station: Station[ocpp21.ChargingStationCalls] | None = None
        self._following: asyncio.Task[None] | None = None
        self._online = False
        self._changed_at = clock.now()
        self._sent_at = clock.now()
        self._was_online = False
        self._connected: Callable[[NetworkProfile], bool] = lambda _: False

    @property
    def online(self) -> bool:
        """Whether there is a connection."""
        return self._online

    @property
    def ready(self) -> bool:
        """Whether there is a connection, and the CSMS has accepted the station."""
        return self._online and self.registered

    @property
    def profile(self) -> NetworkProfile | None:
        """The network profile that is in use, or tried next."""
        return None if self._station is None else self._station.profile

    def offline_for(self) -> float:
        """For how many seconds there has been no connection; 0 if there is one."""
        return 0.0 if self._online else self._clock.now() - self._changed_at

    def silent_for(self) -> float:
        """Seconds since a message of the station's own went out."""
        return self._clock.now() - self._sent_at

    # Settings

    def open(
        self,
        handlers: Sequence[object],
        profiles: Sequence[NetworkProfile],
        connected: Callable[[NetworkProfile], bool] = lambda _: False,
    ) -> None:
        """Begin to connect, by these network profiles in their order.

        `connected` is told which of them each connection is to, and says whether the one before
        was to another.
        """
        self._connected = connected
        options: StationOptions = {
            "attempts": self._model[variables.NETWORK_PROFILE_CONNECTION_ATTEMPTS],
            "backoff": self._backoff(),
            "clock": self._clock,
            "random": self._network.random.random,
            "new_id": self._new_id,
            "observers": self._network.observers,
            "connector": self._network.uplink,
        }
        self._station = station = Station(
            list(handlers), profiles, bindings=[ocpp21.CHARGING_STATION], **options
        )
        station.set_ping_interval(self._model[variables.WEB_SOCKET_PING_INTERVAL])
        station.start()
        self._model.on_set(variables.WEB_SOCKET_PING_INTERVAL, self._set_ping_interval)
        self._model.on_set(variables.NETWORK_PROFILE_CONNECTION_ATTEMPTS, self._set_attempts)
        for handle in _BACK_OFF:
            self._model.on_set(handle, self._set_backoff)
        self._following = self._tasks.spawn(self._follow(station), "the connection to the CSMS")

    def _set_ping_interval(self, _: str) -> None:
        if self._station is not None:
            self._station.set_ping_interval(self._model[variables.WEB_SOCKET_PING_INTERVAL])

    def _set_attempts(self, _: str) -> None:
        if self._station is not None:
            self._station.attempts = self._model[variables.NETWORK_PROFILE_CONNECTION_ATTEMPTS]

    def _set_backoff(self, _: str) -> None:
        if self._station is not None:
            self._station.backoff = self._backoff()

    def _backoff(self) -> Backoff:
        return Backoff(
            wait_minimum=self._model[variables.RETRY_BACK_OFF_WAIT_MINIMUM],
            random_range=self._model[variables.RETRY_BACK_OFF_RANDOM_RANGE],
            repeat_times=self._model[variables.RETRY_BACK_OFF_REPEAT_TIMES],
        )

    def set_profiles(self, profiles: Sequence[NetworkProfile]) -> None:
        """Connect with these from the next attempt on; the connection stays as it is."""
        if self._station is not None:
            self._station.profiles = profiles

    async def reconnect(self, profiles: Sequence[NetworkProfile]) -> None:
        """Close the connection, and connect anew with these, at once."""
        if self._station is not None:
            await self._station.reconnect(profiles)

    async def retry(self) -> None:
        """The network is there again: do not wait any longer to connect, if there is none."""
        if self._station is not None and not self._online:
            await self._station.reconnect()

    async def close(self) -> None:
        """Close the connection, and make no other."""
        station, self._station = self._station, None
        if station is not None:
            if self._following is not None:
                self._following.cancel()
            if self._online:
                self._off()
            await station.close()

    # What the doors use

    async def call(
        self,
        spec: CallSpec[RequestT, ResponseT],
        request: RequestT,
        timeout: float | None,  # noqa: ASYNC109 - it ends the CALL
        guarded: bool = True,
    ) -> ResponseT:
        """Send a CALL. Raises an `OCPPError`, `NotRegistered` where it is not permitted."""
        connection = self._permitted(guarded)
        self._sent_at = self._clock.now()
        return await connection.call(spec, request, timeout)

    async def send(self, spec: SendSpec[RequestT], message: RequestT, guarded: bool = True) -> None:
        """Send a SEND. Raises an `OCPPError`, `NotRegistered` where it is not permitted."""
        connection = self._permitted(guarded)
        self._sent_at = self._clock.now()
        await connection.send(spec, message)

    def _permitted(self, guarded: bool) -> Connection[ocpp21.ChargingStationCalls]:
        connection = None if self._station is None else self._station.connection
        if connection is None or not self._online:
            raise OCPPConnectionError("there is no connection to the CSMS now")
        if guarded and not self.registered:
            raise NotRegistered("the CSMS has not accepted this Charging Station yet")
        return connection

    # Following the connection

    async def _follow(self, station: Station[ocpp21.ChargingStationCalls]) -> None:
        while True:
            await station.connected()
            self._on(station.profile)
            await station.disconnected()
            self._off()

    def _on(self, profile: NetworkProfile) -> None:
        after, first = self.offline_for(), not self._was_online
        self._online = self._was_online = True
        self._changed_at = self._clock.now()
        moved = self._connected(profile)
        self.came_online.emit(Online(after, first, moved))

    def _off(self) -> None:
        self._online, self._changed_at = False, self._clock.now()
        self.went_offline.emit(None)

    def _new_id(self) -> str:
        return str(uuid.UUID(int=self._network.random.getrandbits(128), version=4))


class _Door:
    """What typed callers are built on: the link, with or without a guard."""

    __slots__ = ("_guarded", "_link")

    def __init__(self, link: Link, *, guarded: bool) -> None:
        self._link = link
        self._guarded = guarded

    async def call(
        self,
        spec: CallSpec[RequestT, ResponseT],
        request: RequestT,
        timeout: float | None,  # noqa: ASYNC109 - it ends the CALL
    ) -> ResponseT:
        return await self._link.call(spec, request, timeout, self._guarded)

    async def send(self, spec: SendSpec[RequestT], message: RequestT) -> None:
        await self._link.send(spec, message, self._guarded)
