"""Many rows at once: for demo data and loads, never for a use case.

Invariants: tables are filled in the order of their foreign keys; rows are plain column values; on PostgreSQL a
load is copied, which is several times faster than inserting.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, func, insert, select

from subscriptions.store import tables as t

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]
"""Rows by the name of their table."""


def table(name: str) -> Table:
    """The table of this name; raises KeyError."""
    return t.metadata.tables[name]


def fill(db: Connection, rows: Rows) -> None:
    """Insert rows; columns that a row leaves out get their default."""
    for target in t.metadata.sorted_tables:
        for same in _alike(rows.get(target.name, ())):
            db.execute(insert(target), list(same))


def copy(db: Connection, rows: Rows) -> None:
    """Insert rows that fill the same columns within each table, as fast as the database can take them."""
    if db.dialect.name != "postgresql":
        fill(db, rows)
        return
    cursor: Any = db.connection.cursor()
    for target in t.metadata.sorted_tables:
        given = rows.get(target.name, ())
        if not given:
            continue
        columns = tuple(given[0])
        names = ", ".join(f'"{name}"' for name in columns)
        with cursor.copy(f'COPY "{target.name}" ({names}) FROM STDIN') as stream:
            for row in given:
                stream.write_row([_plain(row[name]) for name in columns])


def values(db: Connection, column: Column[Any]) -> frozenset[Any]:
    """What a column holds."""
    return frozenset(db.execute(select(column).distinct()).scalars())


def highest(db: Connection, column: Column[Any], low: str, high: str) -> str | None:
    """The greatest value as long as the bounds within them, both included, of a column of text."""
    inside = column.between(low, high), func.length(column) == len(low)
    found = db.execute(select(func.max(column)).where(*inside)).scalar()
    return str(found) if found is not None else None


def do_not_wait_for_the_disk(db: Connection) -> None:
    """Let this transaction commit before it is on disk: a crash may lose the last ones, but breaks nothing."""
    if db.dialect.name == "postgresql":
        db.exec_driver_sql("SET LOCAL synchronous_commit TO OFF")


def analyse(db: Connection) -> None:
    """Let the database learn how its tables are filled, so that it chooses the right index."""
    db.exec_driver_sql("ANALYZE")


def _alike(rows: Iterable[Row]) -> Iterable[list[Row]]:
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row), []).append(row)
    return groups.values()


def _plain(value: Any) -> Any:
    """A value as the text of COPY wants it."""
    if isinstance(value, dict | list):
        return json.dumps(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return value
