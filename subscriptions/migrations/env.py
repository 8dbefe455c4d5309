"""What Alembic runs: migrate on the connection that the caller opened, inside its transaction."""

from alembic import context

from subscriptions.migrations import VERSION_TABLE
from subscriptions.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
