"""The Charging Stations that the CSMS knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update
from sqlalchemy.sql import Executable

from ocppref.csms.storage.tables import METADATA, STATIONS


@dataclass(frozen=True, slots=True)
class StationRecord:
    """A station. `registration` is what its boots are to be answered with, `boot_status` what the
    last one was; None before the first. `next_password_hash` is of a password that was sent to the
    station, as long as nobody knows whether it has taken it.
    """

    identity: str
    password_hash: str | None
    next_password_hash: str | None
    registration: str
    heartbeat_interval: int | None
    boot_status: str | None
    boot: str | None
    booted_at: datetime | None
    serial_number: str | None
    firmware_version: str | None
    ocpp_version: str | None
    security_profile: int | None
    last_seen: datetime | None
    messages_in: int
    messages_out: int
    created_at: datetime


_COLUMNS = [STATIONS.c[field.name] for field in fields(StationRecord)]
_TOUCH = (
    update(STATIONS)
    .where(STATIONS.c.identity_key == bindparam("of"))
    .values(
        last_seen=bindparam("at"),
        messages_in=STATIONS.c.messages_in + bindparam("came"),
        messages_out=STATIONS.c.messages_out + bindparam("went"),
    )
)


@dataclass(frozen=True, slots=True)
class Sight:
    """That a station was seen, and how many messages came and went since the last time."""

    identity: str
    at: datetime
    messages_in: int
    messages_out: int


def find(connection: Connection, identity: str) -> StationRecord | None:
    """The station of that identity, in whatever case it is written."""
    row = connection.execute(_by_identity(identity)).one_or_none()
    return None if row is None else _record(row)


def find_all(connection: Connection, *, after: str = "", limit: int = 1000) -> list[StationRecord]:
    """Stations by identity, in pages: those after an identity, at most `limit`."""
    statement = (
        select(*_COLUMNS)
        .where(STATIONS.c.identity_key > after.lower())
        .order_by(STATIONS.c.identity_key)
        .limit(limit)
    )
    return [_record(row) for row in connection.execute(statement)]


def add(connection: Connection, identity: str, now: datetime, registration: str) -> StationRecord:
    """A new station. Gives the one that is there if there is one."""
    found = find(connection, identity)
    if found is not None:
        return found
    row = {
        "identity_key": identity.lower(),
        "identity": identity,
        "registration": registration,
        "created_at": now,
    }
    connection.execute(insert(STATIONS), row)
    made = find(connection, identity)
    assert made is not None
    return made


def change(connection: Connection, identity: str, values: Mapping[str, object]) -> bool:
    """Change columns of a station; whether there is one. No `values` change nothing."""
    if not values:
        return find(connection, identity) is not None
    statement = update(STATIONS).where(STATIONS.c.identity_key == identity.lower()).values(**values)
    return connection.execute(statement).rowcount > 0


def remove(connection: Connection, identity: str) -> bool:
    """Forget a station and all that is known of it; whether there was one."""
    found = find(connection, identity)
    if found is None:
        return False
    for table in METADATA.sorted_tables:
        if "station" in table.columns:
            connection.execute(delete(table).where(table.c.station == found.identity))
    connection.execute(delete(STATIONS).where(STATIONS.c.identity_key == identity.lower()))
    return True


def touch(connection: Connection, sights: Iterable[Sight]) -> None:
    """Note that stations were seen."""
    rows = [
        {"of": s.identity.lower(), "at": s.at, "came": s.messages_in, "went": s.messages_out}
        for s in sights
    ]
    if rows:
        connection.execute(_TOUCH, rows)


def _by_identity(identity: str) -> Executable:
    return select(*_COLUMNS).where(STATIONS.c.identity_key == identity.lower())


def _record(row: Row[Any]) -> StationRecord:
    return StationRecord(**row._mapping)
