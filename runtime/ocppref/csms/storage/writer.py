"""Group commit: all who wait to write share the next commit.

While a commit is under way, the next ones gather; that makes one commit cost as much as a hundred
do. Whoever writes goes on only after the commit: what was answered is on the disk.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.sql import Executable

from ocppref.csms.errors import StorageError
from ocppref.csms.storage.database import Database
from ocppref.logging import logger

T = TypeVar("T")

_MOST = 1000  # so many share a commit
_LOG = logger("ocppref.csms.storage")


class Change(NamedTuple):
    """A statement and the row that goes with it. Changes by one statement go together."""

    statement: Executable
    row: Mapping[str, object]


@dataclass(slots=True)
class _Order(Generic[T]):
    """What is to be written for one who waits: changes, or a function."""

    done: asyncio.Future[T]
    changes: Sequence[Change] = ()
    work: Callable[[Connection], T] | None = None

    def carry_out(self, connection: Connection) -> T:
        """By itself."""
        if self.work is not None:
            return self.work(connection)
        _execute(connection, self.changes)
        return cast(T, None)


class Writer:
    """Writes in batches. Make it and close it in the same event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: deque[_Order[object]] = deque()
        self._filled = asyncio.Event()
        self._closing = False
        self._task = asyncio.create_task(self._serve(), name="storage-writer")
        self.batches = 0
        self.orders = 0

    @property
    def depth(self) -> int:
        """How many wait, those of the commit under way not counted."""
        return len(self._waiting)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which may run twice, and return after the commit. Raises `StorageError`.

        What else it raises concerns its own caller only.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._add(cast("_Order[object]", _Order(done, work=work)))
        return await done

    async def save(self, changes: Sequence[Change]) -> None:
        """Make changes, all or none, and return after the commit. Raises `StorageError`."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._add(cast("_Order[object]", _Order(done, changes=changes)))
        await done

    async def close(self) -> None:
        """Write what waits, and end."""
        self._closing = True
        self._filled.set()
        await self._task

    def _add(self, order: _Order[object]) -> None:
        if self._closing:
            raise StorageError("the CSMS shuts down")
        self._waiting.append(order)
        self._filled.set()

    async def _serve(self) -> None:
        while not (self._closing and not self._waiting):
            await self._filled.wait()
            self._filled.clear()
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(_MOST, len(self._waiting)))]
                await self._write(batch)

    async def _write(self, batch: list[_Order[object]]) -> None:
        self.batches += 1
        self.orders += len(batch)
        try:
            results = await self._database.transact(lambda c: _carry_out(c, batch))
        except Exception:  # any of them may be to blame; each caller gets its own answer
            await self._write_apart(batch)
            return
        for order, result in zip(batch, results, strict=True):
            if not order.done.done():
                order.done.set_result(result)

    async def _write_apart(self, batch: list[_Order[object]]) -> None:
        """Each in a transaction of its own, so that one that fails does no harm to the others."""
        unreachable: StorageError | None = None
        for order in batch:
            if unreachable is not None:
                _fail(order, unreachable)
                continue
            try:
                result = await self._database.transact(order.carry_out)
            except StorageError as error:
                _LOG.error("not stored", error=str(error))
                _fail(order, error)
                unreachable = error if await self._is_gone() else None
            except Exception as error:
                _fail(order, error)
            else:
                if not order.done.done():
                    order.done.set_result(result)

    async def _is_gone(self) -> bool:
        try:
            await self._database.transact(lambda _: None)
        except StorageError:
            return True
        return False


def _carry_out(connection: Connection, batch: Iterable[_Order[object]]) -> list[object]:
    """All in one go. Changes by the same statement are made by one execution of it."""
    results: list[object] = []
    changes: list[Change] = []
    for order in batch:
        if order.work is None:
            changes.extend(order.changes)
            results.append(None)
            continue
        _execute(connection, changes)
        changes.clear()
        results.append(order.work(connection))
    _execute(connection, changes)
    return results


def _execute(connection: Connection, changes: Iterable[Change]) -> None:
    rows: dict[int, tuple[Executable, list[Mapping[str, object]]]] = {}
    for statement, row in changes:
        rows.setdefault(id(statement), (statement, []))[1].append(row)
    for statement, together in rows.values():
        connection.execute(statement, together)


def _fail(order: _Order[object], error: Exception) -> None:
    if not order.done.done():
        order.done.set_exception(error)
