"""Runs the steps on the connection that `migrate` hands over; Alembic loads this file itself."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="handoff_version",
    transaction_per_migration=False,
)
context.run_migrations()
