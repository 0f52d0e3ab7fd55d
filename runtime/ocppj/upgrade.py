"""The server's half of the handshake: from the first byte to an open connection, or a refusal."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Generic, TypeVar, cast

from websockets.datastructures import Headers
from websockets.exceptions import SecurityError
from websockets.extensions import ServerExtensionFactory
from websockets.frames import CloseCode
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from ocppj.clock import Timer
from ocppj.connection import Connection
from ocppj.credentials import (
    Authenticate,
    Credentials,
    SecurityProfile,
    Verdict,
    read_basic,
    read_certificate,
)
from ocppj.endpoint import LOG, Endpoint
from ocppj.gate import Gate
from ocppj.identity import identity_key, identity_of
from ocppj.limits import Admission
from ocppj.service import Service
from ocppj.wire import WEBSOCKET_LOG

CallsT = TypeVar("CallsT")

_END_OF_HEAD = b"\r\n\r\n"
_CHALLENGE = 'Basic realm="OCPP", charset="UTF-8"'


@dataclass(frozen=True, slots=True)
class Doorway(Generic[CallsT]):
    """What the server says to those who come."""

    endpoint: Endpoint
    services: Mapping[str, Service[CallsT]]
    profile: SecurityProfile
    authenticate: Authenticate
    extensions: Sequence[ServerExtensionFactory]
    admission: Admission
    gate: Gate
    arrived: Callable[[Connection[CallsT]], None]
    begun: set[asyncio.Transport]


class Upgrade(asyncio.Protocol, Generic[CallsT]):
    """A connection that is not open yet. It hands the transport on, or closes it."""

    def __init__(self, doorway: Doorway[CallsT]) -> None:
        self._doorway = doorway
        self._websocket = ServerProtocol(
            extensions=doorway.extensions,
            select_subprotocol=_selector(doorway.services),
            logger=WEBSOCKET_LOG,
        )
        self._head = bytearray()
        self._request: Request | None = None
        self._busy: HTTPStatus | None = None
        self._identity = self._address = ""
        self._timer: Timer | None = None
        self._judging: asyncio.Task[object] | None = None
        self._transport: asyncio.Transport | None = None
        self._over = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody is there."""
        doorway = self._doorway
        socket = self._transport = cast(asyncio.Transport, transport)
        doorway.begun.add(socket)
        peer = transport.get_extra_info("peername")
        host, self._address = _host_and_address(peer)
        self._busy = doorway.gate.enter(host)
        if doorway.gate.overrun:
            socket.abort()
            return
        self._timer = doorway.endpoint.clock.call_later(
            doorway.admission.handshake_timeout, self._time_out
        )

    def data_received(self, data: bytes) -> None:
        """A piece of the request."""
        self._head += data
        if self._over or self._request is not None:
            return
        end = self._head.find(_END_OF_HEAD, max(0, len(self._head) - len(data) - 3))
        size = end + len(_END_OF_HEAD) if end >= 0 else len(self._head)
        if size > self._doorway.admission.header_size:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif end >= 0:
            head = bytes(self._head[:size])
            del self._head[:size]
            self._read(head)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone before it was open."""
        self._finish()
        if self._judging is not None:
            self._judging.cancel()
        self._doorway.gate.leave()

    def _read(self, head: bytes) -> None:
        self._websocket.receive_data(head)
        events = self._websocket.events_received()
        request = events[0] if events else None
        if not isinstance(request, Request):
            self._refuse_head(head)
            return
        self._request = request
        if self._busy is not None:
            self._refuse(self._busy)
            return
        assert self._transport is not None
        self._transport.pause_reading()
        self._doorway.endpoint.runner.start(self._answer(request))

    async def _answer(self, request: Request) -> None:
        identity = identity_of(request.path)
        if identity is None:
            self._refuse(HTTPStatus.NOT_FOUND)
            return
        self._identity = identity
        self._judging = asyncio.current_task()
        try:
            verdict = await self._judge(identity, request.headers)
        finally:
            self._judging = None  # from here on it may serve others
        if self._over:
            return
        if verdict is Verdict.ACCEPTED:
            self._accept(identity, request)
        else:
            self._refuse(verdict.value)

    async def _judge(self, identity: str, headers: Headers) -> Verdict:
        """What is to be done with a station of that identity."""
        assert self._transport is not None
        doorway, password = self._doorway, None
        if doorway.profile.has_password:
            basic = read_basic(headers.get_all("Authorization"))
            if basic is None or identity_key(basic[0]) != identity_key(identity):
                return Verdict.WRONG_CREDENTIALS
            password = basic[1]
        certificate = read_certificate(self._transport.get_extra_info("ssl_object"))
        credentials = Credentials(identity, password, certificate, self._address)
        try:
            found = doorway.authenticate(credentials)
            verdict = await found if inspect.isawaitable(found) else found
        except Exception:  # the user's code, as in a handler
            LOG.exception("authenticating %s failed", identity)
            return Verdict.TRY_LATER
        if isinstance(verdict, Verdict):
            return verdict
        return Verdict.ACCEPTED if verdict is True else Verdict.WRONG_CREDENTIALS

    def _accept(self, identity: str, request: Request) -> None:
        websocket, doorway = self._websocket, self._doorway
        response = websocket.accept(request)
        websocket.send_response(response)
        if response.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
            self._send_and_close(f"{response.status_code} {response.reason_phrase}")
            return
        service = doorway.services.get(websocket.subprotocol or "")
        if service is None:
            self._say_goodbye()
            return
        connection = Connection(doorway.endpoint, service, identity, websocket.extensions)
        connection.address = self._address
        transport = self._transport
        assert transport is not None
        self._write()
        self._finish()
        doorway.arrived(connection)
        transport.resume_reading()
        connection.attach(transport, bytes(self._head))  # which may pause it again at once

    def _say_goodbye(self) -> None:
        """Close an upgraded connection (OCPP 2.1 Part 4, 3.1.2: no common version)."""
        assert self._transport is not None
        self._websocket.send_close(CloseCode.PROTOCOL_ERROR, "no common version of OCPP")
        self._send_and_close("no common version of OCPP")

    def _refuse(self, status: HTTPStatus) -> None:
        response = self._websocket.reject(status, f"{status.phrase}\n")
        _complete(response, status)
        self._websocket.send_response(response)
        self._send_and_close(f"{status.value} {status.phrase}")

    def _refuse_head(self, head: bytes) -> None:
        """Refuse what is no request of WebSocket's, if websockets has not done so itself."""
        assert self._transport is not None
        said = b"".join(self._websocket.data_to_send())
        self._transport.write(said or _bare_answer(fault_of(head, self._websocket)))
        self._send_and_close("not a request")

    def _send_and_close(self, reason: str) -> None:
        assert self._transport is not None
        transport, observer = self._transport, self._doorway.endpoint.observer
        LOG.info("refused %s from %s: %s", self._identity or "a peer", self._address, reason)
        if observer is not None:
            observer.connection_refused(self._identity, self._address, reason)
        self._over = True
        self._write()
        transport.close()

    def _write(self) -> None:
        assert self._transport is not None
        self._transport.write(b"".join(self._websocket.data_to_send()))

    def _time_out(self) -> None:
        if self._transport is not None:
            if not self._over:
                LOG.info("dropped %s: no handshake in time", self._address)
            self._transport.abort()

    def _finish(self) -> None:
        self._over = True
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._doorway.begun.discard(self._transport)
            self._transport = None


def _selector(
    services: Mapping[str, Service[CallsT]],
) -> Callable[[ServerProtocol, Sequence[Subprotocol]], Subprotocol | None]:
    def select(websocket: ServerProtocol, offered: Sequence[Subprotocol]) -> Subprotocol | None:
        # OCPP 2.1 Part 4, 3.1.2: the client's order is one of preference.
        return next((each for each in offered if each in services), None)

    return select


def _complete(response: Response, status: HTTPStatus) -> None:
    """Add what goes with a status."""
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = _CHALLENGE
    elif status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        response.headers["Retry-After"] = "60"


def fault_of(head: bytes, websocket: ServerProtocol) -> HTTPStatus:
    """What is wrong with a request, where websockets (before its version 17) only hangs up."""
    fault = websocket.handshake_exc
    if fault is not None and isinstance(fault.__cause__, SecurityError):
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    method, _, rest = head.partition(b" ")
    if method != b"GET" and b" HTTP/1." in rest.partition(b"\r\n")[0]:
        return HTTPStatus.METHOD_NOT_ALLOWED
    return HTTPStatus.BAD_REQUEST


def _bare_answer(status: HTTPStatus) -> bytes:
    allow = "Allow: GET\r\n" if status is HTTPStatus.METHOD_NOT_ALLOWED else ""
    line = f"HTTP/1.1 {status.value} {status.phrase}\r\n"
    return f"{line}{allow}Connection: close\r\nContent-Length: 0\r\n\r\n".encode()


def _host_and_address(peer: object) -> tuple[str, str]:
    """The host of a peer's address, and all of it as text; empty where there is none."""
    match peer:
        case (str(host), int(port), *_):
            return host, f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        case _:
            return "", ""
