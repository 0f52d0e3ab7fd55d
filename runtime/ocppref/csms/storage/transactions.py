"""Transactions, and all their events as they came."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, select

from ocpp21 import CostDetailsType, IdTokenType, TransactionEventRequest, TransactionLimitType
from ocppref.csms.domain.transactions import Transaction
from ocppref.csms.storage.tables import TRANSACTION_EVENTS, TRANSACTIONS
from ocppref.csms.storage.upsert import keep_first, replace_row
from ocppref.csms.storage.writer import Change

ModelT = TypeVar("ModelT", IdTokenType, CostDetailsType, TransactionLimitType)

_AS_THEY_ARE = (
    "station",
    "transaction_id",
    "first_event_at",
    "last_event_at",
    "first_seq_no",
    "last_seq_no",
    "given_up",
    "evse_id",
    "connector_id",
    "started_at",
    "ended_at",
    "meter_start",
    "meter_last",
    "stopped_reason",
    "remote_start_id",
    "reservation_id",
    "charging_state",
    "tariff_id",
    "total_cost",
)
_MODELS: dict[str, type[IdTokenType | CostDetailsType | TransactionLimitType]] = {
    "id_token": IdTokenType,
    "stop_id_token": IdTokenType,
    "transaction_limit": TransactionLimitType,
    "cost_details": CostDetailsType,
}


def event_change(
    dialect: str, station: str, event: TransactionEventRequest, now: datetime
) -> Change:
    """Keep an event. One with its seqNo that is there already stays: this is a duplicate."""
    row = {
        "station": station,
        "transaction_id": event.transaction_info.transaction_id,
        "seq_no": event.seq_no,
        "received_at": now,
        "payload": event.write_json(),
    }
    return Change(keep_first(TRANSACTION_EVENTS, dialect), row)


def transaction_change(dialect: str, transaction: Transaction) -> Change:
    """Keep a transaction as it is now."""
    return Change(replace_row(TRANSACTIONS, dialect), _row(transaction))


def find(connection: Connection, station: str, transaction_id: str) -> Transaction | None:
    """A transaction."""
    where = (TRANSACTIONS.c.station == station, TRANSACTIONS.c.transaction_id == transaction_id)
    row = connection.execute(select(TRANSACTIONS).where(*where)).one_or_none()
    return None if row is None else _transaction(row)


def find_open(connection: Connection) -> list[Transaction]:
    """All transactions that go on."""
    return _read(connection, select(TRANSACTIONS).where(TRANSACTIONS.c.is_open))


def find_with_gaps(connection: Connection, station: str) -> list[str]:
    """The ids of a station's transactions that have ended, and are still waited for."""
    table = TRANSACTIONS
    where = (
        table.c.station == station,
        table.c.is_open.is_(False),
        table.c.complete.is_(False),
        table.c.given_up.is_(False),
    )
    return list(connection.execute(select(table.c.transaction_id).where(*where)).scalars())


def find_some(
    connection: Connection,
    *,
    station: str | None = None,
    is_open: bool | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[Transaction]:
    """Transactions, the newest first."""
    statement = select(TRANSACTIONS)
    if station is not None:
        statement = statement.where(TRANSACTIONS.c.station == station)
    if is_open is not None:
        statement = statement.where(TRANSACTIONS.c.is_open == is_open)
    newest = (TRANSACTIONS.c.first_event_at.desc(), TRANSACTIONS.c.transaction_id)
    return _read(connection, statement.order_by(*newest).limit(limit).offset(offset))


def read_events(
    connection: Connection, station: str, transaction_id: str, *, limit: int | None = None
) -> list[str]:
    """The events of a transaction by seqNo, as they came."""
    table = TRANSACTION_EVENTS
    where = (table.c.station == station, table.c.transaction_id == transaction_id)
    statement = select(table.c.payload).where(*where).order_by(table.c.seq_no).limit(limit)
    return list(connection.execute(statement).scalars())


def parse_events(payloads: Iterable[str]) -> list[TransactionEventRequest]:
    """Events from the texts that are kept of them."""
    return [TransactionEventRequest.read_json(payload) for payload in payloads]


def _row(transaction: Transaction) -> dict[str, object]:
    row: dict[str, object] = {name: getattr(transaction, name) for name in _AS_THEY_ARE}
    for name in _MODELS:
        model = getattr(transaction, name)
        row[name] = None if model is None else model.write_json()
    row["seen"] = json.dumps(transaction.seen)
    row["is_open"] = transaction.is_open
    row["complete"] = transaction.complete
    return row


def _read(connection: Connection, statement: Any) -> list[Transaction]:
    return [_transaction(row) for row in connection.execute(statement)]


def _transaction(row: Row[Any]) -> Transaction:
    values = {name: getattr(row, name) for name in _AS_THEY_ARE}
    for name, kind in _MODELS.items():
        text = getattr(row, name)
        values[name] = None if text is None else kind.read_json(text)
    seen = tuple((first, last) for first, last in json.loads(row.seen))
    return Transaction(**values, seen=seen)
