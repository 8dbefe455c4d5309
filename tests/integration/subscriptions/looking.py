"""Looking at what was stored, past the public API."""

from typing import Any

from sqlalchemy import Connection, Engine, func, select

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


def digests(db: Connection, schema: str = "public") -> dict[str, object]:
    """A number for the content of each table, to see quickly which of them changed."""
    names = [table.name for table in t.metadata.sorted_tables]
    if db.dialect.name == "sqlite":
        return {
            name: hash(tuple(map(tuple, db.exec_driver_sql(f"SELECT * FROM {name}"))))
            for name in names
        }
    parts = (
        f"SELECT '{name}', count(*), sum(hashtextextended(r::text, 0)::numeric) FROM {schema}.{name} r"
        for name in names
    )
    found = db.exec_driver_sql(" UNION ALL ".join(parts))
    return {name: (many, total) for name, many, total in found}


def state(engine: Engine) -> dict[str, object]:
    """What is stored, as numbers; `fingerprint` holds the content itself."""
    with reading(engine) as db:
        return digests(db)


def count(engine: Engine, table: Any) -> int:
    """How many rows a table has."""
    with reading(engine) as db:
        return int(db.execute(select(func.count()).select_from(table)).scalar_one())
