"""The gateway's schema, one step after the other (Alembic, version table `handoff_version`).

May import Alembic and SQLAlchemy only: a step that ran must not change when `tables` does. Invariant:
`migrate` may be called on every start and by several processes; it does what is missing.
"""

import secrets
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

VERSION_TABLE = "handoff_version"
_LOCK = 0x4A4E_D0FF


def migrate(database_url: str) -> None:
    """Bring the database at this address to the newest version; creates an SQLite file and its folder."""
    url = sa.make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            _one_at_a_time(connection)
            config = Config()
            config.set_main_option("script_location", str(Path(__file__).parent))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def restored(database_url: str) -> None:
    """Say that a backup was put in the database's place: clients read their logs anew, whatever they remember."""
    engine = sa.create_engine(sa.make_url(database_url), poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            name = {"name": secrets.token_hex(8)}
            connection.execute(sa.text("UPDATE log_identity SET name = :name"), name)
    finally:
        engine.dispose()


def _one_at_a_time(connection: sa.Connection) -> None:
    """Nodes that start together wait for each other instead of creating a table twice."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
