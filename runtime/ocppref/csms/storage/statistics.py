"""What Charging Stations have done so far, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Integer,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.sql import Executable

from ocppref.csms.storage.instants import Instant
from ocppref.csms.storage.tables import CONNECTIONS, STATIONS, TRANSACTIONS


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of a station, or of all. Energy is in Wh, `uptime` are the seconds connected."""

    stations: int
    sessions: int
    sessions_open: int
    energy: float
    cost: float
    messages_in: int
    messages_out: int
    connections: int
    uptime: float


def read_statistics(connection: Connection, station: str | None, now: datetime) -> Statistics:
    """Of one station, or of all with None."""
    tx, link = TRANSACTIONS.c, CONNECTIONS.c
    sessions = select(
        func.count(),
        func.coalesce(func.sum(cast(tx.is_open, Integer)), 0),
        func.coalesce(func.sum(tx.meter_last - tx.meter_start), 0.0),
        func.coalesce(func.sum(tx.total_cost), 0.0),
    ).select_from(TRANSACTIONS)
    messages = select(
        func.count(),
        func.coalesce(func.sum(STATIONS.c.messages_in), 0),
        func.coalesce(func.sum(STATIONS.c.messages_out), 0),
    ).select_from(STATIONS)
    links = select(
        func.count(), func.coalesce(func.sum(_seconds(connection, now)), 0.0)
    ).select_from(CONNECTIONS)
    if station is not None:
        sessions = sessions.where(tx.station == station)
        messages = messages.where(STATIONS.c.identity == station)
        links = links.where(link.station == station)
    count, is_open, energy, cost = _one(connection, sessions)
    stations, came, went = _one(connection, messages)
    connections, uptime = _one(connection, links)
    return Statistics(
        stations=stations,
        sessions=count,
        sessions_open=int(is_open),
        energy=round(float(energy), 3),
        cost=round(float(cost), 2),
        messages_in=int(came),
        messages_out=int(went),
        connections=connections,
        uptime=round(float(uptime), 3),
    )


def _one(connection: Connection, statement: Executable) -> tuple[Any, ...]:
    return tuple(connection.execute(statement).one())


def _seconds(connection: Connection, now: datetime) -> ColumnElement[Any]:
    """How long a connection has lasted."""
    until = func.coalesce(CONNECTIONS.c.closed_at, bindparam("now", now, Instant()))
    if connection.dialect.name == "sqlite":
        days = func.julianday(until) - func.julianday(CONNECTIONS.c.opened_at)
        return cast(days * 86400.0, Float)
    return cast(func.extract("epoch", until - CONNECTIONS.c.opened_at), Float)
