"""What survives: a small store of texts, in one SQLite file or in memory.

A store outlives the software of one power-on. Each part keeps its own kinds of entries in it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

FORMAT = 1
"""The version of the layout of the file."""

_APPLICATION = 0x4F435053  # "OCPS", so that somebody else's database is not taken for a state file
_LOCK_WAIT = 1.0  # seconds


class StateError(Exception):
    """The state file cannot be used. The text says why, and what to do."""


class UndoneError(RuntimeError):
    """A transaction ends well, but one inside of it has failed: nothing of it was kept."""


class Store(Protocol):
    """Texts by kind and key. JSON is what is kept in them."""

    def load(self, kind: str) -> dict[str, str]:
        """All entries of a kind, in the order of their keys."""
        ...

    def put(self, kind: str, key: str, text: str) -> None:
        """Keep an entry, in place of what was there."""
        ...

    def delete(self, kind: str, key: str) -> None:
        """Forget an entry; nothing happens if there is none."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """All that is done inside is kept, or nothing of it.

        They nest: it is durable at the exit of the outermost one. An exception undoes all.
        """
        ...

    def after_commit(self, function: Callable[[], object]) -> None:
        """Call `function` once what was done so far is durable: at once outside a transaction.

        It is not called if the transaction is undone.
        """
        ...

    def close(self) -> None:
        """Let go of it. An open transaction is undone."""
        ...


class _Transactions:
    """How deep we are in, and what is to be done at the end."""

    __slots__ = ("_after", "_broken", "_depth")

    def __init__(self) -> None:
        self._depth = 0
        self._broken = False
        self._after: list[Callable[[], object]] = []

    def after_commit(self, function: Callable[[], object]) -> None:
        if self._depth:
            self._after.append(function)
        else:
            function()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if not self._depth:
            self._begin()
            self._broken = False
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            self._broken = True
            self._undo_at_the_end()
            raise
        self._depth -= 1
        if not self._depth:
            self._finish()

    def _finish(self) -> None:
        if self._broken:
            self._undo_at_the_end()
            raise UndoneError("a transaction inside of this one failed, so all of it is undone")
        try:
            self._commit()
        except BaseException:
            self._undo_at_the_end()
            raise
        after, self._after = self._after, []
        for function in after:
            function()

    def _undo_at_the_end(self) -> None:
        if not self._depth:
            self._after = []
            self._rollback()

    def _begin(self) -> None:
        raise NotImplementedError

    def _commit(self) -> None:
        raise NotImplementedError

    def _rollback(self) -> None:
        raise NotImplementedError


class MemoryStore(_Transactions):
    """A store that lives as long as the process."""

    __slots__ = ("_kinds", "_undo")

    def __init__(self) -> None:
        super().__init__()
        self._kinds: dict[str, dict[str, str]] = {}
        self._undo: list[tuple[str, str, str | None]] = []

    def load(self, kind: str) -> dict[str, str]:
        """All entries of a kind, in the order of their keys."""
        return dict(sorted(self._kinds.get(kind, {}).items()))

    def put(self, kind: str, key: str, text: str) -> None:
        """Keep an entry, in place of what was there."""
        entries = self._kinds.setdefault(kind, {})
        self._remember(kind, key, entries.get(key))
        entries[key] = text

    def delete(self, kind: str, key: str) -> None:
        """Forget an entry; nothing happens if there is none."""
        entries = self._kinds.get(kind, {})
        if key in entries:
            self._remember(kind, key, entries.pop(key))

    def close(self) -> None:
        """Let go of it: nothing to do."""

    def _remember(self, kind: str, key: str, before: str | None) -> None:
        if self._depth:
            self._undo.append((kind, key, before))

    def _begin(self) -> None:
        self._undo = []

    def _commit(self) -> None:
        self._undo = []

    def _rollback(self) -> None:
        while self._undo:
            kind, key, before = self._undo.pop()
            if before is None:
                del self._kinds[kind][key]
            else:
                self._kinds[kind][key] = before


class SqliteStore(_Transactions):
    """A store in one SQLite file. What was committed survives a kill, and a loss of power.

    It belongs to one process at a time. Raises `StateError` where the file cannot be used: it is
    damaged, locked, no state file, or of a newer version.
    """

    __slots__ = ("_connection", "path")

    def __init__(self, path: Path | str) -> None:
        super().__init__()
        self.path = Path(path)
        try:
            self._connection = sqlite3.connect(path, timeout=_LOCK_WAIT, isolation_level=None)
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from None
        try:
            _prepare(self._connection, self.path)
        except sqlite3.Error as error:
            self._connection.close()
            raise _unusable(self.path, error) from None
        except StateError:
            self._connection.close()
            raise

    def load(self, kind: str) -> dict[str, str]:
        """All entries of a kind, in the order of their keys."""
        rows = self._do("SELECT key, text FROM entries WHERE kind = ? ORDER BY key", kind)
        return dict(rows.fetchall())

    def put(self, kind: str, key: str, text: str) -> None:
        """Keep an entry, in place of what was there."""
        self._do(
            "INSERT OR REPLACE INTO entries (kind, key, text) VALUES (?, ?, ?)", kind, key, text
        )

    def delete(self, kind: str, key: str) -> None:
        """Forget an entry; nothing happens if there is none."""
        self._do("DELETE FROM entries WHERE kind = ? AND key = ?", kind, key)

    def close(self) -> None:
        """Let go of it. An open transaction is undone."""
        self._connection.close()

    def _begin(self) -> None:
        self._do("BEGIN IMMEDIATE")

    def _commit(self) -> None:
        self._do("COMMIT")

    def _rollback(self) -> None:
        if self._connection.in_transaction:
            self._do("ROLLBACK")

    def _do(self, statement: str, *values: str) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement, values)
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    # One process at a time: SQLite keeps the lock from the first change to the close, and the
    # system takes it away from a process that was killed.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    is_new = _check(connection, path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    if is_new:
        connection.execute(
            "CREATE TABLE entries (kind TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL,"
            " PRIMARY KEY (kind, key)) WITHOUT ROWID"
        )
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.execute("COMMIT")


def _check(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether it is empty. Raises `StateError` if it is neither that nor a good state file."""
    if not _number(connection, "schema_version"):
        return True
    if _number(connection, "application_id") != _APPLICATION:
        raise StateError(f"{path} is a database of something else; choose another state file")
    version = _number(connection, "user_version")
    if version > FORMAT:
        raise StateError(
            f"{path} was written by a newer version of this program (format {version}, here"
            f" {FORMAT}); use that version, or another state file"
        )
    [(verdict,)] = connection.execute("PRAGMA quick_check(1)").fetchall()
    if verdict != "ok":
        raise _damaged(path, verdict)
    return False


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    [(value,)] = connection.execute(f"PRAGMA {pragma}").fetchall()
    return int(value)


def _unusable(path: Path, error: sqlite3.Error) -> StateError:
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StateError(f"{path} is in use by another process; end that one, or choose another")
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return _damaged(path, str(error))
    if primary in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return StateError(f"{path} cannot be opened for writing: {error}; check folder and rights")
    return StateError(f"{path}: {error}")


def _damaged(path: Path, detail: str) -> StateError:
    return StateError(
        f"{path} is damaged ({detail}); restore a copy, or move it away to begin with nothing"
    )
