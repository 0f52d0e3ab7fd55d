"""Ids that are never given twice, whatever happens in between."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from ocppref.csms.storage.tables import COUNTERS
from ocppref.csms.storage.upsert import put_new


def take(connection: Connection, name: str, many: int = 1) -> int:
    """The first of `many` numbers of a counter, which begins with 1."""
    put_new(connection, COUNTERS, {"name": name, "value": 0})
    ours = COUNTERS.c.name == name
    # The row is locked by the update until the commit: nobody else gets these.
    connection.execute(update(COUNTERS).where(ours).values(value=COUNTERS.c.value + many))
    last: int = connection.execute(select(COUNTERS.c.value).where(ours)).scalar_one()
    return last - many + 1


def skip_to(connection: Connection, name: str, number: int) -> None:
    """See to it that no number up to this one is given: somebody uses it already."""
    put_new(connection, COUNTERS, {"name": name, "value": 0})
    behind = (COUNTERS.c.name == name, COUNTERS.c.value < number)
    connection.execute(update(COUNTERS).where(*behind).values(value=number))
