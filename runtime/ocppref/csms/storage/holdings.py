"""What the CSMS believes a Charging Station holds: monitors, display messages, profiles, ..."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, delete, select, update

from ocppref.csms.storage.tables import HOLDINGS
from ocppref.csms.storage.upsert import put


class Kind(StrEnum):
    """What a station holds many of."""

    CERTIFICATE = "certificate"
    CHARGING_PROFILE = "charging-profile"
    DER_CONTROL = "der-control"
    DISPLAY_MESSAGE = "display-message"
    EVENT_STREAM = "event-stream"
    EXTERNAL_LIMIT = "external-limit"
    LOCAL_LIST = "local-list"
    MONITOR = "monitor"
    NETWORK_PROFILE = "network-profile"
    REMOTE_START = "remote-start"
    SIGNING_REQUEST = "signing-request"
    TARIFF = "tariff"


def save(
    connection: Connection, station: str, kind: Kind, held: Mapping[str, str], now: datetime
) -> None:
    """Note what a station holds: JSON by key. What it held under the same key is replaced."""
    rows: list[dict[str, object]] = [
        {"station": station, "kind": kind.value, "key": key, "payload": payload, "since": now}
        for key, payload in held.items()
    ]
    put(connection, HOLDINGS, *rows)


def replace(connection: Connection, station: str, kind: Kind, key: str, payload: str) -> None:
    """Change the JSON of one that it holds; one that it does not hold stays away."""
    where = (*_of(station, kind), HOLDINGS.c.key == key)
    connection.execute(update(HOLDINGS).where(*where).values(payload=payload))


def remove(connection: Connection, station: str, kind: Kind, keys: Iterable[str]) -> None:
    """Note what it holds no more."""
    gone = (*_of(station, kind), HOLDINGS.c.key.in_(list(keys)))
    connection.execute(delete(HOLDINGS).where(*gone))


def clear(connection: Connection, station: str, kind: Kind) -> None:
    """Note that it holds none of a kind."""
    connection.execute(delete(HOLDINGS).where(*_of(station, kind)))


def forget_older(connection: Connection, station: str, kind: Kind, moment: datetime) -> None:
    """Note that it holds no more what was last heard of before a moment."""
    gone = (*_of(station, kind), HOLDINGS.c.since < moment)
    connection.execute(delete(HOLDINGS).where(*gone))


def find(connection: Connection, station: str, kind: Kind, key: str) -> str | None:
    """The JSON of one; None if the station holds none by that key."""
    where = (*_of(station, kind), HOLDINGS.c.key == key)
    return connection.execute(select(HOLDINGS.c.payload).where(*where)).scalar_one_or_none()


def read_all(connection: Connection, station: str, kind: Kind) -> list[dict[str, object]]:
    """All of a kind, in the order in which they came."""
    statement = (
        select(HOLDINGS.c.payload)
        .where(*_of(station, kind))
        .order_by(HOLDINGS.c.since, HOLDINGS.c.key)
    )
    return [json.loads(payload) for payload in connection.execute(statement).scalars()]


def read_keyed(connection: Connection, station: str, kind: Kind) -> dict[str, dict[str, object]]:
    """All of a kind, by their keys."""
    statement = select(HOLDINGS.c.key, HOLDINGS.c.payload).where(*_of(station, kind))
    return {key: json.loads(payload) for key, payload in connection.execute(statement)}


def _of(station: str, kind: Kind) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return HOLDINGS.c.station == station, HOLDINGS.c.kind == kind.value
