"""Database connections: one for writing, a few for reading, and the database's own clock.

Invariants: SQLite writes take the write lock at once (`BEGIN IMMEDIATE`) and reach the disk before a
commit returns; a connection that broke is noticed before it is used; a server that hangs is given up, and a node
that hangs holds up no other; no error text holds values of a statement.
"""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

BUSY_SECONDS = 10
_POSTGRES = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 8000,
    # A node that stands still in the middle of a transaction loses it, before those who wait for its rows give up.
    "options": "-c statement_timeout=8000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=2500 -c timezone=UTC",
}

_SQLITE_BROKEN = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_CANTOPEN,
}
_POSTGRES_BROKEN = {"53", "58", "XX"}
"""Classes of SQLSTATE: insufficient resources, system errors, internal errors."""


def open_engine(database_url: str, *, readers: int) -> sa.Engine:
    """An engine with `readers` connections for queries, or one for writing when `readers` is 0."""
    url = sa.make_url(database_url)
    if url.get_backend_name() == "postgresql":
        return sa.create_engine(
            url,
            pool_size=readers or 1,
            max_overflow=0,
            pool_pre_ping=True,
            pool_timeout=5,
            connect_args=_POSTGRES,
            hide_parameters=True,
        )
    return _open_sqlite(url, readers)


def _open_sqlite(url: sa.URL, readers: int) -> sa.Engine:
    if url.database in {None, "", ":memory:"}:
        raise ValueError("SQLite needs a file: several connections share the database")
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url,
        pool_size=readers or 1,
        max_overflow=0,
        pool_timeout=5,
        poolclass=sa.QueuePool,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        hide_parameters=True,
    )
    begin = "BEGIN" if readers else "BEGIN IMMEDIATE"
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """The driver's own idea of transactions is switched off: it would begin them too late."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        # Pages of a busy log are changed again and again: they are written back once in a while, not after every few commits.
        "wal_autocheckpoint=4000",
        "cache_size=-16000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def is_broken(failure: BaseException | None) -> bool:
    """Whether a failed write tells of a full disk or a database that is not sound; being away or busy is neither."""
    cause = failure.__cause__ if failure is not None else None
    original: Any = cause.orig if isinstance(cause, exc.DBAPIError) else None
    if isinstance(original, sqlite3.Error):
        return (getattr(original, "sqlite_errorcode", 0) & 0xFF) in _SQLITE_BROKEN
    return str(getattr(original, "sqlstate", None) or "")[:2] in _POSTGRES_BROKEN


def database_now(connection: sa.Connection) -> datetime:
    """The time at the database; nodes whose clocks differ measure leases by it."""
    if connection.dialect.name == "postgresql":
        found: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        return found.astimezone(UTC)
    text = connection.exec_driver_sql("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')").scalar_one()
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
