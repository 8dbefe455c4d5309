"""Which rows belong to a person: one map for the export and for the erasure.

Invariants: every table whose rows lead to a customer is reachable here, or a test fails; what opens something
(tokens, codes and their hashes) is never read out.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, or_, select

from subscriptions.store import tables as t

# The column that says whose row it is, where it is not called `customer`; a key may be one's and about another.
_WHOSE: Mapping[str, str] = {
    "accounts": "holder",
    "customers": "number",
    "demo_customers": "number",
    "write_keys": "owner",
}
# The column that leads to a row that is the person's.
_THROUGH: Mapping[str, str] = {
    "access_numbers": "subscription",
    "attempts": "invoice",
    "deliveries": "subscription",
    "dunning_actions": "case",
    "invoice_lines": "invoice",
    "mandates": "method",
    "pauses": "subscription",
    "subscription_addons": "subscription",
    "subscription_events": "subscription",
    "suspensions": "subscription",
}
# Tables of the person that an export leaves out, and why.
NOT_EXPORTED: Mapping[str, str] = {
    "write_keys": "technical copies of receipts whose facts are in the other tables; may hold links that still open",
}
_WITHHELD = frozenset(
    {
        "address_hash",
        "body_hash",
        "code_hmac",
        "confirm_hash",
        "content",  # of earlier exports
        "digest",
        "linked_to",  # somebody else's number, when the access of one person was linked by another
        "previous",
        "stands_for",
        "token",  # what the payment provider calls a way to pay
        "token_hash",
        "undo_hash",
    }
)


def is_personal(table: Table) -> bool:
    """Whether rows of this table belong to persons."""
    named = table.name in _WHOSE or table.name in _THROUGH
    return named or "customer" in table.c


def belongs(table: Table, customer: str) -> ColumnElement[bool]:
    """The condition for the rows of one person in a personal table."""
    ways: list[ColumnElement[bool]] = []
    if table.name in _THROUGH:
        column = table.c[_THROUGH[table.name]]
        (key,) = column.foreign_keys
        parent = key.column.table
        ways.append(column.in_(select(key.column).where(belongs(parent, customer))))
    names = {_WHOSE.get(table.name, "customer"), "customer"} & set(table.c.keys())
    ways += [table.c[name] == customer for name in sorted(names)]
    return or_(*ways)


def everything(db: Connection, customer: str) -> dict[str, list[dict[str, Any]]]:
    """All rows of a person by table, as plain values of JSON."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in t.metadata.sorted_tables:
        if is_personal(table) and table.name not in NOT_EXPORTED:
            columns = [c for c in table.columns if c.name not in _WITHHELD]
            query = select(*columns).where(belongs(table, customer))
            rows = db.execute(query.order_by(*table.primary_key.columns))
            found[table.name] = [{k: _plain(v) for k, v in row._mapping.items()} for row in rows]
    return found


def _plain(value: Any) -> Any:
    """Dates and moments as ISO 8601; people at the desk without their names, which are not the person's data."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        return "agent" if value.startswith("agent:") else value
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value
