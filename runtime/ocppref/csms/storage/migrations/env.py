"""Run by Alembic, on the connection that `ocppref.csms.storage.schema` hands over."""

from __future__ import annotations

from alembic import context

from ocppref.csms.storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
