"""A CSMS: listens for Charging Stations, and keeps their connections."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Generic, Self, TypedDict, TypeVar, Unpack

from websockets.frames import CloseCode

from ocppj.clock import Clock, LoopClock, within
from ocppj.compression import server_extensions
from ocppj.connection import Connection
from ocppj.contract import Bindings, Side
from ocppj.core import random_ids
from ocppj.credentials import (
    Authenticate,
    Credentials,
    SecurityProfile,
    Verdict,
    certificate_names,
    security_profile,
)
from ocppj.endpoint import Endpoint
from ocppj.errors import OCPPConnectionError, OCPPTimeoutError, OCPPUsageError
from ocppj.gate import Gate
from ocppj.identity import check_identity
from ocppj.limits import Admission, Limits
from ocppj.observer import Observer, watch
from ocppj.opening import Opening
from ocppj.payloads import STRICT, Options
from ocppj.registry import Connections
from ocppj.runner import Runner
from ocppj.service import of_side, services
from ocppj.upgrade import Doorway, Upgrade

HandlerT = TypeVar("HandlerT")
CallsT = TypeVar("CallsT")

_BACKLOG = 2048


class Csms(Generic[CallsT]):
    """One port of a CSMS, with one security profile. Make it in the event loop it is to live in.

    `serve_csms` makes one that listens; `protocol()` serves a transport of any other kind. The
    parameters are those of `serve_csms`, see there and `CsmsOptions`.
    """

    def __init__(
        self,
        handler: object,
        *,
        bindings: Bindings[HandlerT, CallsT] | Iterable[Bindings[HandlerT, CallsT]],
        profile: SecurityProfile | int = SecurityProfile.UNSECURED,
        authenticate: Authenticate | None = None,
        limits: Limits = Limits(),  # noqa: B008 - it is frozen
        admission: Admission = Admission(),  # noqa: B008
        payloads: Options = STRICT,
        compression: bool = True,
        observers: Iterable[Observer] = (),
        clock: Clock | None = None,
        new_id: Callable[[], str] | None = None,
    ) -> None:
        security = security_profile(profile)
        self.connections: Connections[CallsT] = Connections()
        self._all: set[Connection[CallsT]] = set()
        self._server: asyncio.Server | None = None
        self._clock = clock or LoopClock()
        self._gate = Gate(admission, self._clock)
        self._runner = Runner()
        self._doorway = Doorway(
            endpoint=Endpoint(
                side=Side.CSMS,
                clock=self._clock,
                runner=self._runner,
                new_id=new_id or random_ids(random.SystemRandom().getrandbits),
                observer=watch(observers),
                limits=limits,
            ),
            services=services(of_side(bindings, Side.CSMS), handler, payloads),
            profile=security,
            authenticate=_authenticate(security, authenticate),
            extensions=server_extensions() if compression else (),
            admission=admission,
            gate=self._gate,
            arrived=self._arrived,
            begun=set(),
        )

    @property
    def port(self) -> int:
        """The port that it listens at. Raises `OCPPUsageError` if it does not."""
        if self._server is None or not self._server.sockets:
            raise OCPPUsageError("this CSMS does not listen")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def calls(self, identity: str) -> CallsT:
        """Typed callers to a Charging Station, over the connection that it has now.

        Raises `OCPPConnectionError` if it has none.
        """
        connection = self.connections.get(identity)
        if connection is None:
            raise OCPPConnectionError(f"{identity} is not connected")
        return connection.calls

    async def connected(
        self, identity: str, timeout: float | None = None  # noqa: ASYNC109 - as that of a station
    ) -> Connection[CallsT]:
        """Wait until that Charging Station is connected, at most `timeout` seconds.

        Raises `OCPPTimeoutError`, `OCPPConnectionError` once the CSMS is closed, `OCPPUsageError`
        for what is no identity.
        """
        check_identity(identity)
        if timeout is None or self._open(identity) is not None:
            return await self._connected(identity)
        if not await within(self._clock, timeout, self._connected(identity)):
            raise OCPPTimeoutError(f"{identity} did not connect within {timeout:g} s")
        return await self._connected(identity)

    def protocol(self) -> asyncio.Protocol:
        """Serves one transport, from the handshake on."""
        return Upgrade(self._doorway)

    async def listen(
        self, host: str | None = "127.0.0.1", port: int = 9000, tls: ssl.SSLContext | None = None
    ) -> None:
        """Begin to listen. Raises OSError if the address cannot be had."""
        _check_tls(self._doorway.profile, tls)
        self._server = await asyncio.get_running_loop().create_server(
            self.protocol,
            host,
            port,
            ssl=tls,
            backlog=_BACKLOG,
            ssl_handshake_timeout=self._doorway.admission.handshake_timeout if tls else None,
        )

    async def close(self, grace: float = 10.0) -> None:
        """Stop accepting, let running handlers answer, then close connections with 1001.

        What is not done after `grace` seconds is cut off.
        """
        self._gate.shut = True  # for those that were accepted just now
        self.connections.over()
        if self._server is not None:
            self._server.close()
        for transport in tuple(self._doorway.begun):
            transport.abort()
        for connection in tuple(self._all):
            connection.leave(CloseCode.GOING_AWAY, "the CSMS shuts down")
        if not await within(self._clock, grace, self._emptied()):
            for connection in tuple(self._all):
                connection.start_closing(CloseCode.GOING_AWAY, "the CSMS shuts down")
            await self._emptied()
        await self._runner.close()
        if self._server is not None:
            # Those who are in the midst of a TLS handshake. Since Python 3.13, but not in uvloop.
            getattr(self._server, "abort_clients", _do_nothing)()
            await self._server.wait_closed()
            self._server = None

    def _open(self, identity: str) -> Connection[CallsT] | None:
        connection = self.connections.get(identity)
        return connection if connection is not None and connection.is_open else None

    async def _connected(self, identity: str) -> Connection[CallsT]:
        while (connection := self._open(identity)) is None:
            if self._gate.shut:
                raise OCPPConnectionError("the CSMS is closed")
            await self.connections.arrival(identity)
        return connection

    async def _emptied(self) -> None:
        while self._all:
            await next(iter(self._all)).wait_closed()

    def _arrived(self, connection: Connection[CallsT]) -> None:
        self._all.add(connection)
        connection.on_lost = self._left
        self.connections.add(connection)

    def _left(self, connection: Connection[CallsT]) -> None:
        self._all.discard(connection)
        self._gate.leave()
        self.connections.discard(connection)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()


class CsmsOptions(TypedDict, total=False):
    """What else `serve_csms` takes.

    `profile`: the security profile of the port. `authenticate`: says of each station that comes
    whether it may; profiles 1 and 2 need one, such as `passwords({...})`. Without one, profile 3
    wants the certificate's common name to be the identity, and profile 0 takes everybody.
    `limits` and `admission`: bounds. `payloads`: how payloads are read, such as with repairs.
    `compression`: whether to offer permessage-deflate, as OCPP demands. `observers`: who watches.
    `clock` and `new_id`: time and message ids, for tests.
    """

    profile: SecurityProfile | int
    authenticate: Authenticate | None
    limits: Limits
    admission: Admission
    payloads: Options
    compression: bool
    observers: Iterable[Observer]
    clock: Clock | None
    new_id: Callable[[], str] | None


def serve_csms(
    handler: object,
    *,
    bindings: Bindings[HandlerT, CallsT] | Iterable[Bindings[HandlerT, CallsT]],
    host: str | None = "127.0.0.1",
    port: int = 9000,
    tls: ssl.SSLContext | None = None,
    **options: Unpack[CsmsOptions],
) -> Opening[Csms[CallsT]]:
    """Listen for Charging Stations: `await` it, or `async with` it.

    `handler` has the `on_<action>` methods, or is a list of objects that have them. `bindings` is
    the version of OCPP that is spoken, such as `ocpp21.CSMS`, or a list of several; of those that a
    station offers it gets the one that it likes best. `host` None is every interface, `port` 0 a
    free one. `tls` is for profiles 2 and 3, see `csms_tls`.

    Raises `OCPPUsageError` (`RoutingError` is one) for what does not fit together, OSError for an
    address that cannot be had.
    """

    async def opened() -> Csms[CallsT]:
        csms = Csms(handler, bindings=bindings, **options)
        await csms.listen(host, port, tls)
        return csms

    return Opening(opened)


def _authenticate(profile: SecurityProfile, given: Authenticate | None) -> Authenticate:
    if given is not None:
        return given
    if profile.has_password:
        raise OCPPUsageError(f"profile {profile} needs authenticate=, such as passwords({{...}})")
    return certificate_names if profile is SecurityProfile.TLS_CERTIFICATE else _anybody


def _do_nothing() -> None: ...


def _anybody(credentials: Credentials) -> Verdict:
    return Verdict.ACCEPTED


def _check_tls(profile: SecurityProfile, tls: ssl.SSLContext | None) -> None:
    if profile.has_tls is not (tls is not None):
        wanted = "needs tls=, see csms_tls" if profile.has_tls else "has no TLS"
        raise OCPPUsageError(f"profile {profile} {wanted}")
    if profile is SecurityProfile.TLS_CERTIFICATE and tls is not None:
        if tls.verify_mode is not ssl.CERT_REQUIRED:
            raise OCPPUsageError("profile 3 asks for certificates: csms_tls(..., client_ca=...)")
