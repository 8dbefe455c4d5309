"""A seeded business for each test, on SQLite and on PostgreSQL.

Migrating and seeding happens once per kind of database; each test starts from that content.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from subscriptions import Connections, Subscriptions, open_subscriptions
from subscriptions.migrations import upgrade
from subscriptions.seeding import seed
from subscriptions.store.engine import open_engine
from subscriptions.store.tables import metadata
from tests.integration.subscriptions.fake_stripe import FakeStripe, serving
from tests.integration.subscriptions.looking import digests
from tests.integration.subscriptions.making_unknown import (
    LosingProvider,
    on_stripe,
    standing_on,
    stripe_at,
)
from tests.integration.subscriptions.people import NOW, CountingProvider, Mailbox, SetClock
from tests.integration.subscriptions.stripe_books import Books
from tests.postgres import PostgresServer

KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def prepare(url: str) -> None:
    """Migrate and seed a database."""
    upgrade(url)
    with opened(url) as engine:
        seed(engine, NOW)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seeded SQLite file to copy."""
    path = tmp_path_factory.mktemp("seeded") / "template.db"
    prepare(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> Iterator[str]:
    """A seeded PostgreSQL database that keeps a copy of its tables in the schema `seeded`."""
    with postgres_server.database() as url:
        prepare(url)
        with opened(url) as engine, engine.begin() as db:
            db.execute(text("CREATE SCHEMA seeded"))
            for table in metadata.sorted_tables:
                db.execute(text(f"CREATE TABLE seeded.{table.name} AS TABLE public.{table.name}"))
        yield url


def put_back(url: str) -> None:
    """Give every table its seeded content again, where it is not there already.

    A new database, or TRUNCATE, costs a second per test. Triggers are off meanwhile, because the audit
    refuses to be emptied.
    """
    with opened(url) as engine, engine.begin() as db:
        db.execute(text("SET session_replication_role = replica"))
        now, seeded = digests(db), digests(db, "seeded")
        for name in (name for name in now if now[name] != seeded[name]):
            db.execute(text(f"DELETE FROM {name}"))
            db.execute(text(f"INSERT INTO {name} SELECT * FROM seeded.{name}"))


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """An engine that is closed at the end."""
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated and seeded database, as if it were new."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "business.db")
        return f"sqlite:///{tmp_path / 'business.db'}"
    template: str = request.getfixturevalue("postgres_template")
    put_back(template)
    return template


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The database itself, to look at what was stored."""
    with opened(database_url) as engine:
        yield engine


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands at the moment of seeding."""
    return SetClock()


@pytest.fixture
def provider() -> CountingProvider:
    """The payment simulator, observed."""
    return CountingProvider()


@pytest.fixture
def mailbox() -> Mailbox:
    """Where reset mails go."""
    return Mailbox()


@pytest.fixture
def business(
    database_url: str, clock: SetClock, provider: CountingProvider, mailbox: Mailbox
) -> Iterator[Subscriptions]:
    """The business on the seeded database."""
    with open_subscriptions(
        database_url, clock, connections=Connections(provider=provider, outbox=mailbox)
    ) as opened:
        yield opened


@pytest.fixture(scope="module")
def server() -> Iterator[FakeStripe]:
    with serving() as fake:
        yield fake


@pytest.fixture
def books(server: FakeStripe, clock: SetClock) -> Books:
    """What the stand-in has done; new for each test."""
    server.trouble = ""
    server.books = Books(clock)
    return server.books


@pytest.fixture
def stripe(
    server: FakeStripe, books: Books, database_url: str, engine: Engine, clock: SetClock
) -> Iterator[Subscriptions]:
    """The business on the adapter of production."""
    on_stripe(engine)
    with standing_on(database_url, clock, stripe_at(server, clock)) as business:
        yield business


@pytest.fixture
def losing() -> LosingProvider:
    return LosingProvider()


@pytest.fixture
def deaf(database_url: str, clock: SetClock, losing: LosingProvider) -> Iterator[Subscriptions]:
    """The business on the simulator, whose answers are lost."""
    with standing_on(database_url, clock, losing) as business:
        yield business
