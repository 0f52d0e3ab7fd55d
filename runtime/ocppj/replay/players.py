"""Replays over WebSocket: as a station that connects, and as a CSMS that stations connect to."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus

from websockets.asyncio.client import connect
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.frames import CloseCode
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from ocppj.clock import Clock, LoopClock
from ocppj.contract import Side
from ocppj.errors import OCPPConnectionError
from ocppj.identity import connection_url, identity_key, identity_of
from ocppj.recording import Conversation
from ocppj.replay.report import Report
from ocppj.replay.script import Pace, Script


async def play_station(
    conversation: Conversation,
    endpoint: str,
    *,
    password: str | None = None,
    tls: ssl.SSLContext | None = None,
    pace: Pace = Pace(),  # noqa: B008 - it is frozen
    ignored: Collection[str] = (),
    clock: Clock | None = None,
) -> Report:
    """Connect to the CSMS at `endpoint` ("ws://host:9000/ocpp") and play the station's part.

    `ignored` are names of properties that may differ, such as "currentTime". Raises
    `OCPPConnectionError` if no connection comes about, or not with the recorded subprotocol.
    """
    script = Script(conversation, Side.CHARGING_STATION, pace=pace, ignored=ignored)
    identity, subprotocol = conversation.identity, conversation.subprotocol
    headers = {}
    if password is not None:
        pair = b64encode(f"{identity}:{password}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    try:
        socket = await connect(
            connection_url(endpoint, identity),
            subprotocols=[Subprotocol(subprotocol)],
            additional_headers=headers,
            ssl=tls,
            max_size=None,
            proxy=None,
        )
    except (OSError, WebSocketException) as error:
        raise OCPPConnectionError(f"{identity} cannot connect to {endpoint}: {error}") from error
    async with socket:
        if socket.subprotocol != subprotocol:
            raise OCPPConnectionError(f"{endpoint} does not speak {subprotocol}")
        await _play(socket, script, clock or LoopClock())
    return script.report()


class CsmsPlayer:
    """A CSMS that plays recorded conversations. Made by `play_csms`."""

    def __init__(self, scripts: Sequence[tuple[Conversation, Script]], clock: Clock) -> None:
        self.port = 0
        self._scripts = scripts
        self._waiting = list(scripts)
        self._clock = clock
        self._left = len(scripts)
        self._played = asyncio.Event()
        if not scripts:
            self._played.set()

    async def reports(self) -> list[Report]:
        """Wait until all conversations have been played; a report of each, in their order."""
        await self._played.wait()
        return [script.report() for _, script in self._scripts]

    def admit(self, socket: ServerConnection, request: Request) -> Response | None:
        """Let in whom there is something to say to."""
        if self._next(request.path) is None:
            return socket.respond(HTTPStatus.NOT_FOUND, "no such station in the recording\n")
        return None

    def select(
        self, socket: ServerConnection, offered: Sequence[Subprotocol]
    ) -> Subprotocol | None:
        """The recorded subprotocol, if the station speaks it."""
        assert socket.request is not None
        found = self._next(socket.request.path)
        return next((each for each in offered if found and each == found[0].subprotocol), None)

    async def serve(self, socket: ServerConnection) -> None:
        """Play the next conversation of a station."""
        assert socket.request is not None
        found = self._next(socket.request.path)
        if found is None or socket.subprotocol != found[0].subprotocol:
            await socket.close(CloseCode.PROTOCOL_ERROR, "not as recorded")
            return
        self._waiting.remove(found)
        await _play(socket, found[1], self._clock)
        await socket.close()
        self._left -= 1
        if not self._left:
            self._played.set()

    def _next(self, path: str) -> tuple[Conversation, Script] | None:
        key = identity_key(identity_of(path) or "")
        return next((each for each in self._waiting if identity_key(each[0].identity) == key), None)


@asynccontextmanager
async def play_csms(
    conversations: Iterable[Conversation],
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    tls: ssl.SSLContext | None = None,
    pace: Pace = Pace(),  # noqa: B008 - it is frozen
    ignored: Collection[str] = (),
    clock: Clock | None = None,
) -> AsyncIterator[CsmsPlayer]:
    """Listen, and play the CSMS's part to each station that connects.

    A station gets the conversations of its identity one after the other, a connection for each,
    which is closed at its end. Others get 404. No password is asked for. `port` 0 is any free
    one, see `CsmsPlayer.port`; for `ignored` see `play_station`. Raises OSError if the address
    cannot be had.
    """
    scripts = [
        (each, Script(each, Side.CSMS, pace=pace, ignored=ignored)) for each in conversations
    ]
    player = CsmsPlayer(scripts, clock or LoopClock())
    async with serve(
        player.serve,
        host,
        port,
        ssl=tls,
        process_request=player.admit,
        select_subprotocol=player.select,
        max_size=None,
    ) as server:
        player.port = next(iter(server.sockets)).getsockname()[1]
        yield player


async def _play(socket: Connection, script: Script, clock: Clock) -> None:
    """Play until the script is finished."""
    changed = asyncio.Event()
    reading = asyncio.ensure_future(_read(socket, script, clock, changed))
    script.start(clock.now())
    try:
        while True:
            await _send(socket, script)
            deadline = script.deadline()
            if deadline is None:
                return
            timer = clock.call_later(max(0.0, deadline - clock.now()), changed.set)
            try:
                await changed.wait()
            finally:
                timer.cancel()
            changed.clear()
            script.wake(clock.now())
    finally:
        reading.cancel()
        await asyncio.wait([reading])


async def _send(socket: Connection, script: Script) -> None:
    for text in script.to_send():
        try:
            await socket.send(text)
        except ConnectionClosed as error:
            script.lose(_reason(error))
            return


async def _read(socket: Connection, script: Script, clock: Clock, changed: asyncio.Event) -> None:
    try:
        while True:
            script.receive(await socket.recv(), clock.now())
            changed.set()
    except ConnectionClosed as error:
        script.lose(_reason(error))
        changed.set()


def _reason(error: ConnectionClosed) -> str:
    return f"closed with {error.rcvd.code}" if error.rcvd else "connection lost"
