"""What Charging Stations tell, as it came: events, security events, meter values, alarms."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, insert, select
from sqlalchemy.sql import Executable

from ocppref.csms.storage.tables import NOTICES
from ocppref.csms.storage.writer import Change


@cache
def _insert() -> Executable:
    return insert(NOTICES)


def notice_change(station: str, action: str, payload: str, now: datetime) -> Change:
    """Keep a message. `payload` is its JSON."""
    row = {"station": station, "action": action, "received_at": now, "payload": payload}
    return Change(_insert(), row)


def read_notices(
    connection: Connection, station: str, action: str, limit: int
) -> list[dict[str, object]]:
    """Messages of a kind, the newest first: `{"receivedAt", ...}` and the payload's own fields."""
    statement = (
        select(NOTICES.c.received_at, NOTICES.c.payload)
        .where(NOTICES.c.station == station, NOTICES.c.action == action)
        .order_by(NOTICES.c.id.desc())
        .limit(limit)
    )
    return [
        {"receivedAt": received_at, **json.loads(payload)}
        for received_at, payload in connection.execute(statement)
    ]
