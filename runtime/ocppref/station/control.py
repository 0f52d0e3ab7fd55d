"""The control API: the person, the car and the world around a station, over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Generator
from typing import Annotated

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import AliasGenerator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from ocppref.station.hardware import Impossible
from ocppref.station.state import StationState
from ocppref.station.station import Station

HOST = "127.0.0.1"


class _Body(BaseModel):
    model_config = ConfigDict(
        extra="forbid", alias_generator=AliasGenerator(validation_alias=to_camel)
    )


class Plug(_Body):
    """The cable."""

    evse_id: int
    connector_id: int | None = None


class Token(_Body):
    """A token is presented, at an EVSE or at the station."""

    id_token: Annotated[str, Field(max_length=255)]
    type: Annotated[str, Field(min_length=1, max_length=20)]
    evse_id: int | None = None


class Car(_Body):
    """What the car takes, in W; 0 is nothing. `soc` is in %."""

    evse_id: int
    power: float
    soc: float | None = None


class Connection(_Body):
    """The network plug."""

    online: bool


class PowerCycle(_Body):
    """The power is gone for so long."""

    down_seconds: Annotated[float, Field(ge=0, le=86_400)] = 0.0


class Fault(_Body):
    """An EVSE fails, or is well again."""

    evse_id: int
    on: bool
    reason: str | None = None


class Taken(BaseModel):
    """The station has taken it."""

    ok: bool = True


def control_app(station: Station) -> FastAPI:
    """The API of a station. It answers 409 with the reason for what cannot be."""
    app = FastAPI(title=f"Charging Station {station.config.identity}")
    _add_people(app, station)
    _add_world(app, station)

    @app.exception_handler(Impossible)
    async def refuse(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"ok": False, "reason": str(error)}, status_code=409)

    @app.get("/state", response_model=None)
    async def state() -> StationState:
        return station.state()

    return app


def _add_people(app: FastAPI, station: Station) -> None:
    @app.post("/plug")
    async def plug(body: Plug) -> Taken:
        await station.plug(body.evse_id, body.connector_id)
        return Taken()

    @app.post("/unplug")
    async def unplug(body: Plug) -> Taken:
        await station.unplug(body.evse_id, body.connector_id)
        return Taken()

    @app.post("/token")
    async def token(body: Token) -> Taken:
        await station.present(body.id_token, type=body.type, evse_id=body.evse_id)
        return Taken()

    @app.post("/ev")
    async def ev(body: Car) -> Taken:
        await station.set_ev(body.evse_id, power=body.power, soc=body.soc)
        return Taken()


def _add_world(app: FastAPI, station: Station) -> None:
    @app.post("/connection")
    async def connection(body: Connection) -> Taken:
        await (station.go_online() if body.online else station.go_offline())
        return Taken()

    @app.post("/power-cycle")
    async def power_cycle(body: PowerCycle) -> Taken:
        station.start_power_cycle(body.down_seconds)
        return Taken()

    @app.post("/fault")
    async def fault(body: Fault) -> Taken:
        await station.fault(body.evse_id, body.on, body.reason)
        return Taken()


def bind(port: int) -> socket.socket:
    """A socket for the API, on a free port if it is 0. Raises OSError."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((HOST, port))
        made.listen()
    except OSError:
        made.close()
        raise
    return made


@contextlib.asynccontextmanager
async def serving(station: Station, listener: socket.socket) -> AsyncIterator[str]:
    """Serve the API on a socket; gives the URL once it answers."""
    config = uvicorn.Config(
        control_app(station),
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=2,
    )
    server = _Server(config)
    task = asyncio.ensure_future(server.serve(sockets=[listener]))
    try:
        await server.ready(task)
        yield f"http://{HOST}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


class _Server(uvicorn.Server):
    """A server that leaves the signals to the program, and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._listens = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._listens.set()

    async def ready(self, task: asyncio.Task[None]) -> None:
        """Wait until it listens. Raises what kept it from that."""
        listens = asyncio.ensure_future(self._listens.wait())
        await asyncio.wait([task, listens], return_when=asyncio.FIRST_COMPLETED)
        listens.cancel()
        if task.done():
            task.result()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """The program does that."""
        yield
