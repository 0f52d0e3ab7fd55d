"""Reservations that the CSMS has made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from ocppref.csms.storage.tables import RESERVATIONS
from ocppref.csms.storage.upsert import put

ACTIVE = "Active"
USED = "Used"


@dataclass(frozen=True, slots=True)
class Reservation:
    """A reservation. `status` is Active, Used, Canceled, or how the station ended it."""

    station: str
    reservation_id: int
    status: str
    expires_at: datetime
    request: dict[str, object]
    changed_at: datetime


def save(
    connection: Connection,
    station: str,
    reservation_id: int,
    expires_at: datetime,
    request: str,
    now: datetime,
) -> None:
    """An active reservation; `request` is the JSON of ReserveNow. It replaces one with its id."""
    row: dict[str, object] = {
        "station": station,
        "reservation_id": reservation_id,
        "status": ACTIVE,
        "expires_at": expires_at,
        "payload": request,
        "changed_at": now,
    }
    put(connection, RESERVATIONS, row)


def end(
    connection: Connection, station: str, reservation_id: int, status: str, now: datetime
) -> bool:
    """End an active reservation; whether there was one."""
    table = RESERVATIONS
    where = (
        table.c.station == station,
        table.c.reservation_id == reservation_id,
        table.c.status == ACTIVE,
    )
    statement = update(table).where(*where).values(status=status, changed_at=now)
    return connection.execute(statement).rowcount > 0


def find_all(connection: Connection, station: str) -> list[Reservation]:
    """The reservations of a station, the newest first."""
    table = RESERVATIONS
    statement = select(table).where(table.c.station == station)
    newest = statement.order_by(table.c.reservation_id.desc())
    return [_reservation(row) for row in connection.execute(newest)]


def _reservation(row: Row[Any]) -> Reservation:
    return Reservation(
        station=row.station,
        reservation_id=row.reservation_id,
        status=row.status,
        expires_at=row.expires_at,
        request=json.loads(row.payload),
        changed_at=row.changed_at,
    )
