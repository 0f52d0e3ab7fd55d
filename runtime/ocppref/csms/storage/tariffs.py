"""Tariffs, for ever: costs refer to them long after they are gone everywhere (I08.FR.08)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from ocpp21 import TariffType
from ocppref.csms.storage.tables import TARIFFS
from ocppref.csms.storage.upsert import put_new


def find(connection: Connection, tariff_id: str) -> TariffType | None:
    """The tariff of an id."""
    where = TARIFFS.c.tariff_id == tariff_id
    text = connection.execute(select(TARIFFS.c.payload).where(where)).scalar_one_or_none()
    return None if text is None else TariffType.read_json(text)


def keep(connection: Connection, tariff: TariffType, now: datetime) -> None:
    """Keep a tariff. One that is there already stays as it is."""
    row: dict[str, object] = {
        "tariff_id": tariff.tariff_id,
        "payload": tariff.write_json(),
        "created_at": now,
    }
    put_new(connection, TARIFFS, row)
