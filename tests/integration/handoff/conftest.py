"""The house on SQLite and on PostgreSQL: every test that asks for `house` runs on both.

The schema is migrated once for each kind of database; every test gets its own copy of it.
"""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from handoff.adapters.sql.aftercare import SqlAftercare
from handoff.adapters.sql.promises import SqlPromises
from handoff.conversations.flow import Flow
from handoff.desk.rules import Rules
from handoff.migrations import migrate
from subscriptions import Connections, Subscriptions, open_subscriptions
from subscriptions.migrations import upgrade
from subscriptions.seeding import seed
from subscriptions.store.engine import open_engine
from tests.integration.handoff.actions_house import Office, open_office
from tests.integration.handoff.house import PAGES, Clock, House
from tests.integration.subscriptions.people import CountingProvider, Mailbox, SetClock
from tests.postgres import PostgresServer

_copies = count(1)


@pytest.fixture(scope="session")
def handoff_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file."""
    file = tmp_path_factory.mktemp("handoff") / "template.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def handoff_template(postgres_server: PostgresServer) -> Iterator[str]:
    """A migrated PostgreSQL database."""
    with postgres_server.database() as url:
        migrate(url)
        yield url


@pytest.fixture
def sqlite_url(handoff_file: Path, tmp_path: Path) -> str:
    """A fresh SQLite database."""
    shutil.copy(handoff_file, tmp_path / "handoff.db")
    return f"sqlite:///{tmp_path / 'handoff.db'}"


@pytest.fixture
def server_url(postgres_server: PostgresServer, handoff_template: str) -> Iterator[str]:
    """A fresh PostgreSQL database: a copy of the migrated one."""
    template = handoff_template.rpartition("/")[2]
    copy = f"copy_{next(_copies)}"
    _administer(postgres_server, f'CREATE DATABASE "{copy}" TEMPLATE "{template}"')
    yield handoff_template.replace(template, copy)
    _administer(postgres_server, f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')


def _administer(server: PostgresServer, statement: str) -> None:
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as admin:
        admin.execute(statement.encode())


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both, one after the other."""
    name = "sqlite_url" if request.param == "sqlite" else "server_url"
    url: str = request.getfixturevalue(name)
    return url


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


@pytest.fixture(scope="session")
def seeded_business(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The business with its demo customers, as of the house's clock."""
    file = tmp_path_factory.mktemp("business") / "subscriptions.db"
    upgrade(f"sqlite:///{file}")
    engine = open_engine(f"sqlite:///{file}")
    seed(engine, Clock().now)
    engine.dispose()
    return file


@pytest.fixture
def office(house: House, seeded_business: Path, tmp_path: Path) -> Iterator[Office]:
    """The desk with its actions, on both databases of the gateway."""
    file = tmp_path / "subscriptions.db"
    shutil.copy(seeded_business, file)
    with open_office(house, file) as opened:
        yield opened


@pytest.fixture
def business_clock() -> SetClock:
    """The clock of the business, which begins with the house's."""
    return SetClock(Clock().now)


@pytest.fixture
def business_engine(seeded_business: Path, tmp_path: Path) -> Iterator[Engine]:
    """The demo customers in a database of the business, to look at and to change."""
    shutil.copy(seeded_business, tmp_path / "subscriptions.db")
    opened = open_engine(f"sqlite:///{tmp_path / 'subscriptions.db'}")
    yield opened
    opened.dispose()


@pytest.fixture
def mailbox() -> Mailbox:
    """What the business sent by mail."""
    return Mailbox()


@pytest.fixture
def business(
    business_engine: Engine, business_clock: SetClock, mailbox: Mailbox
) -> Iterator[Subscriptions]:
    """The real one."""
    connections = Connections(provider=CountingProvider(), outbox=mailbox)
    url = business_engine.url.render_as_string(hide_password=False)
    with open_subscriptions(url, business_clock, connections=connections) as opened:
        yield opened


@pytest.fixture
def paged(house: House) -> Flow:
    """A node whose pages can be reached."""
    house.node()
    return Flow(house.stores[0], house.hints, desk=Rules(pages=PAGES))


@pytest.fixture
def clock(house: House) -> Clock:
    """The database's time."""
    assert house.clock is not None
    return house.clock


@pytest.fixture
def aftercare(paged: Flow, house: House) -> SqlAftercare:
    """Beside the conversations of `paged`."""
    return SqlAftercare(house.stores[0])


@pytest.fixture
def promises(paged: Flow, house: House) -> SqlPromises:
    """Beside the conversations of `paged`."""
    return SqlPromises(house.stores[0])
