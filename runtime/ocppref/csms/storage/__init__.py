"""What is kept. This package is the only part of the CSMS that knows SQL.

Functions that read or write take a `Connection` and are run by a `Store`: on SQLite in a thread,
on PostgreSQL through asyncpg.
"""

from __future__ import annotations

from sqlalchemy import Connection

__all__ = ["Connection"]
