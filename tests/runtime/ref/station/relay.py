"""A network that flaps: a relay of TCP that cuts connections in the midst of what they carry."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Relay:
    """Passes bytes on to a port. Each connection lives for a while that `dice` choose."""

    def __init__(self, target: int, dice: random.Random) -> None:
        self.cuts = 0
        self.is_calm = False
        self._target = target
        self._dice = dice
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection of the station's."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        far: asyncio.StreamWriter | None = None
        try:
            back, far = await asyncio.open_connection("127.0.0.1", self._target)
            limit = 60.0 if self.is_calm else self._dice.choice([0.02, 0.1, 0.3, 0.8])
            async with asyncio.timeout(limit), asyncio.TaskGroup() as both:
                both.create_task(self._pass(reader, far))
                both.create_task(self._pass(back, writer))
        except* (OSError, TimeoutError, asyncio.CancelledError):
            self.cuts += 1
        finally:
            for each in (writer, far):
                if each is not None:
                    each.transport.abort()
            self._tasks.discard(task)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(4096):
            if not self.is_calm and self._dice.random() < 0.1:
                writer.write(data[: self._dice.randrange(len(data))])
                raise ConnectionResetError("the network flaps")
            writer.write(data)
        raise ConnectionResetError("it was closed")

    def end(self) -> None:
        """Cut all."""
        for task in tuple(self._tasks):
            task.cancel()


@asynccontextmanager
async def relay(target: int, dice: random.Random) -> AsyncIterator[tuple[Relay, int]]:
    """A relay to a port, and the port that it listens at."""
    made = Relay(target, dice)
    server = await asyncio.start_server(made.take, "127.0.0.1", 0)
    try:
        yield made, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        made.end()
        await server.wait_closed()
