"""Opening the database: SQLite for one machine, PostgreSQL for many.

Invariants: SQLite runs in WAL mode with `synchronous=FULL` and foreign keys on, writers take the lock at
once (BEGIN IMMEDIATE), so that several processes share one file without dead ends; a read sees one
snapshot; a database that is away, locked or slow is STORE_UNAVAILABLE, whatever the driver calls it; while
somebody waits for the answer no wait is long, and nothing is committed after they were given up on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, make_url

from subscriptions.errors import Code, SubscriptionError
from subscriptions.policy.names import folded


@dataclass(frozen=True, slots=True)
class Patience:
    """Whole seconds: `lock` for a lock or a connection, `write` from the begin of a write to its commit.

    `write` None: as long as it takes.
    """

    lock: int
    write: int | None


# The gateway gives a turn up after 8 s. A write waits for its lock (3 s) and for the payment provider
# (3 s at most) and is not committed after 6 s; what remains belongs to Rasa and to waiting in line.
ANSWERING = Patience(lock=3, write=6)
PREPARING = Patience(lock=10, write=None)

_TROUBLE = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("folded", 1, folded, deterministic=True)


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def open_engine(database_url: str, patience: Patience = PREPARING) -> Engine:
    """An engine for the address; makes the folder of an SQLite file when it is missing."""
    url = make_url(database_url)
    options: dict[str, Any] = {
        "pool_timeout": patience.lock,
        "execution_options": {"write_seconds": patience.write},
    }
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, connect_args=_postgres(patience), **options)
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": patience.lock}, **options)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _postgres(patience: Patience) -> dict[str, object]:
    """Settings of a connection: a server that hangs is given up, as is a statement or a lock."""
    limits = {"lock_timeout": patience.lock, "statement_timeout": patience.write or 0}
    settings = " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items())
    return {
        "connect_timeout": patience.lock,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 1000 * (patience.write or 0),
        "options": settings,
    }


@contextmanager
def _trouble() -> Iterator[None]:
    """Name what the driver says when the database does not serve; bugs and broken rules pass through."""
    try:
        yield
    except _TROUBLE as error:
        raise SubscriptionError(Code.STORE_UNAVAILABLE) from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent snapshot for all queries of the block. Raises STORE_UNAVAILABLE."""
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with _trouble(), engine.connect().execution_options(**options) as db, db.begin():
        yield db


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: all of the block is stored, or nothing; nothing when it took too long.

    Raises STORE_UNAVAILABLE. Only a connection lost during the commit itself leaves open what was stored.
    """
    begun = monotonic()
    with _trouble(), engine.connect().execution_options(writes=True) as db, db.begin():
        yield db
        limit = db.get_execution_options().get("write_seconds")
        if limit is not None and monotonic() - begun > limit:
            raise SubscriptionError(Code.STORE_UNAVAILABLE)
