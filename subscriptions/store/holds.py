"""Holds: what lets collection rest, asked by every use case that would collect."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from subscriptions.entities.holds import Hold, HoldKind
from subscriptions.store import tables as t


def place(db: Connection, hold: Hold) -> None:
    """Store a new hold."""
    db.execute(insert(t.holds).values({**asdict(hold), "kind": hold.kind.value}))


def standing(db: Connection, customer: str, now: datetime) -> tuple[Hold, ...]:
    """The holds that stand for a customer now, oldest first."""
    query = select(t.holds).where(t.holds.c.customer == customer, t.holds.c.released_at.is_(None))
    found = (_hold(row) for row in db.execute(query.order_by(t.holds.c.placed_at)))
    return tuple(hold for hold in found if hold.stands(now))


def find(db: Connection, hold_id: str) -> Hold | None:
    """A hold, whether it stands or not."""
    row = db.execute(select(t.holds).where(t.holds.c.id == hold_id)).one_or_none()
    return _hold(row) if row else None


def release(db: Connection, hold: Hold, at: datetime) -> None:
    """End a hold."""
    db.execute(update(t.holds).where(t.holds.c.id == hold.id).values(released_at=at))


def _hold(row: Row[Any]) -> Hold:
    values = dict(row._mapping)
    return Hold(**{**values, "kind": HoldKind(values["kind"])})
