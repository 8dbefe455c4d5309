"""Objections as they were received. Advertising and profiling must ask here: an objection outlives every consent log."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from subscriptions.store import tables as t


@dataclass(frozen=True, slots=True)
class Objection:
    """What somebody objected to; `text` holds no card numbers."""

    reference: str
    customer: str | None
    kind: str  # advertising, profiling, decision
    text: str
    at: datetime


def add(db: Connection, objection: Objection) -> None:
    """Store an objection."""
    db.execute(insert(t.objections).values(asdict(objection)))


def last(db: Connection, customer: str, kind: str) -> datetime | None:
    """When a customer last objected to this; a consent that is younger counts again."""
    c = t.objections.c
    query = select(func.max(c.at)).where(c.customer == customer, c.kind == kind)
    return db.execute(query).scalar()
