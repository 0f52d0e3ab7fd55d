"""Brings the tables of a database to what this program wants."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from ocppref.csms.errors import StorageError

_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(connection: Connection) -> None:
    """Run the migrations that are missing. Raises `StorageError` for tables that are not ours."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    newest = ScriptDirectory.from_config(config)
    found = MigrationContext.configure(connection).get_current_revision()
    if found == newest.get_current_head():
        return
    _check(connection, found, {script.revision for script in newest.walk_revisions()})
    command.upgrade(config, "head")


def _check(connection: Connection, found: str | None, known: set[str]) -> None:
    if found is not None and found not in known:
        raise StorageError(
            f"the database is at version {found}, which this program does not know: "
            "it was written by a newer one. Install that, or use another database"
        )
    if found is None and (tables := inspect(connection).get_table_names()):
        raise StorageError(
            f"the database has tables already, such as {sorted(tables)[0]}, and they are not those "
            "of this CSMS. Give it a database of its own"
        )
