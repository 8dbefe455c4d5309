"""Attempts that are planned for a day: written, moved, found when their day has come.

Invariants: one planned attempt at a time for an invoice; it keeps its number and reference when it is made,
so that nothing is collected twice.
"""

from datetime import date

from sqlalchemy import ColumnElement, Connection, delete, select, update

from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.invoices import InvoiceLifecycle, InvoiceStatus
from subscriptions.store import invoices
from subscriptions.store import tables as t

_UNKNOWN = t.attempts.c.state == AttemptState.UNKNOWN.value
_SCHEDULED = t.attempts.c.state == AttemptState.SCHEDULED.value


def scheduled(db: Connection, invoice: str) -> Attempt | None:
    """The planned attempt of an invoice."""
    found = [a for a in invoices.attempts_of(db, invoice) if a.state is AttemptState.SCHEDULED]
    return found[-1] if found else None


def plan(db: Connection, attempt: Attempt) -> None:
    """Store a planned attempt of a locked invoice, or move the one that is there to another day."""
    if scheduled(db, attempt.invoice) is None:
        invoices.add_attempt(db, attempt)
    else:
        keep(db, attempt)


def find(db: Connection, reference: str) -> Attempt | None:
    """The attempt of this reference."""
    row = db.execute(select(t.attempts).where(t.attempts.c.reference == reference)).one_or_none()
    return invoices.attempt_of(row) if row else None


def unknown_of(
    db: Connection, customer: str, *, lifecycle: InvoiceLifecycle | None = None
) -> tuple[Attempt, ...]:
    """Attempts for the invoices of a customer whose outcome is unknown, oldest first."""
    wanted = t.invoices.c.customer == customer
    return _unknown(db, wanted if lifecycle is None else wanted & _in(lifecycle), None)


def unknown(db: Connection, lifecycle: InvoiceLifecycle, limit: int) -> tuple[Attempt, ...]:
    """Attempts whose outcome is unknown, oldest first, at most `limit`."""
    return _unknown(db, _in(lifecycle), limit)


def _in(lifecycle: InvoiceLifecycle) -> ColumnElement[bool]:
    draft = t.invoices.c.lifecycle == InvoiceLifecycle.DRAFT.value
    return draft if lifecycle is InvoiceLifecycle.DRAFT else ~draft


def _unknown(db: Connection, wanted: ColumnElement[bool], limit: int | None) -> tuple[Attempt, ...]:
    query = (
        select(t.attempts)
        .join(t.invoices, t.invoices.c.number == t.attempts.c.invoice)
        .where(_UNKNOWN, wanted)
        .order_by(t.attempts.c.at, t.attempts.c.reference)
        .limit(limit)
    )
    return tuple(invoices.attempt_of(row) for row in db.execute(query))


def remove(db: Connection, attempt: Attempt) -> None:
    """Take an attempt back with which nobody was reached."""
    db.execute(delete(t.attempts).where(t.attempts.c.reference == attempt.reference))


def put_back(db: Connection, attempt: Attempt) -> None:
    """Give an attempt that was planned, and with which nobody was reached, its planned values again."""
    where = t.attempts.c.reference == attempt.reference
    db.execute(update(t.attempts).where(where).values(invoices.attempt_columns(attempt)))


def keep(db: Connection, attempt: Attempt) -> bool:
    """Store what became of a planned attempt; says whether there was one of this reference."""
    changed = db.execute(
        update(t.attempts)
        .where(t.attempts.c.reference == attempt.reference, _SCHEDULED)
        .values(invoices.attempt_columns(attempt))
    )
    return changed.rowcount == 1


def needless(db: Connection, customer: str) -> tuple[str, ...]:
    """Numbers of invoices that have a planned attempt but are no longer unpaid."""
    query = (
        select(t.attempts.c.invoice)
        .join(t.invoices, t.invoices.c.number == t.attempts.c.invoice)
        .where(
            t.invoices.c.customer == customer,
            _SCHEDULED,
            t.invoices.c.status.in_((InvoiceStatus.PAID.value, InvoiceStatus.PROCESSING.value)),
        )
    )
    return tuple(row.invoice for row in db.execute(query))


def attempts_due(db: Connection, today: date, limit: int) -> tuple[Attempt, ...]:
    """Planned attempts whose day has come, oldest first, at most `limit`."""
    query = (
        select(t.attempts)
        .where(_SCHEDULED, t.attempts.c.due_on <= today)
        .order_by(t.attempts.c.due_on, t.attempts.c.reference)
        .limit(limit)
    )
    return tuple(invoices.attempt_of(row) for row in db.execute(query))


def customer_of(db: Connection, attempt: Attempt) -> str:
    """Whose invoice an attempt collects."""
    query = select(t.invoices.c.customer).where(t.invoices.c.number == attempt.invoice)
    return str(db.execute(query).scalar_one())
