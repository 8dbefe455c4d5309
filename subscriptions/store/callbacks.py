"""Promised calls, each about a case."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from subscriptions.entities.cases import Callback, CallbackState
from subscriptions.store import tables as t


def add(db: Connection, callback: Callback) -> None:
    """Store a new promise."""
    db.execute(insert(t.callbacks).values({**asdict(callback), "state": callback.state.value}))


def find(db: Connection, number: str, *, lock: bool = False) -> Callback | None:
    """The promised call of this id."""
    query = select(t.callbacks).where(t.callbacks.c.id == number)
    row = db.execute(query.with_for_update() if lock else query).one_or_none()
    return _callback(row) if row else None


def of_case(db: Connection, case: str) -> tuple[Callback, ...]:
    """All calls that were promised about a case, the newest first."""
    query = select(t.callbacks).where(t.callbacks.c.case == case)
    rows = db.execute(query.order_by(t.callbacks.c.asked_at.desc(), t.callbacks.c.id))
    return tuple(_callback(row) for row in rows)


def overdue(db: Connection, before: datetime, limit: int) -> tuple[Callback, ...]:
    """Calls that were promised until before then and are neither kept nor withdrawn."""
    query = select(t.callbacks).where(
        t.callbacks.c.state == CallbackState.PROMISED.value, t.callbacks.c.until_at < before
    )
    rows = db.execute(query.order_by(t.callbacks.c.until_at, t.callbacks.c.id).limit(limit))
    return tuple(_callback(row) for row in rows)


def store(db: Connection, callback: Callback) -> None:
    """Store how a promised call ended."""
    values = {"state": callback.state.value, "settled_at": callback.settled_at}
    db.execute(update(t.callbacks).where(t.callbacks.c.id == callback.id).values(values))


def _callback(row: Row[Any]) -> Callback:
    return Callback(**{**row._mapping, "state": CallbackState(row.state)})
