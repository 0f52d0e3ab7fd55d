"""Files: logs that are uploaded, firmware that is fetched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ocppref.csms.storage.instants import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "files",
        sa.Column("file_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("station", sa.String(48), nullable=True),
        sa.Column("request_id", sa.BigInteger(), nullable=True),
        sa.Column("secret_hash", sa.String(64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("file_id"),
    )
    op.create_index("files_by_request", "files", ["request_id"], unique=False)
    op.create_index("files_by_name", "files", ["kind", "name"], unique=False)
    op.create_table(
        "file_chunks",
        sa.Column("file_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("file_id", "number"),
    )


def downgrade() -> None:
    """Drop them, and all that is in them."""
    op.drop_table("file_chunks")
    op.drop_table("files")
