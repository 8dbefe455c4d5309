"""The schema of the business over time: Alembic without an ini file.

May import `subscriptions.store`. Invariants: a migration that was released never changes; each one goes
up and down on SQLite and PostgreSQL; the version is kept in `subscriptions_version`, so that the gateway
may share the database; a migration is stored whole or not at all.
"""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config

from subscriptions.store.engine import open_engine, writing

VERSION_TABLE = "subscriptions_version"


def _config() -> Config:
    config = Config()
    # Percent signs are doubled because Alembic reads options through an interpolating parser.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring the database up to a revision, the newest by default."""
    _run(database_url, command.upgrade, revision)


def downgrade(database_url: str, revision: str) -> None:
    """Bring the database down to a revision; `base` removes all tables of the business."""
    _run(database_url, command.downgrade, revision)


def _run(database_url: str, step: Callable[[Config, str], None], revision: str) -> None:
    config = _config()
    engine = open_engine(database_url)
    try:
        with writing(engine) as db:
            config.attributes["connection"] = db
            step(config, revision)
    finally:
        engine.dispose()
