"""The client's half of the handshake: from a transport to an open connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Generic, TypeVar, cast

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidStatus
from websockets.extensions import ClientExtensionFactory
from websockets.frames import CloseCode
from websockets.http11 import Response
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from ocppj.clock import within
from ocppj.connection import Connection
from ocppj.connector import Connector
from ocppj.credentials import basic_authorization
from ocppj.endpoint import Endpoint
from ocppj.errors import OCPPConnectionError
from ocppj.network_profiles import NetworkProfile
from ocppj.service import Service
from ocppj.wire import WEBSOCKET_LOG

CallsT = TypeVar("CallsT")

_END_OF_HEAD = b"\r\n\r\n"
_LONGEST_HEAD = 16 * 1024


class HandshakeError(OCPPConnectionError):
    """The CSMS did not let us in. `status` is that of HTTP, None if it was not about that."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason, status)
        self.reason = reason
        self.status = status

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True)
class Dialer(Generic[CallsT]):
    """Connects a Charging Station to its CSMS.

    `timeout`: seconds for an attempt, and the same again for the handshake. `arrived` gets a
    connection before anything is read from it.
    """

    endpoint: Endpoint
    services: Mapping[str, Service[CallsT]]
    extensions: Sequence[ClientExtensionFactory]
    connector: Connector
    timeout: float
    arrived: Callable[[Connection[CallsT], NetworkProfile], None]

    async def connect(self, profile: NetworkProfile) -> Connection[CallsT]:
        """Make an attempt. Raises `HandshakeError`, and what the connector raises."""
        clock = self.endpoint.clock
        dial = Dial(self, profile)
        timer = clock.call_later(self.timeout, dial.give_up)
        try:
            if not await within(clock, self.timeout, self.connector(lambda: dial, profile)):
                raise HandshakeError("no connection in time")
            return await dial.opened
        except BaseException:
            dial.abandon()
            raise
        finally:
            timer.cancel()

    def endpoint_for(self, profile: NetworkProfile) -> Endpoint:
        """The endpoint, with what is the profile's own."""
        if profile.message_timeout is None:
            return self.endpoint
        limits = replace(self.endpoint.limits, call_timeout=profile.message_timeout)
        return replace(self.endpoint, limits=limits)


class Dial(asyncio.Protocol, Generic[CallsT]):
    """A connection that is not open yet. `opened` gets it, or a `HandshakeError`."""

    def __init__(self, dialer: Dialer[CallsT], profile: NetworkProfile) -> None:
        self._dialer = dialer
        self._profile = profile
        self._websocket = ClientProtocol(
            parse_uri(profile.target),
            extensions=dialer.extensions or None,
            subprotocols=[Subprotocol(each) for each in dialer.services],
            logger=WEBSOCKET_LOG,
        )
        self._head: bytearray | None = bytearray()
        self._transport: asyncio.Transport | None = None
        self.opened: asyncio.Future[Connection[CallsT]] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        self._transport = socket = cast(asyncio.Transport, transport)
        profile, websocket = self._profile, self._websocket
        request = websocket.connect()
        if profile.password is not None:
            request.headers["Authorization"] = basic_authorization(
                profile.identity, profile.password
            )
        websocket.send_request(request)
        socket.write(b"".join(websocket.data_to_send()))

    def data_received(self, data: bytes) -> None:
        """A piece of the answer."""
        if self._head is None:
            return
        self._head += data
        end = self._head.find(_END_OF_HEAD) + len(_END_OF_HEAD)
        if end >= len(_END_OF_HEAD):
            head, rest = bytes(self._head[:end]), bytes(self._head[end:])
            self._head = None
            self._read(head, rest)
        elif len(self._head) > _LONGEST_HEAD:
            self._fail(HandshakeError("the answer to the handshake has no end"))

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone before it was open."""
        error = HandshakeError(f"connection lost in the handshake: {exc or 'no reason'}")
        error.__cause__ = exc
        self._fail(error)

    def give_up(self) -> None:
        """It takes too long."""
        self._fail(HandshakeError("no answer to the handshake in time"))

    def abandon(self) -> None:
        """Nobody wants the connection any more."""
        if self.opened.done() and not self.opened.cancelled() and not self.opened.exception():
            self.opened.result().start_closing(CloseCode.NORMAL_CLOSURE, "not wanted any more")
        self.opened.cancel()
        if self._transport is not None:
            self._transport.abort()
            self._transport = None

    def _read(self, head: bytes, rest: bytes) -> None:
        websocket = self._websocket
        websocket.receive_data(head)
        events = websocket.events_received()
        error = websocket.handshake_exc
        if isinstance(error, InvalidStatus):
            self._fail(_refused(error.response.status_code))
        elif not events and error is None:  # its body is still to come, and of no interest
            self._fail(_refused(int(head.split(b" ", 2)[1])))
        elif error is not None or not isinstance(events[0], Response):
            self._fail(HandshakeError(f"the answer to the handshake is not valid: {error}"))
        else:
            self._open(rest)

    def _open(self, rest: bytes) -> None:
        dialer, profile, websocket = self._dialer, self._profile, self._websocket
        service = dialer.services.get(websocket.subprotocol or "")
        if service is None:
            # OCPP 2.1 Part 4, 3.1.2: the CSMS is about to close it.
            self._fail(HandshakeError("the CSMS speaks none of our versions of OCPP"))
            return
        transport = self._transport
        if transport is None or self.opened.done():
            return
        self._transport = None
        endpoint = dialer.endpoint_for(profile)
        connection = Connection(endpoint, service, profile.identity, websocket.extensions)
        connection.address = f"{websocket.uri.host}:{websocket.uri.port}"
        self.opened.set_result(connection)
        dialer.arrived(connection, profile)
        connection.attach(transport, rest)

    def _fail(self, error: HandshakeError) -> None:
        transport, self._transport = self._transport, None
        if not self.opened.done():
            self.opened.set_exception(error)
        if transport is not None:
            transport.abort()


def _refused(status: int) -> HandshakeError:
    try:
        phrase = f" {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = ""
    hint = _HINTS.get(status, "")
    return HandshakeError(
        f"the CSMS refuses the connection with HTTP {status}{phrase}{hint}", status
    )


_HINTS: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: ": it does not take this password of this identity",
    HTTPStatus.NOT_FOUND: ": it does not know this path, or this identity",
}
