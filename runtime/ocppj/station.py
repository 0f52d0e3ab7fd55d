"""A Charging Station's connection to its CSMS, which is always made anew."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Generic, Protocol, Self, TypedDict, TypeVar, Unpack
from urllib.parse import urlsplit

from websockets.frames import CloseCode

from ocppj.backoff import Backoff
from ocppj.clock import Clock, LoopClock, sleep, within
from ocppj.compression import client_extensions
from ocppj.connection import Connection
from ocppj.contract import Bindings, CallSpec, SendSpec, Side
from ocppj.core import random_ids
from ocppj.credentials import SecurityProfile
from ocppj.dialing import Dial, HandshakeError, Request
from ocppj.endpoint import LOG, Endpoint
from ocppj.errors import OCPPConnectionError
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


class Connector(Protocol):
    """Makes a transport to the CSMS of a profile, and gives it to a protocol."""

    async def __call__(
        self, protocol: Callable[[], asyncio.Protocol], profile: NetworkProfile, /
    ) -> object:
        """Returns once the protocol has its transport. Raises OSError if it cannot be had."""
        ...


async def connect_socket(
    protocol: Callable[[], asyncio.Protocol], profile: NetworkProfile
) -> object:
    """The `Connector` that is used where none is given: TCP, with TLS if the profile says so."""
    url = urlsplit(profile.url)
    return await asyncio.get_running_loop().create_connection(
        protocol,
        url.hostname or "",
        url.port or (443 if url.scheme == "wss" else 80),
        ssl=profile.tls,
    )


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

    `backoff` may be changed at any time; it holds from the next wait on. The parameters are those
    of `connect_station`, see there and `StationOptions`.
    """

    def __init__(
        self,
        handler: object,
        profiles: Sequence[NetworkProfile],
        *,
        bindings: Iterable[Bindings[HandlerT, CallsT]],
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
        self._services = services(of_side(bindings, Side.CHARGING_STATION), handler, payloads)
        self._extensions = client_extensions() if compression else []
        self._connect_timeout = connect_timeout
        self._random = random
        self._connector = connector
        self._clock = clock or LoopClock()
        self._endpoint = Endpoint(
            side=Side.CHARGING_STATION,
            clock=self._clock,
            runner=Runner(),
            new_id=new_id or random_ids(_SYSTEM.getrandbits),
            observer=watch(observers),
            limits=limits,
        )
        self._connection: Connection[CallsT] | None = None
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._calls = next(iter(self._services.values())).calls_to(self)

    # State

    @property
    def connection(self) -> Connection[CallsT] | None:
        """The connection that there is now."""
        return self._connection

    @property
    def is_connected(self) -> bool:
        """Whether there is one."""
        return self._connection is not None

    @property
    def profile(self) -> NetworkProfile:
        """The network profile that is in use, or tried next."""
        return self._selection.current

    @property
    def calls(self) -> CallsT:
        """Typed callers to the CSMS. Without a connection they raise `OCPPConnectionError`."""
        return self._connection.calls if self._connection is not None else self._calls

    async def connected(self) -> Connection[CallsT]:
        """Wait for a connection. Raises `OCPPConnectionError` once the station is closed."""
        while self._connection is None:
            self._require_running()
            await self._changed.wait()
        return self._connection

    async def disconnected(self) -> None:
        """Wait until there is no connection."""
        while self._connection is not None:
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

    def set_ping_interval(self, seconds: float) -> None:
        """The variable WebSocketPingInterval: holds at once. 0 is no pings."""
        self._endpoint.limits = replace(self._endpoint.limits, ping_interval=seconds)
        if self._connection is not None:
            self._connection.set_ping_interval(seconds)

    async def reconnect(
        self, profiles: Sequence[NetworkProfile] | None = None, attempts: int = 3
    ) -> None:
        """Close the connection and connect anew at once, such as with a new password.

        With `profiles` these are tried from now on, the first one first.
        """
        if profiles is not None:
            self._selection = Selection(profiles, attempts)
        await self._stop()
        self.start()

    def start(self) -> None:
        """Begin to connect."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._keep_connected())
            self._task.add_done_callback(lambda _: self._notify(None))

    async def close(self) -> None:
        """Close the connection, and make no other."""
        await self._stop()
        await self._endpoint.runner.close()

    async def _stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    # Connecting

    async def _keep_connected(self) -> None:
        waits = 0
        while True:
            try:
                connection = await self._connect(self._selection.current)
            except (OCPPConnectionError, OSError, UnicodeError) as error:  # the last: of host names
                self._report(error)
                self._selection.failed()
            else:
                waits = 0  # OCPP 2.1 Part 4, 5.4 in Edition 2: a success starts it over
                self._selection.succeeded()
                await self._use(connection)
            await sleep(self._clock, self.backoff.wait(waits, self._random))
            waits += 1

    async def _use(self, connection: Connection[CallsT]) -> None:
        self._notify(connection)
        try:
            await connection.wait_closed()
        except asyncio.CancelledError:
            await connection.close(CloseCode.NORMAL_CLOSURE, "the Charging Station closes it")
            raise
        finally:
            self._notify(None)

    async def _connect(self, profile: NetworkProfile) -> Connection[CallsT]:
        endpoint = self._endpoint
        if profile.message_timeout is not None:
            limits = replace(endpoint.limits, call_timeout=profile.message_timeout)
            endpoint = replace(endpoint, limits=limits)
        dial = Dial(Request(endpoint, self._services, self._extensions, profile))
        timer = self._clock.call_later(self._connect_timeout, dial.give_up)
        try:
            if not await within(
                self._clock, self._connect_timeout, self._connector(lambda: dial, profile)
            ):
                raise HandshakeError("no connection in time")
            return await dial.opened
        except BaseException:
            dial.abandon()
            raise
        finally:
            timer.cancel()

    def _report(self, error: Exception) -> None:
        profile, observer = self._selection.current, self._endpoint.observer
        LOG.info("%s could not connect to %s: %s", profile.identity, profile.url, error)
        if observer is not None:
            observer.connection_refused(profile.identity, profile.url, str(error))

    def _notify(self, connection: Connection[CallsT] | None) -> None:
        self._connection = connection
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def _require_connection(self) -> Connection[CallsT]:
        if self._connection is None:
            raise OCPPConnectionError("there is no connection to the CSMS now")
        return self._connection

    def _require_running(self) -> None:
        if self._task is None:
            raise OCPPConnectionError("the station is closed")
        if self._task.done():
            self._task.result()  # it never ends but by an error

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
    bindings: Iterable[Bindings[HandlerT, CallsT]],
    password: str | None = None,
    tls: ssl.SSLContext | None = None,
    profiles: Sequence[NetworkProfile] = (),
    **options: Unpack[StationOptions],
) -> Opening[Station[CallsT]]:
    """Connect a Charging Station, and keep it connected: `await` it, or `async with` it.

    That does not wait for the connection; `station.connected()` does. `handler` has the
    `on_<action>` methods, or is a list of objects that have them. `bindings` are the versions of
    OCPP that are offered, the best first, such as `[ocpp21.CHARGING_STATION]`.

    `url` is that of the endpoint, without the identity. The security profile follows from what
    is given: `password` alone is 1, with `tls` it is 2, `tls` alone is 3 (see `station_tls`). For
    several ways to the CSMS, give `profiles` instead, in the order of priority.

    Raises `OCPPUsageError` (`RoutingError` is one) for what does not fit together.
    """

    async def opened() -> Station[CallsT]:
        ways = profiles or [
            NetworkProfile(url or "", identity, _security(password, tls), password, tls)
        ]
        station = Station(handler, ways, bindings=bindings, **options)
        station.start()
        return station

    return Opening(opened)


def _security(password: str | None, tls: ssl.SSLContext | None) -> SecurityProfile:
    if tls is None:
        return SecurityProfile.UNSECURED if password is None else SecurityProfile.BASIC
    return SecurityProfile.TLS_CERTIFICATE if password is None else SecurityProfile.TLS_BASIC


_SYSTEM = random.SystemRandom()
