"""The migrations make exactly the tables that the queries use, and may run as often as one likes, up and down."""

import importlib
import pkgutil

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

import handoff.adapters.sql
import handoff.migrations
from handoff.adapters.sql.tables import metadata
from handoff.migrations import VERSION_TABLE, migrate

for module in pkgutil.iter_modules(handoff.adapters.sql.__path__):
    if module.name.startswith("tables"):
        importlib.import_module(f"handoff.adapters.sql.{module.name}")

# The index of the words to search is PostgreSQL's alone, and compared there.
pytestmark = pytest.mark.filterwarnings(
    "ignore:autogenerate skipping metadata-specified expression-based index 'ix_search_entry_words'"
)


def differences(database_url: str) -> list[object]:
    """What the database has otherwise than the tables say."""
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": True}
        )
        found = [
            difference
            for difference in compare_metadata(context, metadata)
            if not _own_version_table(difference)
        ]
        assert VERSION_TABLE in sa.inspect(connection).get_table_names()
    engine.dispose()
    return found


def _own_version_table(difference: object) -> bool:
    return isinstance(difference, tuple) and getattr(difference[1], "name", "") == VERSION_TABLE


def downgrade(database_url: str, to: str) -> None:
    """Back to an older schema."""
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", next(iter(handoff.migrations.__path__)))
        config.attributes["connection"] = connection
        command.downgrade(config, to)
    engine.dispose()


def test_migrating_again_changes_nothing_and_tables_are_as_declared(database_url: str) -> None:
    migrate(database_url)
    assert differences(database_url) == []


@pytest.mark.parametrize("to", ["0011", "0007", "0006", "0005", "0004", "0003", "0002", "base"])
def test_down_and_up_again_is_the_same(database_url: str, to: str) -> None:
    downgrade(database_url, to)
    migrate(database_url)
    assert differences(database_url) == []
