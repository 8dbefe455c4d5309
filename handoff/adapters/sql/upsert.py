"""Inserts that may meet a row that is there already; both databases can do it, each in its own dialect."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert(db: sa.Connection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that may say what to do on a conflict."""
    if db.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def put(db: sa.Connection, table: sa.Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    """The row with this key has these values from now on, whether it was there or not."""
    row = insert(db, table).values({**key, **values})
    db.execute(row.on_conflict_do_update(index_elements=list(key), set_=values))
