"""How PostgreSQL runs the statements of the 360° view: which tables it reads in full."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from subscriptions.store.dossier import statements, values

LARGE = 1000
"""Rows from which on a table may not be read in full; the catalogue is smaller."""


def plans(db: Connection, number: str, now: datetime) -> Iterator[dict[str, Any]]:
    """The plan of each statement of the view about a customer, as a tree of nodes."""
    given = values(number, now)
    for statement, needed in statements("postgresql"):
        compiled = statement.compile(dialect=db.dialect)
        parameters = compiled.construct_params({name: given[name] for name in needed})
        answer = db.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {compiled}", parameters)
        yield answer.scalar_one()[0]["Plan"]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All nodes of a plan."""
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def read_in_full(db: Connection, number: str, now: datetime) -> dict[str, int]:
    """The large tables that are read from end to end, with their rows."""
    scanned = {
        node["Relation Name"]
        for plan in plans(db, number, now)
        for node in nodes(plan)
        if node["Node Type"] == "Seq Scan"
    }
    sizes = rows_by_table(db)
    return {table: sizes[table] for table in sorted(scanned) if sizes[table] >= LARGE}


def indexes_used(db: Connection, number: str, now: datetime) -> dict[str, int]:
    """The indexes that are used, with how often."""
    used: dict[str, int] = {}
    for plan in plans(db, number, now):
        for node in nodes(plan):
            if "Index Name" in node:
                used[node["Index Name"]] = used.get(node["Index Name"], 0) + 1
    return dict(sorted(used.items()))


def rows_by_table(db: Connection) -> dict[str, int]:
    """How many rows tables have, as the last ANALYZE saw them."""
    query = "SELECT relname, reltuples::bigint FROM pg_class WHERE relkind = 'r'"
    return {row.relname: row.reltuples for row in db.exec_driver_sql(query)}
