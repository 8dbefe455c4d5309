"""Several small reads in one statement, for views of everything about one customer.

Invariants: each part keeps its own condition, order and limit, so that each uses its own index; the answer is
plain JSON values, which `typed` turns into values of the business.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import (
    JSON,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Text,
    cast,
    func,
    literal_column,
    select,
    union_all,
)

from subscriptions.store.tables import UtcMoment

T = TypeVar("T")
Record = Mapping[str, Any]
Parts = Mapping[str, Select[Any]]


def together(parts: Parts, dialect: str) -> CompoundSelect[Any]:
    """One statement for all parts; keep it, because building it takes longer than running it."""
    return union_all(*(_part(name, query, dialect) for name, query in parts.items()))


def read(
    db: Connection, statement: CompoundSelect[Any], values: Mapping[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    """The records of each part by its name; a part without rows is missing. Order again what has an order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for part, record in db.execute(statement, values):
        found.setdefault(part, []).append(json.loads(record))
    return found


def typed(kind: type[T], record: Record, **changed: Any) -> T:
    """The value that a record stands for; `changed` are fields that are no columns of the same name."""
    of: Any = kind  # a class, which may be looked up
    adapter: TypeAdapter[T] = _adapter(of)
    return adapter.validate_python({**record, **changed})


def money(record: Record, column: str = "amount_minor") -> dict[str, Any]:
    """An amount of a record, for a field of `typed`."""
    return {"minor": record[column], "currency": record["currency"]}


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _part(name: str, query: Select[Any], dialect: str) -> Select[Any]:
    rows = query.subquery(name)
    build = func.json_build_object if dialect == "postgresql" else func.json_object
    pairs: list[ColumnElement[Any]] = []
    for column in rows.c:
        pairs += [literal_column(f"'{column.name}'"), _as_json(column, dialect)]
    record = cast(build(*pairs), Text).label("record")
    part: Any = select(literal_column(f"'{name}'").label("part"), record).select_from(rows)
    selected: Select[Any] = part
    return selected


def _as_json(column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    """SQLite keeps moments without their zone and JSON as text."""
    if dialect == "postgresql":
        return column
    if isinstance(column.type, UtcMoment):
        return cast(column, Text).op("||")(literal_column("'+00:00'"))
    return func.json(column) if isinstance(column.type, JSON) else column
