"""Inserts that know what to do with a row that is there already."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import Executable


@cache
def keep_first(table: Table, dialect: str) -> Executable:
    """Insert a row; one with the same key stays as it is."""
    statement = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return statement.on_conflict_do_nothing()


@cache
def replace_row(table: Table, dialect: str) -> Executable:
    """Insert a row, in place of one with the same key."""
    statement = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    keys = [column.name for column in table.primary_key]
    others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=others)


def put(connection: Connection, table: Table, *rows: dict[str, object]) -> None:
    """Write rows, in place of those with the same keys."""
    if rows:
        connection.execute(replace_row(table, connection.dialect.name), list(rows))


def put_new(connection: Connection, table: Table, *rows: dict[str, object]) -> None:
    """Write those rows whose keys are not there yet."""
    if rows:
        connection.execute(keep_first(table, connection.dialect.name), list(rows))
