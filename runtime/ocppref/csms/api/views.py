"""What the API shows of things, with the names that clients see."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby

from ocppj import Link
from ocppref.csms.domain.authorization import Token
from ocppref.csms.domain.transactions import Transaction
from ocppref.csms.stations import Station
from ocppref.csms.storage.connections import ConnectionRecord
from ocppref.csms.storage.device_model import ConnectorState
from ocppref.csms.storage.files import FileRecord
from ocppref.csms.storage.jobs import Job
from ocppref.csms.storage.reservations import Reservation
from ocppref.csms.storage.stations import StationRecord

View = dict[str, object]


def station_view(
    record: StationRecord, live: Station | None, connectors: Iterable[ConnectorState]
) -> View:
    """A Charging Station, with what is only known here and now."""
    link: Link | None = None if live is None else live.link
    return {
        "identity": record.identity,
        "connected": link is not None,
        "idle": live is not None and live.is_idle(datetime.now(UTC)),
        "registration": record.registration,
        "bootStatus": record.boot_status,
        "ocppVersion": record.ocpp_version,
        "lastSeen": (live.last_seen if live is not None else None) or record.last_seen,
        "boot": None if record.boot is None else json.loads(record.boot),
        "bootedAt": record.booted_at,
        "heartbeatInterval": record.heartbeat_interval,
        "securityProfile": record.security_profile,
        "hasPassword": record.password_hash is not None,
        "evses": _evses(connectors),
    }


def _evses(connectors: Iterable[ConnectorState]) -> list[View]:
    return [
        {
            "id": evse_id,
            "connectors": [
                {"id": each.connector_id, "status": each.status, "since": each.since}
                for each in group
            ],
        }
        for evse_id, group in groupby(connectors, key=lambda each: each.evse_id)
    ]


def token_view(token: Token) -> View:
    """A token; what it does not have is left out."""
    group = token.group_id_token
    shown = {
        "type": token.type,
        "idToken": token.id_token,
        "status": token.status.value,
        "groupIdToken": None if group is None else json.loads(group.write_json()),
        "cacheExpiryDateTime": token.cache_expiry,
        "language1": token.language1,
        "language2": token.language2,
    }
    return {key: value for key, value in shown.items() if value is not None}


def transaction_view(transaction: Transaction, events: Iterable[str] | None = None) -> View:
    """A transaction; with `events`, the payloads as they came."""
    tx = transaction
    shown: View = {
        "transactionId": tx.transaction_id,
        "station": tx.station,
        "evseId": tx.evse_id,
        "connectorId": tx.connector_id,
        "idToken": _json(tx.id_token),
        "stopIdToken": _json(tx.stop_id_token),
        "open": tx.is_open,
        "complete": tx.complete,
        "missingSeqNos": tx.missing,
        "startedAt": tx.started_at,
        "endedAt": tx.ended_at,
        "energyWh": tx.energy,
        "stoppedReason": tx.stopped_reason,
        "remoteStartId": tx.remote_start_id,
        "reservationId": tx.reservation_id,
        "chargingState": tx.charging_state,
        "tariffId": tx.tariff_id,
        "totalCost": tx.total_cost,
    }
    if events is not None:
        shown["events"] = [json.loads(event) for event in events]
    return shown


def job_view(job: Job) -> View:
    """A job."""
    return {
        "requestId": job.request_id,
        "kind": job.kind,
        "station": job.station,
        "status": job.status.value,
        "detail": job.detail,
        "history": job.history,
        "createdAt": job.created_at,
        "changedAt": job.changed_at,
    }


def reservation_view(reservation: Reservation) -> View:
    """A reservation: what was asked for, and how it stands."""
    return {
        **reservation.request,
        "status": reservation.status,
        "changedAt": reservation.changed_at,
    }


def connection_view(record: ConnectionRecord) -> View:
    """A connection that is, or was."""
    return {
        "openedAt": record.opened_at,
        "closedAt": record.closed_at,
        "closeCode": record.close_code,
        "closeReason": record.close_reason,
        "address": record.address,
        "ocppVersion": record.subprotocol.removeprefix("ocpp"),
        "securityProfile": record.security_profile,
    }


def file_view(record: FileRecord) -> View:
    """A file, without what is in it."""
    return {"name": record.name, "size": record.size, "createdAt": record.created_at}


def _json(model: object) -> object:
    write = getattr(model, "write_json", None)
    return None if write is None else json.loads(write())
