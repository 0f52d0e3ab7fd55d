"""The database and its writer, as one thing that repositories are made with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import Connection, text

from ocppref.csms.storage.database import Database, open_database
from ocppref.csms.storage.schema import migrate
from ocppref.csms.storage.writer import Change, Writer

T = TypeVar("T")


class Store:
    """Reads and writes. Opened with `open_store`, in the event loop that it is used in."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writer = Writer(database)

    @property
    def dialect(self) -> str:
        """Either "sqlite" or "postgresql"."""
        return self._database.dialect

    @property
    def writer(self) -> Writer:
        """For metrics."""
        return self._writer

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which reads only. Raises `StorageError`."""
        return await self._database.read(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` and return once it is durable; it may run twice. Raises `StorageError`."""
        return await self._writer.write(work)

    async def save(self, changes: Sequence[Change]) -> None:
        """Make changes and return once they are durable. Raises `StorageError`."""
        await self._writer.save(changes)

    async def ping(self) -> None:
        """Ask the database for nothing. Raises `StorageError`."""
        await self._database.read(lambda connection: connection.execute(text("SELECT 1")).one())

    async def close(self) -> None:
        """Write what waits, and end."""
        await self._writer.close()
        await self._database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()


async def open_store(url: str) -> Store:
    """The store at a URL, with its tables as this program wants them.

    Raises `SettingsError` for a URL that cannot be used, `StorageError` for a database that is not
    there, is damaged, or was written by a newer program.
    """
    database = open_database(url)
    try:
        await database.transact(migrate)
    except BaseException:
        await database.close()
        raise
    return Store(database)
