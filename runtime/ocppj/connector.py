"""The way to the CSMS: sockets, unless a Charging Station is given something else."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from typing import Protocol, cast
from urllib.parse import urlsplit

from ocppj.network_profiles import NetworkProfile


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


class Uplink:
    """A `Connector` that can be cut at any moment, as if somebody pulled the network cable out.

    It makes connections with another one, over sockets unless one is given.
    """

    def __init__(self, connector: Connector = connect_socket) -> None:
        self._connector = connector
        self._transports: set[asyncio.Transport] = set()
        self._is_up = True

    @property
    def is_up(self) -> bool:
        """Whether it is not cut."""
        return self._is_up

    def cut(self) -> None:
        """Lose what connections there are, without a goodbye. No new one comes about from now on.

        The station knows when the event loop has turned. The CSMS sees a reset, or an end.
        """
        self._is_up = False
        while self._transports:
            self._transports.pop().abort()

    def restore(self) -> None:
        """Let connections be made again. A station tries when its back-off says so."""
        self._is_up = True

    async def __call__(
        self, protocol: Callable[[], asyncio.Protocol], profile: NetworkProfile, /
    ) -> object:
        """Connect. Raises OSError while it is cut."""
        if not self._is_up:
            raise OSError(errno.ENETUNREACH, "the network is cut off")
        self._transports = {each for each in self._transports if not each.is_closing()}
        return await self._connector(lambda: _Tap(protocol(), self._connected), profile)

    def _connected(self, transport: asyncio.Transport) -> None:
        if self._is_up:
            self._transports.add(transport)
        else:  # it was cut meanwhile
            transport.abort()


class _Tap(asyncio.Protocol):
    """Tells of the transport that it gets, and hands it on."""

    def __init__(
        self, protocol: asyncio.Protocol, connected: Callable[[asyncio.Transport], None]
    ) -> None:
        self._protocol = protocol
        self._connected = connected

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        socket = cast(asyncio.Transport, transport)
        socket.set_protocol(self._protocol)
        self._protocol.connection_made(socket)
        self._connected(socket)
