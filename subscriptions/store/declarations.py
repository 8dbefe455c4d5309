"""Cancellations and withdrawals as they were received.

Invariants: the moment of receipt and the text are written once; only what became of it changes.
"""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from subscriptions.entities.declarations import Declaration, DeclarationKind, Withdrawal
from subscriptions.store import tables as t

_c = t.cancellations.c
_w = t.withdrawals.c


def add(db: Connection, declaration: Declaration) -> None:
    """Store a declaration to cancel."""
    db.execute(insert(t.cancellations).values(_values(declaration)))


def store(db: Connection, declaration: Declaration) -> None:
    """Store what became of a declaration: its contract and its end, or that it was taken back."""
    db.execute(
        update(t.cancellations)
        .where(_c.reference == declaration.reference)
        .values(_values(declaration))
    )


def find(db: Connection, customer: str, reference: str) -> Declaration | None:
    """The declaration of this customer with this reference; never one of somebody else."""
    return _first(db, _c.customer == customer, _c.reference == reference)


def standing(db: Connection, subscription: str, kind: DeclarationKind) -> Declaration | None:
    """The latest declaration of a kind about a contract that was not taken back."""
    return _first(
        db, _c.subscription == subscription, _c.kind == kind.value, _c.taken_back_at.is_(None)
    )


def unassigned(db: Connection, customer: str, kind: DeclarationKind) -> Declaration | None:
    """The latest declaration of a customer that still waits for its contract."""
    return _first(
        db,
        _c.customer == customer,
        _c.subscription.is_(None),
        _c.kind == kind.value,
        _c.taken_back_at.is_(None),
    )


def of_customer(db: Connection, customer: str) -> tuple[Declaration, ...]:
    """All declarations of a customer, newest first."""
    query = select(t.cancellations).where(_c.customer == customer)
    rows = db.execute(query.order_by(_c.received_at.desc(), _c.reference))
    return tuple(_declaration(row) for row in rows)


def add_withdrawal(db: Connection, withdrawal: Withdrawal) -> None:
    """Store a withdrawal."""
    db.execute(insert(t.withdrawals).values(asdict(withdrawal)))


def withdrawals_of(db: Connection, customer: str) -> tuple[Withdrawal, ...]:
    """All withdrawals of a customer, newest first."""
    query = select(t.withdrawals).where(_w.customer == customer)
    rows = db.execute(query.order_by(_w.received_at.desc(), _w.reference))
    return tuple(Withdrawal(**row._mapping) for row in rows)


def _first(db: Connection, *conditions: Any) -> Declaration | None:
    newest = (_c.received_at.desc(), _c.ends_on, _c.reference)
    query = select(t.cancellations).where(*conditions).order_by(*newest)
    row = db.execute(query.limit(1)).one_or_none()
    return _declaration(row) if row else None


def _values(declaration: Declaration) -> dict[str, Any]:
    return {**asdict(declaration), "kind": declaration.kind.value}


def _declaration(row: Row[Any]) -> Declaration:
    values = dict(row._mapping)
    return Declaration(**{**values, "kind": DeclarationKind(values["kind"])})
