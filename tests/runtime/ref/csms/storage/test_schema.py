"""Migrations: what they make, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from tests.runtime.ref.csms.running import in_loop, store_at

from ocppref.csms.errors import StorageError
from ocppref.csms.storage.database import open_database
from ocppref.csms.storage.store import open_store
from ocppref.csms.storage.tables import METADATA


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, METADATA))


@in_loop
async def test_migrations_make_the_tables_that_the_program_wants(database_url: str) -> None:
    async with store_at(database_url) as store:
        assert await store.read(_differences) == []


@in_loop
async def test_a_database_is_opened_again(database_url: str) -> None:
    for _ in range(2):
        async with store_at(database_url):
            pass


@in_loop
async def test_a_newer_database_is_left_alone(database_url: str) -> None:
    async with store_at(database_url) as store:
        await store.write(
            lambda c: c.execute(text("UPDATE alembic_version SET version_num='9999'"))
        )
    with pytest.raises(StorageError, match="at version 9999, which this program does not know"):
        await open_store(database_url)


@in_loop
async def test_the_tables_of_others_are_left_alone(database_url: str) -> None:
    database = open_database(database_url)
    await database.transact(lambda c: c.execute(text("CREATE TABLE theirs (id INTEGER)")))
    await database.close()
    with pytest.raises(StorageError, match="tables already, such as theirs"):
        await open_store(database_url)


@in_loop
async def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/csms.db"
    database = open_database(url)

    def begin_and_fail(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE half (id INTEGER)"))
        raise LookupError

    with pytest.raises(LookupError):
        await database.transact(begin_and_fail)
    await database.close()
    async with store_at(url):
        pass
