"""What is kept. This package is the only part of the CSMS that knows SQL.

Functions that read or write take a `sqlalchemy.Connection` and are run by a `Store`: on SQLite in
a thread, on PostgreSQL through asyncpg.
"""
