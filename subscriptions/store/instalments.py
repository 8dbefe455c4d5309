"""Instalments: the parts of what somebody pays bit by bit."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from subscriptions.entities.instalments import Instalment, InstalmentState
from subscriptions.model.base import Money
from subscriptions.store import tables as t

_c = t.instalments.c


def add(db: Connection, parts: Sequence[Instalment]) -> None:
    """Store the parts of a new plan."""
    for part in parts:
        db.execute(
            insert(t.instalments).values(
                plan=part.plan,
                number=part.number,
                customer=part.customer,
                amount_minor=part.amount.minor,
                currency=part.amount.currency,
                due_on=part.due_on,
                state=part.state.value,
                invoices=list(part.invoices),
                agreed_at=part.agreed_at,
            )
        )


def store(db: Connection, part: Instalment) -> None:
    """Store a part that made a step."""
    db.execute(
        update(t.instalments)
        .where(_c.plan == part.plan, _c.number == part.number)
        .values(state=part.state.value)
    )


def latest(db: Connection, customer: str) -> tuple[Instalment, ...]:
    """The parts of the newest plan of a customer, first to last; empty without one."""
    query = select(t.instalments).where(_c.customer == customer)
    rows = db.execute(query.order_by(_c.agreed_at.desc(), _c.plan, _c.number))
    parts = tuple(_part(row) for row in rows)
    return tuple(part for part in parts if part.plan == parts[0].plan)


def _part(row: Row[Any]) -> Instalment:
    return Instalment(
        plan=row.plan,
        number=row.number,
        customer=row.customer,
        amount=Money(row.amount_minor, row.currency),
        due_on=row.due_on,
        state=InstalmentState(row.state),
        invoices=tuple(row.invoices),
        agreed_at=row.agreed_at,
    )
