"""Looking at what was stored, past the public API."""

from typing import Any

from sqlalchemy import Engine, func, select

from subscriptions.store import tables as t
from subscriptions.store.engine import reading


def rows(engine: Engine, table: Any, **where: object) -> list[dict[str, Any]]:
    """The rows of a table that have these values."""
    query = select(table)
    for column, value in where.items():
        query = query.where(table.c[column] == value)
    with reading(engine) as db:
        return [dict(row._mapping) for row in db.execute(query)]


def fingerprint(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is stored, to compare before and after."""
    with reading(engine) as db:
        return {
            table.name: [
                tuple(str(value) for value in row)
                for row in db.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in t.metadata.sorted_tables
        }


def count(engine: Engine, table: Any) -> int:
    """How many rows a table has."""
    with reading(engine) as db:
        return int(db.execute(select(func.count()).select_from(table)).scalar_one())
