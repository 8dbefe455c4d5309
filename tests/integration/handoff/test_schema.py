"""The migrations make exactly the tables that the queries use, and may run as often as one likes."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from handoff.adapters.sql.tables import metadata
from handoff.migrations import VERSION_TABLE, migrate


def test_migrating_again_changes_nothing_and_tables_are_as_declared(database_url: str) -> None:
    migrate(database_url)
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": True}
        )
        differences = [
            difference
            for difference in compare_metadata(context, metadata)
            if not _own_version_table(difference)
        ]
        assert VERSION_TABLE in sa.inspect(connection).get_table_names()
    engine.dispose()
    assert differences == []


def _own_version_table(difference: object) -> bool:
    return isinstance(difference, tuple) and getattr(difference[1], "name", "") == VERSION_TABLE
