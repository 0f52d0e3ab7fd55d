"""Databases that cannot be had, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from tests.runtime.ref.csms.running import in_loop, store_at

from ocppref.csms.errors import SettingsError, StorageError
from ocppref.csms.storage.database import open_database
from ocppref.csms.storage.store import open_store


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "this is no URL"),
        ("mysql://localhost/x", "mysql is not supported"),
        ("sqlite+aiosqlite://", "a file is needed"),
        ("sqlite+aiosqlite:///:memory:", "a file is needed"),
    ],
)
def test_a_url_that_cannot_be_used_is_told(url: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        open_database(url)


@in_loop
async def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="unable to open database file"):
        await open_store(f"sqlite+aiosqlite:///{tmp_path}/none/csms.db")


@in_loop
async def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    with pytest.raises(StorageError, match="refused") as caught:
        await open_store("postgresql+asyncpg://user:secret@127.0.0.1:1/csms")
    assert "secret" not in str(caught.value)


@in_loop
async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "csms.db").write_bytes(b"all but a database" * 100)
    with pytest.raises(StorageError, match="not a database"):
        await open_store(f"sqlite+aiosqlite:///{tmp_path}/csms.db")


@in_loop
async def test_sqlite_survives_a_power_cut(sqlite_url: str) -> None:
    async with store_at(sqlite_url) as store:
        pragmas = {
            name: await store.read(lambda c, n=name: c.execute(text(f"PRAGMA {n}")).scalar())
            for name in ("journal_mode", "synchronous")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2}
