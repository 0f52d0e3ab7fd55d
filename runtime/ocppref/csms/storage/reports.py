"""Which parts of a report have come. What is in them is kept as it comes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select

from ocppref.csms.domain.collecting import is_complete
from ocppref.csms.storage.tables import REPORT_PARTS
from ocppref.csms.storage.upsert import put_new


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a report. `seq_no` is None where the message has none: they count as come."""

    action: str
    request_id: int
    seq_no: int | None
    is_last: bool


def collect(connection: Connection, station: str, part: Part) -> bool:
    """Note that a part has come; whether the report is complete with it."""
    table = REPORT_PARTS
    of = (
        table.c.station == station,
        table.c.action == part.action,
        table.c.request_id == part.request_id,
    )
    number = part.seq_no
    if number is None:
        count = select(func.count()).select_from(table).where(*of)
        number = connection.execute(count).scalar_one()
    row: dict[str, object] = {
        "station": station,
        "action": part.action,
        "request_id": part.request_id,
        "seq_no": number,
        "is_last": part.is_last,
    }
    put_new(connection, table, row)
    found = connection.execute(select(table.c.seq_no, table.c.is_last).where(*of)).all()
    if not is_complete([(seq_no, is_last) for seq_no, is_last in found]):
        return False
    connection.execute(delete(table).where(*of))
    return True
