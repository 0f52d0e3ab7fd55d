"""The CSMS as a whole."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

from prometheus_client import CollectorRegistry

import ocpp21
from ocpp21 import CsmsCalls, DataTransferRequest, DataTransferResponse
from ocpp21.actions import DATA_TRANSFER
from ocppj import Admission as Bounds
from ocppj import Connection, Csms, DataTransferRouter, KeyPair, Observer, SecurityProfile, csms_tls
from ocppj.observers.logs import FrameLogObserver, LogObserver
from ocppj.observers.metrics import MetricsObserver
from ocppref.csms.admission import Admission
from ocppref.csms.api import make_app
from ocppref.csms.authorizer import Authorizer
from ocppref.csms.background import Background
from ocppref.csms.connections import Connections
from ocppref.csms.domain.pricing import Price
from ocppref.csms.errors import ListenError
from ocppref.csms.gate import gated
from ocppref.csms.handlers import make_handlers
from ocppref.csms.http_server import HttpServer
from ocppref.csms.ledger import Ledger
from ocppref.csms.live import Live
from ocppref.csms.message_log import MessageLog
from ocppref.csms.metrics import CsmsCollector
from ocppref.csms.operations.commands import Commands
from ocppref.csms.operations.files import Files
from ocppref.csms.operations.follow_up import FollowUp
from ocppref.csms.operations.gaps import Gaps
from ocppref.csms.operations.inventory import Inventory
from ocppref.csms.operations.outgoing import Outgoing
from ocppref.csms.operations.passwords import Passwords
from ocppref.csms.operations.starts import Starts
from ocppref.csms.operations.streams import Streams
from ocppref.csms.parts import Parts
from ocppref.csms.settings import CsmsSettings
from ocppref.csms.stations import Stations
from ocppref.csms.storage import connections as history
from ocppref.csms.storage.store import Store, open_store
from ocppref.logging import logger

Vendors: TypeAlias = DataTransferRouter[DataTransferRequest, DataTransferResponse, CsmsCalls]
Handler: TypeAlias = object | Callable[[Parts], object]

_HANDSHAKE_TIMEOUT = 30.0  # seconds: many passwords may have to be checked first
_GRACE = 5.0


class CsmsService:
    """A CSMS that runs while its `async with` does.

    `handlers` are handlers of your own, or functions (classes are) that make one from the `Parts`:
    what they handle, the CSMS's own do not. `vendors` answers DataTransfer. Entering raises
    `SettingsError`, `StorageError`, `ListenError`, and `RoutingError` of ocppj's.
    """

    def __init__(
        self,
        settings: CsmsSettings,
        *,
        handlers: Iterable[Handler] = (),
        vendors: Vendors | None = None,
    ) -> None:
        self._settings = settings
        self._handlers = tuple(handlers)
        self._vendors = vendors
        self._registry = CollectorRegistry()
        self._stack = AsyncExitStack()
        given = settings.api_token
        self.api_token = secrets.token_urlsafe(24) if given is None else given.get_secret_value()
        self.ocpp_url = ""
        self.http_url = ""
        self._parts: Parts | None = None

    @property
    def parts(self) -> Parts:
        """What it is made of, while it runs."""
        assert self._parts is not None, "the CSMS does not run"
        return self._parts

    @property
    def _public_url(self) -> str:
        """Where stations find the files that the CSMS has for them."""
        given = self._settings.public_url
        return self.http_url if given is None else given.rstrip("/")

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await self._start(stack)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def _start(self, stack: AsyncExitStack) -> None:
        """What begins first ends last."""
        settings = self._settings
        tls = _tls(settings)
        store = await open_store(settings.database_url.get_secret_value())
        stack.push_async_callback(store.close)
        await store.write(lambda c: history.close_all(c, datetime.now(UTC)))
        parts = self._parts = _make_parts(
            settings, store, lambda: csms.connections, lambda: self._public_url
        )
        stack.push_async_callback(parts.background.finish, _GRACE)
        await parts.ledger.load()
        admission = Admission(settings, store, parts.stations)
        stack.callback(admission.close)
        watcher = _watcher(parts)
        stack.push_async_callback(watcher.keep_sights_now)
        csms = self._make_csms(parts, admission, watcher)
        http = HttpServer(
            make_app(parts, self.api_token, self._registry), settings.host, settings.http_port
        )
        stack.push_async_callback(http.close)
        await self._listen(csms, tls, stack)
        await http.start()
        stack.callback(parts.live.close)
        sights = asyncio.create_task(watcher.keep_sights())
        stack.callback(sights.cancel)
        self.http_url = f"http://{_host(settings)}:{http.port}"

    async def _listen(
        self, csms: Csms[CsmsCalls], tls: ssl.SSLContext | None, stack: AsyncExitStack
    ) -> None:
        settings = self._settings
        try:
            await csms.listen(settings.host, settings.port, tls)
        except OSError as error:
            place = f"{settings.host}:{settings.port}"
            reason = error.strerror or error
            raise ListenError(f"--port: cannot listen at {place}: {reason}") from error
        stack.push_async_callback(csms.close, _GRACE)
        scheme = "ws" if tls is None else "wss"
        self.ocpp_url = f"{scheme}://{_host(settings)}:{csms.port}/ocpp"

    def _make_csms(
        self, parts: Parts, admission: Admission, watcher: Connections
    ) -> Csms[CsmsCalls]:
        registry = self._registry
        registry.register(CsmsCollector(parts))
        handlers = [_made(handler, parts) for handler in self._handlers]
        if handlers:
            Csms(handlers, bindings=[ocpp21.CSMS])  # says what is wrong with them
        vendors = self._vendors or DataTransferRouter(ocpp21.CSMS, DATA_TRANSFER)
        return Csms(
            gated([*make_handlers(parts), vendors, *handlers], parts.stations),
            bindings=[ocpp21.CSMS],
            profile=self._settings.security_profile,
            authenticate=admission.authenticate,
            admission=Bounds(handshake_timeout=_HANDSHAKE_TIMEOUT),
            observers=[watcher, MetricsObserver(registry), *_log_observers(self._settings)],
        )


def _made(handler: Handler, parts: Parts) -> object:
    """A handler, from itself or from what makes one."""
    is_handler = not isinstance(handler, type) and any(
        name.startswith("on_") for name in dir(handler)
    )
    return handler if is_handler or not callable(handler) else handler(parts)


def _make_parts(
    settings: CsmsSettings,
    store: Store,
    connections: Callable[[], Mapping[str, Connection[CsmsCalls]]],
    base_url: Callable[[], str],
) -> Parts:
    stations = Stations()
    price = Price(settings.price_per_kwh, settings.price_per_minute, settings.price_per_session)
    ledger = Ledger(store, price)
    outgoing = Outgoing(stations, connections)
    passwords = Passwords(store)
    commands = Commands(store, outgoing, passwords, ledger)
    gaps = Gaps(store, ledger, outgoing)
    return Parts(
        settings=settings,
        store=store,
        stations=stations,
        ledger=ledger,
        authorizer=Authorizer(store, ledger, concurrent=settings.concurrent_tx),
        live=Live(),
        messages=MessageLog(),
        background=Background(),
        outgoing=outgoing,
        commands=commands,
        passwords=passwords,
        inventory=Inventory(store, outgoing),
        gaps=gaps,
        follow_up=FollowUp(store, outgoing, commands, gaps),
        streams=Streams(store, commands),
        files=Files(store, base_url),
        starts=Starts(),
    )


def _watcher(parts: Parts) -> Connections:
    return Connections(
        parts.settings,
        parts.store,
        parts.stations,
        parts.live,
        parts.background,
        parts.messages,
        parts.follow_up,
    )


def _log_observers(settings: CsmsSettings) -> list[Observer]:
    log = logger("ocppj")
    observers: list[Observer] = [LogObserver(log)]
    if settings.log_level == "DEBUG":
        observers.append(FrameLogObserver(log))
    return observers


def _tls(settings: CsmsSettings) -> ssl.SSLContext | None:
    if not settings.security_profile.has_tls:
        return None
    assert settings.tls_cert is not None  # the settings see to it
    has_clients = settings.security_profile is SecurityProfile.TLS_CERTIFICATE
    client_ca = settings.client_ca if has_clients else None
    _check_file("--tls-cert", settings.tls_cert)
    _check_file("--tls-key", settings.tls_key)
    _check_file("--client-ca", client_ca)
    try:
        return csms_tls([KeyPair(settings.tls_cert, settings.tls_key)], client_ca=client_ca)
    except OSError as error:  # ssl.SSLError is one
        reason = getattr(error, "reason", None) or error.strerror or error
        raise ListenError(
            f"--tls-cert, --tls-key, --client-ca: these cannot be used together: {reason}"
        ) from error


def _check_file(option: str, path: Path | None) -> None:
    """OpenSSL does not say which file it is that cannot be read."""
    if path is None:
        return
    try:
        path.open("rb").close()
    except OSError as error:
        raise ListenError(f"{option}: {path}: {error.strerror}") from error


def _host(settings: CsmsSettings) -> str:
    return f"[{settings.host}]" if ":" in settings.host else settings.host
