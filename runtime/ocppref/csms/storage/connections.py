"""The history of connections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from ocppref.csms.storage.tables import CONNECTIONS


@dataclass(frozen=True, slots=True)
class Opening:
    """That a station has connected."""

    station: str
    opened_at: datetime
    address: str
    subprotocol: str
    security_profile: int


@dataclass(frozen=True, slots=True)
class ConnectionRecord:
    """A connection. It has no `closed_at` while it is open."""

    opened_at: datetime
    closed_at: datetime | None
    close_code: int | None
    close_reason: str | None
    address: str
    subprotocol: str
    security_profile: int


def note_opened(connection: Connection, opening: Opening) -> int:
    """Keep it, and give the number to close it by."""
    row = {
        "station": opening.station,
        "opened_at": opening.opened_at,
        "address": opening.address[:100],
        "subprotocol": opening.subprotocol,
        "security_profile": opening.security_profile,
    }
    number: int = connection.execute(
        insert(CONNECTIONS).returning(CONNECTIONS.c.id), row
    ).scalar_one()
    return number


def note_closed(
    connection: Connection, number: int, at: datetime, code: int | None, reason: str
) -> None:
    """Keep how it ended."""
    values = {"closed_at": at, "close_code": code, "close_reason": reason[:200]}
    connection.execute(update(CONNECTIONS).where(CONNECTIONS.c.id == number).values(**values))


def close_all(connection: Connection, at: datetime) -> None:
    """End those that a CSMS that was cut off has left open."""
    still = CONNECTIONS.c.closed_at.is_(None)
    values = {"closed_at": at, "close_code": 1006, "close_reason": "the CSMS was cut off"}
    connection.execute(update(CONNECTIONS).where(still).values(**values))


def read_history(connection: Connection, station: str, limit: int) -> list[ConnectionRecord]:
    """The connections of a station, the newest first."""
    table = CONNECTIONS
    statement = (
        select(
            table.c.opened_at,
            table.c.closed_at,
            table.c.close_code,
            table.c.close_reason,
            table.c.address,
            table.c.subprotocol,
            table.c.security_profile,
        )
        .where(table.c.station == station)
        .order_by(table.c.id.desc())
        .limit(limit)
    )
    return [ConnectionRecord(*row) for row in connection.execute(statement)]
