"""Where it is kept: SQLite in a file, or PostgreSQL."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from ocppref.csms.errors import SettingsError, StorageError, UnstorableError

T = TypeVar("T")

_READERS = 4
_PATIENCE = 10.0  # seconds to wait for another process that writes, or for a server that is slow
_NAMES = {
    "sqlite": "sqlite",
    "sqlite+aiosqlite": "sqlite",
    "postgresql": "postgresql",
    "postgresql+asyncpg": "postgresql",
}


class Database(Protocol):
    """Runs functions on a connection. Both raise `StorageError`."""

    @property
    def dialect(self) -> str:
        """Either "sqlite" or "postgresql"."""
        ...

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction that sees one state of the database."""
        ...

    async def transact(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, and commit. When it returns, what was written survives a power cut."""
        ...

    async def close(self) -> None:
        """Give up all connections."""
        ...


def open_database(url: str) -> Database:
    """The database of a URL; nothing is connected yet. Raises `SettingsError`."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError("--database-url: this is no URL, such as " + _EXAMPLES) from None
    kind = _NAMES.get(parsed.drivername)
    if kind is None:
        shown = parsed.drivername
        raise SettingsError(f"--database-url: {shown} is not supported, but these are: {_EXAMPLES}")
    return _Sqlite(parsed) if kind == "sqlite" else _Postgres(parsed)


_TOO_LARGE = "a value is too large, or has a NUL character in it: it cannot be kept"
_EXAMPLES = "sqlite+aiosqlite:///csms.db or postgresql+asyncpg://user:password@127.0.0.1:5432/csms"


class _Sqlite:
    """Python's sqlite3: one thread that writes, and some that read beside it.

    A whole batch of writes is one trip to the thread, where a driver that is asynchronous by
    itself would make a trip for each statement.
    """

    dialect = "sqlite"

    def __init__(self, url: URL) -> None:
        if not url.database or url.database == ":memory:":
            raise SettingsError(
                "--database-url: a file is needed, as in sqlite+aiosqlite:///csms.db"
            )
        self._place = Path(url.database)
        self._engine = _sqlite_engine(url.set(drivername="sqlite"))
        self._writing = self._engine.execution_options(ocppref_writes=True)
        self._writer = ThreadPoolExecutor(1, "storage-writer")
        self._readers = ThreadPoolExecutor(_READERS, "storage-reader")

    async def read(self, work: Callable[[Connection], T]) -> T:
        return await self._run(self._readers, self._engine, work)

    async def transact(self, work: Callable[[Connection], T]) -> T:
        return await self._run(self._writer, self._writing, work)

    async def close(self) -> None:
        await asyncio.to_thread(self._writer.shutdown)
        await asyncio.to_thread(self._readers.shutdown)
        self._engine.dispose()

    async def _run(
        self, executor: ThreadPoolExecutor, engine: Engine, work: Callable[[Connection], T]
    ) -> T:
        def run() -> T:
            with _reported(str(self._place)), engine.begin() as connection:
                return work(connection)

        return await asyncio.get_running_loop().run_in_executor(executor, run)


class _Postgres:
    """PostgreSQL through asyncpg."""

    dialect = "postgresql"

    def __init__(self, url: URL) -> None:
        self._place = url.render_as_string(hide_password=True)
        self._engine = create_async_engine(
            url.set(drivername="postgresql+asyncpg"),
            pool_pre_ping=True,
            pool_size=_READERS + 1,
            connect_args={"timeout": _PATIENCE},
        )

    async def read(self, work: Callable[[Connection], T]) -> T:
        return await self.transact(work)

    async def transact(self, work: Callable[[Connection], T]) -> T:
        with _reported(self._place):
            async with self._engine.begin() as connection:
                return await connection.run_sync(work)

    async def close(self) -> None:
        await self._engine.dispose()


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(
        url, pool_size=_READERS + 1, connect_args={"timeout": _PATIENCE, "check_same_thread": False}
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # what begins a transaction is said by `_begin` only
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # a commit is on the disk when it returns
    cursor.execute(f"PRAGMA busy_timeout={int(_PATIENCE * 1000)}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # One that is to write waits for its turn here, and not in the midst of it, where SQLite would
    # refuse: another may have written after it has read.
    writes = connection.get_execution_options().get("ocppref_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _reported(place: str) -> Iterator[None]:
    """Say what is wrong with the database, and where it is."""
    try:
        yield
    except OverflowError as error:  # what sqlite3 says
        raise UnstorableError(_TOO_LARGE) from error
    except DBAPIError as error:
        if _is_about_a_value(error):
            raise UnstorableError(_TOO_LARGE) from error
        raise StorageError(f"{place}: {_reason(error)}") from error
    except NoSuchModuleError as error:
        raise StorageError(f"{place}: {error}") from error
    except (SQLAlchemyError, OSError) as error:
        raise StorageError(f"{place}: {_reason(error)}") from error


def _is_about_a_value(error: DBAPIError) -> bool:
    """PostgreSQL: class 22 of its errors, or what asyncpg finds by itself."""
    cause = getattr(error.orig, "__cause__", None)
    code = str(getattr(cause, "sqlstate", None) or getattr(error.orig, "sqlstate", None) or "")
    return code.startswith("22") or type(cause).__name__ == "DataError"


def _reason(error: Exception) -> str:
    """The driver's own words, on one line, without the statement and its values."""
    original = getattr(error, "orig", None) or error
    lines = str(original).splitlines()
    return lines[0] if lines else type(original).__name__
