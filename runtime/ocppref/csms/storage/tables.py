"""The tables. Nothing outside this package knows their names.

OCPP objects are kept as the JSON text that travels on the wire. `station` is the identity of the
Charging Station as it was first written; `identity_key` the same in lower case, as the case of the
letters does not count.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from ocppref.csms.storage.instants import Instant

METADATA = MetaData()

_IDENTITY = String(48)
_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only an INTEGER


def _station(*, key: bool = False) -> Column[str]:
    return Column("station", _IDENTITY, primary_key=key, nullable=False)


def _id() -> Column[int]:
    return Column("id", _NUMBER, primary_key=True, autoincrement=True)


STATIONS = Table(
    "stations",
    METADATA,
    Column("identity_key", _IDENTITY, primary_key=True),
    Column("identity", _IDENTITY, nullable=False),
    Column("password_hash", String(200)),
    Column("next_password_hash", String(200)),
    Column("registration", String(20), nullable=False),
    Column("heartbeat_interval", Integer),
    Column("boot_status", String(20)),
    Column("boot", Text),
    Column("booted_at", Instant),
    Column("serial_number", String(25)),
    Column("firmware_version", String(50)),
    Column("ocpp_version", String(20)),
    Column("security_profile", Integer),
    Column("last_seen", Instant),
    Column("messages_in", BigInteger, nullable=False, server_default="0"),
    Column("messages_out", BigInteger, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
)
"""`registration` is what a boot is answered with, `boot_status` what the last one was."""

CONNECTIONS = Table(
    "connections",
    METADATA,
    _id(),
    _station(),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("close_code", Integer),
    Column("close_reason", String(200)),
    Column("address", String(100), nullable=False),
    Column("subprotocol", String(20), nullable=False),
    Column("security_profile", Integer, nullable=False),
    Index("connections_by_station", "station", "id"),
)

CONNECTORS = Table(
    "connectors",
    METADATA,
    _station(key=True),
    Column("evse_id", BigInteger, primary_key=True),
    Column("connector_id", BigInteger, primary_key=True),
    Column("status", String(30), nullable=False),
    Column("since", Instant, nullable=False),
)

VARIABLES = Table(
    "variables",
    METADATA,
    _station(key=True),
    Column("key", String(600), primary_key=True),
    Column("component", Text, nullable=False),
    Column("variable", Text, nullable=False),
    Column("attributes", Text, nullable=False),
    Column("characteristics", Text),
    Column("reported_at", Instant, nullable=False),
)
"""The device model as reported; `key` names component and variable, see `device_model`."""

TOKENS = Table(
    "tokens",
    METADATA,
    Column("type", String(20), primary_key=True),
    Column("token_key", String(255), primary_key=True),
    Column("id_token", String(255), nullable=False),
    Column("status", String(30), nullable=False),
    Column("group_id_token", Text),
    Column("cache_expiry", Instant),
    Column("language1", String(8)),
    Column("language2", String(8)),
)

TRANSACTIONS = Table(
    "transactions",
    METADATA,
    _station(key=True),
    Column("transaction_id", String(36), primary_key=True),
    Column("is_open", Boolean, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("given_up", Boolean, nullable=False),
    Column("seen", Text, nullable=False),
    Column("first_seq_no", BigInteger),
    Column("last_seq_no", BigInteger),
    Column("evse_id", BigInteger),
    Column("connector_id", BigInteger),
    Column("id_token", Text),
    Column("stop_id_token", Text),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    Column("first_event_at", Instant, nullable=False),
    Column("last_event_at", Instant, nullable=False),
    Column("meter_start", Float(53)),
    Column("meter_last", Float(53)),
    Column("stopped_reason", String(30)),
    Column("remote_start_id", BigInteger),
    Column("reservation_id", BigInteger),
    Column("charging_state", String(30)),
    Column("tariff_id", String(60)),
    Column("transaction_limit", Text),
    Column("cost_details", Text),
    Column("total_cost", Float(53)),
    Index("transactions_open", "is_open", "station"),
    Index("transactions_by_remote_start", "station", "remote_start_id"),
)
"""What the events of a transaction come to, see `ocppref.csms.domain.transactions`."""

TRANSACTION_EVENTS = Table(
    "transaction_events",
    METADATA,
    _station(key=True),
    Column("transaction_id", String(36), primary_key=True),
    Column("seq_no", BigInteger, primary_key=True),
    Column("received_at", Instant, nullable=False),
    Column("payload", Text, nullable=False),
)

NOTICES = Table(
    "notices",
    METADATA,
    _id(),
    _station(),
    Column("action", String(50), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("payload", Text, nullable=False),
    Index("notices_by_station", "station", "action", "id"),
)
"""What stations tell and is kept as it is: events, security events, meter values, alarms."""

HOLDINGS = Table(
    "holdings",
    METADATA,
    _station(key=True),
    Column("kind", String(30), primary_key=True),
    Column("key", String(300), primary_key=True),
    Column("payload", Text, nullable=False),
    Column("since", Instant, nullable=False),
)
"""What the CSMS believes a station holds, by kind: monitors, display messages, profiles, ..."""

TARIFFS = Table(
    "tariffs",
    METADATA,
    Column("tariff_id", String(60), primary_key=True),
    Column("payload", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)
"""Never changed and never removed: costs refer to them for ever (I08.FR.08)."""

RESERVATIONS = Table(
    "reservations",
    METADATA,
    _station(key=True),
    Column("reservation_id", BigInteger, primary_key=True),
    Column("status", String(30), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("payload", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

JOBS = Table(
    "jobs",
    METADATA,
    Column("request_id", BigInteger, primary_key=True),
    _station(),
    Column("kind", String(50), nullable=False),
    Column("status", String(20), nullable=False),
    Column("detail", String(50)),
    Column("history", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index("jobs_by_station", "station", "status"),
)
"""What a station was asked for and delivers later, by the requestId that it answers with."""

REPORT_PARTS = Table(
    "report_parts",
    METADATA,
    _station(key=True),
    Column("action", String(50), primary_key=True),
    Column("request_id", BigInteger, primary_key=True),
    Column("seq_no", BigInteger, primary_key=True),
    Column("is_last", Boolean, nullable=False),
)
"""Which parts have come of reports that are not complete yet."""

COUNTERS = Table(
    "counters",
    METADATA,
    Column("name", String(100), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""Ids that are never given twice, whatever happens."""

FILES = Table(
    "files",
    METADATA,
    Column("file_id", String(64), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("name", String(255), nullable=False),
    Column("station", _IDENTITY),
    Column("request_id", BigInteger),
    Column("secret_hash", String(64)),
    Column("size", BigInteger),
    Column("created_at", Instant, nullable=False),
    Index("files_by_request", "request_id"),
    Index("files_by_name", "kind", "name"),
)
"""Logs that stations upload, and firmware that they fetch. `size` is NULL until all is there."""

FILE_CHUNKS = Table(
    "file_chunks",
    METADATA,
    Column("file_id", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)
