"""Promises to pay."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from subscriptions.entities.promises import Promise, PromiseState
from subscriptions.model.base import Money
from subscriptions.store import tables as t

_c = t.promises.c


def add(db: Connection, promise: Promise) -> None:
    """Store a new promise."""
    db.execute(
        insert(t.promises).values(
            id=promise.id,
            customer=promise.customer,
            amount_minor=promise.amount.minor,
            currency=promise.amount.currency,
            invoices=list(promise.invoices),
            due_on=promise.due_on,
            state=promise.state.value,
            made_at=promise.made_at,
        )
    )


def store(db: Connection, promise: Promise) -> None:
    """Store a promise that made a step."""
    db.execute(update(t.promises).where(_c.id == promise.id).values(state=promise.state.value))


def of_customer(db: Connection, customer: str) -> tuple[Promise, ...]:
    """The promises of a customer, oldest first."""
    query = select(t.promises).where(_c.customer == customer).order_by(_c.made_at, _c.id)
    return tuple(_promise(row) for row in db.execute(query))


def confirmed(db: Connection, due_before: date, limit: int) -> tuple[Promise, ...]:
    """Open promises whose day is before this one, oldest first: some of them are kept or broken now."""
    query = (
        select(t.promises)
        .where(_c.state == PromiseState.CONFIRMED.value, _c.due_on < due_before)
        .order_by(_c.due_on, _c.id)
        .limit(limit)
    )
    return tuple(_promise(row) for row in db.execute(query))


def _promise(row: Row[Any]) -> Promise:
    return Promise(
        id=row.id,
        customer=row.customer,
        amount=Money(row.amount_minor, row.currency),
        invoices=tuple(row.invoices),
        due_on=row.due_on,
        state=PromiseState(row.state),
        made_at=row.made_at,
    )
