"""The npm package `ocpp-rpc` as a peer on either side: a process that obeys lines of JSON.

It runs in its strict mode, in which it validates every message of both sides. What it complains
of fails the test, unless the test takes the complaint.
"""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import count
from typing import TypeAlias

from tests.e2e.node_modules import FOLDER
from tests.e2e.our_station import IDENTITY

Json: TypeAlias = Mapping[str, object]


class PeerError(Exception):
    """What a user of ocpp-rpc catches. `code` is the error code of a CALLERROR."""

    def __init__(self, shown: Mapping[str, object]) -> None:
        super().__init__(shown)
        self.type = shown["type"]
        self.code = shown["code"]
        self.message = shown["message"]
        self.details = shown["details"]
        self.status = shown["status"]


class NodePeer:
    """One process. `event(name)` waits for what the script says by itself."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._ids = count(1)
        self._asked: dict[int, asyncio.Future[object]] = {}
        self._events: defaultdict[str, asyncio.Queue[dict[str, object]]] = defaultdict(
            asyncio.Queue
        )

    # What the peer does.

    async def call(self, action: str, payload: Json, timeout_ms: int = 0) -> object:
        """Its user calls our side. Gives the payload of the answer, or raises `PeerError`."""
        return await self.ask("call", action=action, payload=payload, timeout=timeout_ms)

    async def answers(self, action: str, answer: Json) -> None:
        """From now on it answers so."""
        await self.ask("plan", action=action, answer=answer)

    async def refuses(self, action: str, code: str, message: str, details: Json) -> None:
        """From now on it refuses so."""
        await self.ask("plan", action=action, refuse=code, message=message, details=details)

    async def holds(self, action: str) -> None:
        """From now on it answers only when it is told to, with `release`."""
        await self.ask("plan", action=action, hold=True)

    async def release(self, action: str, answer: Json) -> None:
        """Give the answer that was held back."""
        await self.ask("release", action=action, answer=answer)

    # What is heard of it.

    async def event(self, name: str) -> dict[str, object]:
        """The next event of that name."""
        return await self._events[name].get()

    async def received(self) -> tuple[object, object]:
        """Action and payload of the next CALL that it got."""
        event = await self.event("received")
        return event["action"], event["payload"]

    async def complaint(self) -> object:
        """Message of the next thing that it complains of."""
        error = (await self.event("complaint"))["error"]
        assert isinstance(error, dict)
        return error["message"]

    def complaints(self) -> list[dict[str, object]]:
        """What it complained of, as far as nobody took it."""
        queue = self._events["complaint"]
        return [queue.get_nowait() for _ in range(queue.qsize())]

    # How it is driven.

    async def ask(self, command: str, **rest: object) -> object:
        """Run a command of the script. Raises `PeerError`."""
        number = next(self._ids)
        self._asked[number] = asyncio.get_running_loop().create_future()
        assert self._process.stdin is not None
        line = json.dumps({"id": number, "command": command, **rest})
        self._process.stdin.write(line.encode() + b"\n")
        return await self._asked[number]

    async def read(self) -> None:
        """Take what the script says, until it ends."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self._take(json.loads(line))
        for future in self._asked.values():
            if not future.done():
                future.set_exception(ConnectionError("Node has ended; see what it wrote to stderr"))

    def _take(self, said: dict[str, object]) -> None:
        if "event" in said:
            self._events[str(said["event"])].put_nowait(said)
            return
        number = said["id"]
        assert isinstance(number, int)
        future = self._asked.pop(number)
        error = said.get("error")
        if future.done():  # nobody waits for it any more
            return
        if isinstance(error, dict):
            future.set_exception(PeerError(error))
        else:
            future.set_result(said["result"])


@asynccontextmanager
async def _peer(node: str, script: str, options: Json) -> AsyncIterator[NodePeer]:
    process = await asyncio.create_subprocess_exec(
        node, script, json.dumps(options), cwd=FOLDER, stdin=PIPE, stdout=PIPE, limit=2**20
    )
    peer = NodePeer(process)
    reading = asyncio.create_task(peer.read())
    try:
        yield peer
        await peer.ask("close")
    finally:
        assert process.stdin is not None
        process.stdin.close()  # it ends then
        await asyncio.wait([reading])
        await process.wait()
    assert peer.complaints() == []


@asynccontextmanager
async def node_station(
    node: str, port: int, identity: str = IDENTITY, **options: object
) -> AsyncIterator[NodePeer]:
    """A Charging Station that connects to the CSMS at `port` when it is asked to ("connect")."""
    endpoint = f"ws://127.0.0.1:{port}/ocpp"
    async with _peer(
        node, "station.js", {"endpoint": endpoint, "identity": identity, **options}
    ) as peer:
        yield peer


@asynccontextmanager
async def node_csms(node: str, **options: object) -> AsyncIterator[tuple[NodePeer, int]]:
    """A CSMS that listens, and its port."""
    async with _peer(node, "csms.js", options) as peer:
        port = await peer.ask("listen")
        assert isinstance(port, int)
        yield peer, port
