"""The tables of the first version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ocppref.csms.storage.instants import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them."""
    _create_connections()
    _create_connectors()
    _create_counters()
    _create_holdings()
    _create_jobs()
    _create_notices()
    _create_report_parts()
    _create_reservations()
    _create_stations()
    _create_tariffs()
    _create_tokens()
    _create_transaction_events()
    _create_transactions()
    _create_variables()


def downgrade() -> None:
    """Drop them, and all that is in them."""
    for name in (
        "variables",
        "transactions",
        "transaction_events",
        "tokens",
        "tariffs",
        "stations",
        "reservations",
        "report_parts",
        "notices",
        "jobs",
        "holdings",
        "counters",
        "connectors",
        "connections",
    ):
        op.drop_table(name)


def _create_connections() -> None:
    op.create_table(
        "connections",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("station", sa.String(48), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("close_code", sa.Integer(), nullable=True),
        sa.Column("close_reason", sa.String(200), nullable=True),
        sa.Column("address", sa.String(100), nullable=False),
        sa.Column("subprotocol", sa.String(20), nullable=False),
        sa.Column("security_profile", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("connections_by_station", "connections", ["station", "id"], unique=False)


def _create_connectors() -> None:
    op.create_table(
        "connectors",
        sa.Column("station", sa.String(48), nullable=False),
        sa.Column("evse_id", sa.BigInteger(), nullable=False),
        sa.Column("connector_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(30), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("station", "evse_id", "connector_id"),
    )


def _create_counters() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _create_holdings() -> None:
    op.create_table(
        "holdings",
        sa.Column("station", sa.String(48), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("station", "kind", "key"),
    )


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("station", sa.String(48), nullable=False),
        sa.Column("kind", sa.String(50), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("detail", sa.String(50), nullable=True),
        sa.Column("history", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("request_id"),
    )
    op.create_index("jobs_by_station", "jobs", ["station", "status"], unique=False)


def _create_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("station", sa.String(48), nullable=False),
        sa.Column("action", sa.String(50), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("notices_by_station", "notices", ["station", "action", "id"], unique=False)


def _create_report_parts() -> None:
    op.create_table(
        "report_parts",
        sa.Column("station", sa.String(48), nullable=False),
        sa.Column("action", sa.String(50), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("seq_no", sa.BigInteger(), nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("station", "action", "request_id", "seq_no"),
    )


def _create_reservations() -> None:
    op.create_table(
        "reservations",
        sa.Column("station", sa.String(48), nullable=False),
        sa.Column("reservation_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(30), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("station", "reservation_id"),
    )


def _create_stations() -> None:
    op.create_table(
        "stations",
        sa.Column("identity_key", sa.String(48), nullable=False),
        sa.Column("identity", sa.String(48), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=True),
        sa.Column("next_password_hash", sa.String(200), nullable=True),
        sa.Column("registration", sa.String(20), nullable=False),
        sa.Column("heartbeat_interval", sa.Integer(), nullable=True),
        sa.Column("boot_status", sa.String(20), nullable=True),
        sa.Column("boot", sa.Text(), nullable=True),
        sa.Column("booted_at", Instant(), nullable=True),
        sa.Column("serial_number", sa.String(25), nullable=True),
        sa.Column("firmware_version", sa.String(50), nullable=True),
        sa.Column("ocpp_version", sa.String(20), nullable=True),
        sa.Column("security_profile", sa.Integer(), nullable=True),
        sa.Column("last_seen", Instant(), nullable=True),
        sa.Column("messages_in", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("messages_out", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("identity_key"),
    )


def _create_tariffs() -> None:
    op.create_table(
        "tariffs",
        sa.Column("tariff_id", sa.String(60), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("tariff_id"),
    )


def _create_tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("token_key", sa.String(255), nullable=False),
        sa.Column("id_token", sa.String(255), nullable=False),
        sa.Column("status", sa.String(30), nullable=False),
        sa.Column("group_id_token", sa.Text(), nullable=True),
        sa.Column("cache_expiry", Instant(), nullable=True),
        sa.Column("language1", sa.String(8), nullable=True),
        sa.Column("language2", sa.String(8), nullable=True),
        sa.PrimaryKeyConstraint("type", "token_key"),
    )


def _create_transaction_events() -> None:
    op.create_table(
        "transaction_events",
        sa.Column("station", sa.String(48), nullable=False),
        sa.Column("transaction_id", sa.String(36), nullable=False),
        sa.Column("seq_no", sa.BigInteger(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("station", "transaction_id", "seq_no"),
    )


def _create_transactions() -> None:
    op.create_table(
        "transactions",
        sa.Column("station", sa.String(48), nullable=False),
        sa.Column("transaction_id", sa.String(36), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("given_up", sa.Boolean(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("first_seq_no", sa.BigInteger(), nullable=True),
        sa.Column("last_seq_no", sa.BigInteger(), nullable=True),
        sa.Column("evse_id", sa.BigInteger(), nullable=True),
        sa.Column("connector_id", sa.BigInteger(), nullable=True),
        sa.Column("id_token", sa.Text(), nullable=True),
        sa.Column("stop_id_token", sa.Text(), nullable=True),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("first_event_at", Instant(), nullable=False),
        sa.Column("last_event_at", Instant(), nullable=False),
        sa.Column("meter_start", sa.Float(precision=53), nullable=True),
        sa.Column("meter_last", sa.Float(precision=53), nullable=True),
        sa.Column("stopped_reason", sa.String(30), nullable=True),
        sa.Column("remote_start_id", sa.BigInteger(), nullable=True),
        sa.Column("reservation_id", sa.BigInteger(), nullable=True),
        sa.Column("charging_state", sa.String(30), nullable=True),
        sa.Column("tariff_id", sa.String(60), nullable=True),
        sa.Column("transaction_limit", sa.Text(), nullable=True),
        sa.Column("cost_details", sa.Text(), nullable=True),
        sa.Column("total_cost", sa.Float(precision=53), nullable=True),
        sa.PrimaryKeyConstraint("station", "transaction_id"),
    )
    op.create_index(
        "transactions_by_remote_start", "transactions", ["station", "remote_start_id"], unique=False
    )
    op.create_index("transactions_open", "transactions", ["is_open", "station"], unique=False)


def _create_variables() -> None:
    op.create_table(
        "variables",
        sa.Column("station", sa.String(48), nullable=False),
        sa.Column("key", sa.String(600), nullable=False),
        sa.Column("component", sa.Text(), nullable=False),
        sa.Column("variable", sa.Text(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("characteristics", sa.Text(), nullable=True),
        sa.Column("reported_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("station", "key"),
    )
