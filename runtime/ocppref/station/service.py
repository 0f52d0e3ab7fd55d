"""A station as a program: it runs until it is told to end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import TypeAlias

from ocppj import Observer
from ocppref.station.control import HOST, bind, serving
from ocppref.station.settings import Settings
from ocppref.station.station import Station
from ocppref.station.store import SqliteStore, Store

View: TypeAlias = Callable[[Station], contextlib.AbstractAsyncContextManager[None]]
"""Shows a station for as long as it runs."""


@contextlib.asynccontextmanager
async def no_view(_: Station) -> AsyncIterator[None]:
    """Show nothing."""
    yield


class PortInUse(Exception):
    """The control API cannot listen there. The text says what to do."""


def open_listener(port: int | None) -> socket.socket | None:
    """The socket of the control API; None without one. Raises `PortInUse`."""
    if port is None:
        return None
    try:
        return bind(port)
    except OSError as error:
        raise PortInUse(
            f"the control API cannot listen on {HOST}:{port}: {error.strerror};"
            " choose another --control-port, or 0 for a free one"
        ) from None


async def run(
    settings: Settings,
    *,
    observers: Sequence[Observer] = (),
    ready: Callable[[str], object],
    view: View = no_view,
) -> None:
    """Run a station until SIGTERM or SIGINT. `ready` gets its ready line, `view` shows it.

    Raises `PortInUse`, `StateError`, `ConfigError` and `VariableError` before anything happens.
    """
    async with (
        running(
            settings, lambda: SqliteStore(settings.state), observers=observers, ready=ready
        ) as (station, ended),
        view(station),
    ):
        await ended.wait()


@contextlib.asynccontextmanager
async def running(
    settings: Settings,
    open_store: Callable[[], Store],
    *,
    observers: Sequence[Observer],
    ready: Callable[[str], object],
) -> AsyncIterator[tuple[Station, asyncio.Event]]:
    """A station with its control API. The event is set by SIGTERM or SIGINT.

    Raises as `run` does.
    """
    ended = asyncio.Event()
    with contextlib.ExitStack() as stack:
        listener = open_listener(settings.control_port)
        if listener is not None:
            stack.callback(listener.close)
        store = stack.enter_context(contextlib.closing(open_store()))
        station = Station(settings.config, store=store, observers=observers)
        stack.enter_context(_until_told(ended))
        async with station, _control(station, listener) as url:
            ready(f"Station ready identity={settings.config.identity} control={url}")
            yield station, ended


@contextlib.asynccontextmanager
async def _control(station: Station, listener: socket.socket | None) -> AsyncIterator[str]:
    if listener is None:
        yield "off"
        return
    async with serving(station, listener) as url:
        yield url


@contextlib.contextmanager
def _until_told(ended: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, ended.set)
    try:
        yield
    finally:
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(each)
