"""Migrations go up, down and up again, and build exactly what the store declares."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from subscriptions.migrations import VERSION_TABLE, downgrade, upgrade
from subscriptions.store.tables import metadata
from tests.integration.subscriptions.conftest import KINDS, opened


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'folder' / 'empty.db'}"
    url: str = request.getfixturevalue("postgres_url")
    downgrade(url, "base")
    return url


def tables(url: str) -> set[str]:
    """The names of the tables there are."""
    with opened(url) as engine:
        return set(inspect(engine).get_table_names())


def test_up_down_up(empty_url: str) -> None:
    upgrade(empty_url)
    built = tables(empty_url)
    assert built == {*metadata.tables, VERSION_TABLE}
    downgrade(empty_url, "base")
    assert tables(empty_url) == {VERSION_TABLE}
    upgrade(empty_url)
    upgrade(empty_url)
    assert tables(empty_url) == built


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based")
def test_migrations_build_what_the_store_declares(empty_url: str) -> None:
    upgrade(empty_url)
    with opened(empty_url) as engine, engine.connect() as db:
        context = MigrationContext.configure(db, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []


def test_tables_of_others_are_left_alone(empty_url: str) -> None:
    with opened(empty_url) as engine, engine.begin() as db:
        db.execute(text("CREATE TABLE handoff_version (n int)"))
    upgrade(empty_url)
    downgrade(empty_url, "base")
    assert "handoff_version" in tables(empty_url)
    with opened(empty_url) as engine, engine.begin() as db:
        db.execute(text("DROP TABLE handoff_version"))
