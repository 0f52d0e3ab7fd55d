"""A real PostgreSQL for tests."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

_DEFAULT = "postgresql+asyncpg://postgres@127.0.0.1:5432/"
_NEEDED = (
    "no PostgreSQL answers at {url}, and none can be started: initdb and pg_ctl are needed. "
    "Install PostgreSQL (on Debian: apt install postgresql), or name a server in "
    "OCPPREF_TEST_POSTGRES"
)


@dataclass(frozen=True)
class PostgresServer:
    """A server, by the URL that it has without the name of a database."""

    url: str

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """An empty database, which is dropped at the end."""
        name = f"ocppref_{uuid.uuid4().hex}"
        asyncio.run(self._execute(f"CREATE DATABASE {name}"))
        try:
            yield f"{self.url}{name}"
        finally:
            asyncio.run(self._execute(f"DROP DATABASE {name} WITH (FORCE)"))

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(_plain(f"{self.url}postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def answers(self) -> bool:
        """Whether somebody is there."""
        try:
            asyncio.run(self._execute("SELECT 1"))
        except (OSError, asyncpg.PostgresError):
            return False
        return True


@contextmanager
def found_or_started(folders: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """The server that OCPPREF_TEST_POSTGRES names, or the local one, or one of our own."""
    found = PostgresServer(os.environ.get("OCPPREF_TEST_POSTGRES", _DEFAULT))
    if found.answers():
        yield found
    else:
        with own_server(folders.mktemp("postgres")) as started:
            yield started


@dataclass(frozen=True)
class OwnServer(PostgresServer):
    """A server of our own, which may be stopped and started. `control` is its pg_ctl."""

    control: tuple[object, ...]
    options: tuple[object, ...]

    def start(self) -> None:
        """Start it; it answers when this returns."""
        _run(*self.control, *self.options, "start")

    def stop(self) -> None:
        """Cut it off, as a crash does."""
        _run(*self.control, "-m", "immediate", "stop")


@contextmanager
def own_server(folder: Path) -> Iterator[OwnServer]:
    """A server of our own, in a folder. Fails where PostgreSQL is not installed."""
    programs = _programs()
    if programs is None:
        pytest.fail(_NEEDED.format(url=_DEFAULT))
    as_user = _as_postgres(folder)
    data, port = folder / "data", _free_port()
    _run(*as_user, programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync")
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
    server = OwnServer(
        f"postgresql+asyncpg://postgres@127.0.0.1:{port}/",
        (*as_user, programs / "pg_ctl", "-D", data, "-w"),
        ("-l", folder / "log", "-o", settings),
    )
    server.start()
    try:
        yield server
    finally:
        if (data / "postmaster.pid").exists():
            server.stop()


def _programs() -> Path | None:
    """The folder of initdb and pg_ctl; Debian keeps them off the path."""
    on_path = shutil.which("initdb")
    if on_path and shutil.which("pg_ctl"):
        return Path(on_path).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else None


def _as_postgres(folder: Path) -> tuple[str, ...]:
    """PostgreSQL does not run as root: the words that run it as its own user."""
    if os.geteuid() != 0:
        return ()
    shutil.chown(folder, "postgres")
    for parent in (folder, *folder.parents):
        if parent.owner() == "root" and parent not in (Path("/"), Path("/tmp")):
            parent.chmod(parent.stat().st_mode | 0o011)  # to be passed through
    return ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")


def _run(*command: object) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as place:
        port: int = place.getsockname()[1]
        return port


def _plain(url: str) -> str:
    return url.replace("+asyncpg", "")
