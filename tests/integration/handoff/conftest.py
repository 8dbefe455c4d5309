"""The house on SQLite and on PostgreSQL: every test that asks for `house` runs on both."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handoff.conversations.flow import Flow
from handoff.migrations import migrate
from tests.integration.handoff.house import House
from tests.postgres import PostgresServer


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'handoff.db'}"
        migrate(url)
        yield url
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url:
        migrate(url)
        yield url


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """The core over that database, with a clock that tests set."""
    built = House(database_url)
    yield built
    built.close()


@pytest.fixture
def flow(house: House) -> Flow:
    """One node."""
    return house.node()
