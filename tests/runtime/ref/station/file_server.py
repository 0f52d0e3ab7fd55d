"""A real HTTP server that keeps what it gets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from ocppj import KeyPair


@dataclass(frozen=True)
class Seen:
    """A request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class FileServer:
    """`answers` are status, headers and body by "METHOD /path"; 200 for the rest."""

    url: str = ""
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def calls(self) -> list[str]:
        return [f"{each.method} {each.path}" for each in self.seen]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        query = scope["query_string"].decode()
        path = scope["raw_path"].decode() + (f"?{query}" if query else "")
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.seen.append(Seen(scope["method"], path, headers, body))
        default: tuple[int, dict[str, str], bytes] = (200, {}, b"")
        status, more, content = self.answers.get(f"{scope['method']} {path}", default)
        pairs = [(name.encode(), value.encode()) for name, value in more.items()]
        await send({"type": "http.response.start", "status": status, "headers": pairs})
        await send({"type": "http.response.body", "body": content})
        self.arrived.set()


@asynccontextmanager
async def file_server(certificate: KeyPair | None = None) -> AsyncIterator[FileServer]:
    """One that listens at a free port of localhost, with TLS if it has a certificate."""
    app = FileServer()
    tls: dict[str, Any] = {}
    if certificate is not None:
        tls = {"ssl_certfile": certificate.certificate, "ssl_keyfile": certificate.key}
    config = uvicorn.Config(app, "127.0.0.1", 0, lifespan="off", log_config=None, **tls)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - it has no event for that
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    app.url = f"http{'s' if tls else ''}://localhost:{port}"
    try:
        yield app
    finally:
        server.should_exit = True
        await task
