"""A Charging Station's connection to its CSMS, which is always made anew."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Generic, Self, TypedDict, TypeVar, Unpack

from websockets.frames import CloseCode

from ocppj.backoff import Backoff
from ocppj.callers import LastingCaller
from ocppj.clock import Clock, LoopClock, sleep, within
from ocppj.compression import client_extensions
from ocppj.connection import Connection
from ocppj.connector import Connector, connect_socket
from ocppj.contract import Bindings, CallSpec, SendSpec, Side
from ocppj.core import random_ids
from ocppj.credentials import SecurityProfile
from ocppj.dialing import Dialer
from ocppj.endpoint import LOG, Endpoint
from ocppj.errors import OCPPConnectionError, OCPPTimeoutError, OCPPUsageError
from ocppj.failures import Failures, loss
from ocppj.limits import Limits
from ocppj.network_profiles import NetworkProfile, Selection
from ocppj.observer import Observer, watch
from ocppj.opening import Opening
from ocppj.payloads import STRICT, Options
from ocppj.runner import Runner
from ocppj.service import of_side, services

HandlerT = TypeVar("HandlerT")
CallsT = TypeVar("CallsT")
RequestT = TypeVar("RequestT")
ResponseT = TypeVar("ResponseT")


class StationOptions(TypedDict, total=False):
    """What else `connect_station` takes.

    `attempts`: how often a network profile is tried before the next (the variable
    NetworkProfileConnectionAttempts). `backoff`: how long to wait in between. `limits`: bounds.
    `connect_timeout`: seconds for an attempt. `payloads`: how payloads are read. `compression`:
    whether to ask for permessage-deflate. `observers`: who watches. `clock`, `random`, `new_id`
    and `connector`: time, chance, message ids and the network, for tests.
    """

    attempts: int
    backoff: Backoff
    limits: Limits
    connect_timeout: float
    payloads: Options
    compression: bool
    observers: Iterable[Observer]
    clock: Clock | None
    random: Callable[[], float]
    new_id: Callable[[], str] | None
    connector: Connector


class Station(Generic[CallsT]):
    """A Charging Station's end. Make it in the event loop it is to live in, then `start()` it.

    `backoff` may be changed at any time; it holds from the next wait on. So may `profiles` and
    `attempts`. The parameters are those of `connect_station`, see there and `StationOptions`.
    """

    def __init__(
        self,
        handler: object,
        profiles: Sequence[NetworkProfile],
        *,
        bindings: Bindings[HandlerT, CallsT] | Iterable[Bindings[HandlerT, CallsT]],
        attempts: int = 3,
        backoff: Backoff = Backoff(),  # noqa: B008 - it is frozen
        limits: Limits = Limits(),  # noqa: B008
        connect_timeout: float = 30.0,
        payloads: Options = STRICT,
        compression: bool = True,
        observers: Iterable[Observer] = (),
        clock: Clock | None = None,
        random: Callable[[], float] = random.random,
        new_id: Callable[[], str] | None = None,
        connector: Connector = connect_socket,
    ) -> None:
        self.backoff = backoff
        self._selection = Selection(profiles, attempts)
        offered = services(of_side(bindings, Side.CHARGING_STATION), handler, payloads)
        self._random = random
        self._clock = clock or LoopClock()
        self._endpoint = Endpoint(
            side=Side.CHARGING_STATION,
            clock=self._clock,
            runner=Runner(),
            new_id=new_id or random_ids(_SYSTEM.getrandbits),
            observer=watch(observers),
            limits=limits,
        )
        self._dialer = Dialer(
            endpoint=self._endpoint,
            services=offered,
            extensions=client_extensions() if compression else (),
            connector=connector,
            timeout=connect_timeout,
            arrived=self._arrived,
        )
        self._failures = Failures(self._endpoint.observer)
        self._connection: Connection[CallsT] | None = None
        self._profile: NetworkProfile | None = None
        self._changed = asyncio.Event()
        self._restarting = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._is_running = self._is_closed = False
        self._service = next(iter(offered.values()))
        self._calls = {
            each: each.calls_to(LastingCaller(self._require_connection, each))
            for each in offered.values()
        }

    # State

    @property
    def connection(self) -> Connection[CallsT] | None:
        """The connection that there is now. One that is being closed is none."""
        connection = self._connection
        return connection if connection is not None and connection.is_open else None

    @property
    def is_connected(self) -> bool:
        """Whether there is one."""
        return self.connection is not None

    @property
    def last_error(self) -> OCPPConnectionError | OSError | None:
        """Why there is no connection: what the last attempt failed with, or how it was lost.

        None while there is one. Where the CSMS refused it, it is a `HandshakeError`.
        """
        if self._connection is not None and not self._connection.is_open:
            return loss(self._connection)
        return self._failures.last

    @property
    def calls(self) -> CallsT:
        """Typed callers to the CSMS, for as long as the station lives.

        They use the connection that there is at the time, and raise `OCPPConnectionError` without
        one. With several versions of OCPP they are those of the version that is, or was, spoken.
        """
        return self._calls[self._service]

    async def connected(
        self, timeout: float | None = None  # noqa: ASYNC109 - it says why, which only we know
    ) -> Connection[CallsT]:
        """Wait for a connection, at most `timeout` seconds.

        Raises `OCPPTimeoutError`, which says what the last attempt failed with, and
        `OCPPConnectionError` once the station is closed.
        """
        if timeout is None or self.is_connected:
            return await self._connected()
        if not await within(self._clock, timeout, self._connected()):
            raise OCPPTimeoutError(
                f"{self.profile.identity} is not connected to {self.profile.url} "
                f"after {timeout:g} s: {self.last_error or 'the first attempt goes on'}"
            ) from self.last_error
        return await self._connected()

    async def disconnected(self) -> None:
        """Wait until the connection that there is now is gone."""
        connection = self.connection
        while connection is not None and self.connection is connection:
            await self._changed.wait()

    # Calls

    async def call(
        self,
        spec: CallSpec[RequestT, ResponseT],
        request: RequestT,
        timeout: float | None = None,  # noqa: ASYNC109 - it ends the CALL, not only the waiting
    ) -> ResponseT:
        """Send a CALL over the connection that there is now. Raises an `OCPPError`."""
        return await self._require_connection().call(spec, request, timeout)

    async def send(self, spec: SendSpec[RequestT], message: RequestT) -> None:
        """Send a SEND over the connection that there is now. Raises an `OCPPError`."""
        await self._require_connection().send(spec, message)

    # Changes

    @property
    def profile(self) -> NetworkProfile:
        """The network profile of the connection; without one, that of the next attempt."""
        return self._profile or self._selection.current

    @property
    def profiles(self) -> Sequence[NetworkProfile]:
        """The network profiles, in the order of priority. A change holds from the next attempt on.

        The one whose turn it is keeps it, if it is still among them (by `slot`, else by URL and
        identity). The connection stays as it is; `reconnect()` makes a new one.
        """
        return self._selection.profiles

    @profiles.setter
    def profiles(self, profiles: Sequence[NetworkProfile]) -> None:
        self._selection.profiles = profiles

    @property
    def attempts(self) -> int:
        """The variable NetworkProfileConnectionAttempts. A change holds at once."""
        return self._selection.attempts

    @attempts.setter
    def attempts(self, attempts: int) -> None:
        self._selection.attempts = attempts

    def set_ping_interval(self, seconds: float) -> None:
        """The variable WebSocketPingInterval: holds at once. 0 is no pings."""
        self._endpoint.limits = replace(self._endpoint.limits, ping_interval=seconds)
        if self._connection is not None:
            self._connection.set_ping_interval(seconds)

    async def reconnect(
        self, profiles: Sequence[NetworkProfile] | None = None, attempts: int | None = None
    ) -> None:
        """Close the connection and connect anew at once, such as with a new password.

        With `profiles` these are tried from now on, the first one first. Raises
        `OCPPConnectionError` if the station is closed.
        """
        self._require_not_closed()
        if attempts is not None:
            self.attempts = attempts
        if profiles is not None:
            self._selection = Selection(profiles, self.attempts)
        async with self._restarting:
            try:
                await self._stop()
            finally:
                if not self._is_closed:
                    self.start()

    def start(self) -> None:
        """Begin to connect. Raises `OCPPConnectionError` if the station is closed."""
        self._require_not_closed()
        self._is_running = True
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._keep_connected())
            self._task.add_done_callback(self._ended)

    async def close(self) -> None:
        """Close the connection, and make no other."""
        self._is_running, self._is_closed = False, True
        self._notify()
        async with self._restarting:
            await self._stop()
        await self._endpoint.runner.close()

    async def _stop(self) -> None:
        task, self._task = self._task, None
        if self._connection is not None:
            self._connection.start_closing(CloseCode.NORMAL_CLOSURE, _LEAVING)
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    # Connecting

    async def _keep_connected(self) -> None:
        waits = 0
        while True:
            profile = self._selection.current
            try:
                connection = await self._dialer.connect(profile)
            except Exception as error:  # a boundary: a connector may be anybody's
                self._failures.attempt_failed(profile, error)
                self._selection.failed(profile)
            else:
                waits = 0  # OCPP 2.1 Part 4, 5.4 in Edition 2: a success starts it over
                await self._outlive(connection)
            await sleep(self._clock, self.backoff.wait(waits, self._random))
            waits += 1

    async def _outlive(self, connection: Connection[CallsT]) -> None:
        try:
            await connection.wait_closed()
        except asyncio.CancelledError:
            await connection.close(CloseCode.NORMAL_CLOSURE, _LEAVING)
            raise

    def _arrived(self, connection: Connection[CallsT], profile: NetworkProfile) -> None:
        """The handshake is done; nothing has come over the connection yet."""
        self._selection.succeeded()
        self._failures.connected()
        self._connection, self._profile = connection, profile
        self._service = connection.service
        connection.on_lost = self._lost
        self._notify()

    def _lost(self, connection: Connection[CallsT]) -> None:
        if self._connection is connection:
            self._failures.lost(connection)
            self._connection = self._profile = None
            self._notify()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            LOG.critical("%s connects no more", self.profile.identity, exc_info=error)
            self._is_running = False
        self._notify()

    def _notify(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def _connected(self) -> Connection[CallsT]:
        while (connection := self.connection) is None:
            self._require_not_closed()
            if not self._is_running:
                raise OCPPConnectionError("the station is not started, or ended: see the log")
            await self._changed.wait()
        return connection

    def _require_not_closed(self) -> None:
        if self._is_closed:
            raise OCPPConnectionError("the station is closed")

    def _require_connection(self) -> Connection[CallsT]:
        connection = self.connection
        if connection is None:
            why = f": {self.last_error}" if self.last_error else ""
            raise OCPPConnectionError(f"there is no connection to the CSMS now{why}")
        return connection

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()


def connect_station(
    handler: object,
    url: str | None = None,
    *,
    identity: str = "",
    bindings: Bindings[HandlerT, CallsT] | Iterable[Bindings[HandlerT, CallsT]],
    password: str | None = None,
    tls: ssl.SSLContext | None = None,
    profiles: Sequence[NetworkProfile] = (),
    **options: Unpack[StationOptions],
) -> Opening[Station[CallsT]]:
    """Connect a Charging Station, and keep it connected: `await` it, or `async with` it.

    That does not wait for the connection; `station.connected()` does. `handler` has the
    `on_<action>` methods, or is a list of objects that have them. `bindings` is the version of OCPP
    that is offered, such as `ocpp21.CHARGING_STATION`, or a list of several, the best first.

    `url` is that of the endpoint, without the identity. The security profile follows from what
    is given: `password` alone is 1, with `tls` it is 2, `tls` alone is 3 (see `station_tls`). For
    several ways to the CSMS, give `profiles` instead, in the order of priority.

    Raises `OCPPUsageError` (`RoutingError` is one) for what does not fit together.
    """

    async def opened() -> Station[CallsT]:
        ways = profiles or [_profile(url, identity, password, tls)]
        if profiles and (url or identity or password is not None or tls is not None):
            raise OCPPUsageError("url, identity, password and tls are those of profiles=: give one")
        station = Station(handler, ways, bindings=bindings, **options)
        station.start()
        return station

    return Opening(opened)


def _profile(
    url: str | None, identity: str, password: str | None, tls: ssl.SSLContext | None
) -> NetworkProfile:
    if url is None:
        raise OCPPUsageError("no URL of the CSMS, such as ws://127.0.0.1:9000/ocpp")
    return NetworkProfile(url, identity, _security(password, tls), password, tls)


def _security(password: str | None, tls: ssl.SSLContext | None) -> SecurityProfile:
    if tls is None:
        return SecurityProfile.UNSECURED if password is None else SecurityProfile.BASIC
    return SecurityProfile.TLS_CERTIFICATE if password is None else SecurityProfile.TLS_BASIC


_LEAVING = "the Charging Station closes it"
_SYSTEM = random.SystemRandom()
