"""What a Charging Station was asked for and delivers later, by requestId."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ocppref.csms.storage import counters
from ocppref.csms.storage.tables import JOBS

REQUEST_ID = "requestId"
"""The counter of all requestIds."""


class Status(StrEnum):
    """How a job stands."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class Job:
    """A job. `detail` is the last status of OCPP's, `history` all of them with their times."""

    request_id: int
    station: str
    kind: str
    status: Status
    detail: str | None
    history: list[dict[str, object]]
    request: dict[str, object]
    created_at: datetime
    changed_at: datetime


def take_request_id(connection: Connection) -> int:
    """A requestId that was never used."""
    return counters.take(connection, REQUEST_ID)


def begin(
    connection: Connection, request_id: int, station: str, kind: str, request: str, now: datetime
) -> bool:
    """A new job; False if there is one by that id. `kind` is the Action, `request` its JSON."""
    if find(connection, request_id) is not None:
        return False
    row = {
        "request_id": request_id,
        "station": station,
        "kind": kind,
        "status": Status.RUNNING.value,
        "history": "[]",
        "request": request,
        "created_at": now,
        "changed_at": now,
    }
    connection.execute(insert(JOBS), row)
    return True


def progress(
    connection: Connection,
    station: str,
    request_id: int,
    detail: str,
    now: datetime,
    status: Status | None = None,
) -> Job | None:
    """Note how a job of the station's stands; None if it has none by that id.

    One that is over stays so: only its history grows.
    """
    where = (JOBS.c.request_id == request_id, JOBS.c.station == station)
    row = connection.execute(select(JOBS).where(*where)).one_or_none()
    if row is None:
        return None
    job = _job(row)
    history = [*job.history, {"status": detail, "at": now.isoformat()}]
    values: dict[str, object] = {"history": json.dumps(history), "changed_at": now}
    if job.status is Status.RUNNING:
        values |= {"detail": detail, "status": (status or Status.RUNNING).value}
    connection.execute(update(JOBS).where(*where).values(**values))
    return _job(connection.execute(select(JOBS).where(*where)).one())


def find(connection: Connection, request_id: int) -> Job | None:
    """A job."""
    row = connection.execute(select(JOBS).where(JOBS.c.request_id == request_id)).one_or_none()
    return None if row is None else _job(row)


def find_running(connection: Connection, station: str | None = None) -> list[Job]:
    """The jobs that are not over, of one station or of all."""
    statement = select(JOBS).where(JOBS.c.status == Status.RUNNING.value)
    if station is not None:
        statement = statement.where(JOBS.c.station == station)
    return [_job(row) for row in connection.execute(statement.order_by(JOBS.c.request_id))]


def _job(row: Row[Any]) -> Job:
    return Job(
        request_id=row.request_id,
        station=row.station,
        kind=row.kind,
        status=Status(row.status),
        detail=row.detail,
        history=json.loads(row.history),
        request=json.loads(row.request),
        created_at=row.created_at,
        changed_at=row.changed_at,
    )
