"""Events of payment providers, and the attempts and payments that they move.

Invariants: an event is stored once for its provider; the invoice is locked before its attempt changes.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from subscriptions.entities.attempts import Attempt
from subscriptions.entities.invoices import Invoice
from subscriptions.entities.payments import Payment, PaymentState
from subscriptions.model.settlement import Outcome
from subscriptions.provider import EventKind, ProviderEvent
from subscriptions.store import receipts, refunds
from subscriptions.store import tables as t
from subscriptions.store.write import insert_if_absent


def note(db: Connection, provider: str, event: ProviderEvent, at: datetime) -> bool:
    """Store an event as unknown until it is applied; False when it was told before."""
    return insert_if_absent(
        db,
        t.provider_events,
        {
            "provider": provider,
            "event": event.id,
            "kind": event.kind.value,
            "reference": event.reference,
            "provider_reference": event.provider_reference,
            "raw_code": event.raw_code,
            "occurred_at": event.occurred_at,
            "received_at": at,
            "outcome": Outcome.UNKNOWN.value,
        },
    )


def unknown_again(db: Connection, provider: str, event_id: str) -> bool:
    """Lock a stored event and say whether it is still unknown."""
    e = t.provider_events.c
    query = select(e.outcome).where(e.provider == provider, e.event == event_id)
    return db.execute(query.with_for_update()).scalar_one_or_none() == Outcome.UNKNOWN.value


def decided(db: Connection, provider: str, event_id: str, outcome: Outcome) -> None:
    """Keep what became of an event."""
    e = t.provider_events
    where = (e.c.provider == provider) & (e.c.event == event_id)
    db.execute(update(e).where(where).values(outcome=outcome.value))


def unknown(
    db: Connection, provider: str, since: datetime, limit: int
) -> tuple[tuple[ProviderEvent, datetime], ...]:
    """Events that could not be applied when they came, oldest first, each with when it came."""
    e = t.provider_events
    query = select(e).where(
        e.c.provider == provider,
        e.c.outcome == Outcome.UNKNOWN.value,
        e.c.received_at >= since,
    )
    rows = db.execute(query.order_by(e.c.occurred_at, e.c.event).limit(limit))
    return tuple((_event(row), row.received_at) for row in rows)


def _event(row: Row[Any]) -> ProviderEvent:
    return ProviderEvent(
        id=row.event,
        kind=EventKind(row.kind),
        occurred_at=row.occurred_at,
        reference=row.reference,
        provider_reference=row.provider_reference,
        raw_code=row.raw_code,
    )


def owner_of(db: Connection, event: ProviderEvent) -> tuple[str, str, str] | None:
    """Customer, invoice and attempt that an event about a charge means; None when unknown here."""
    a = t.attempts.c
    query = select(t.invoices.c.customer, a.invoice, a.reference).join(
        t.invoices, t.invoices.c.number == a.invoice
    )
    if event.reference is not None:
        query = query.where(a.reference == event.reference)
    elif event.provider_reference is not None:
        query = query.where(a.provider_reference == event.provider_reference)
    else:
        return None
    row = db.execute(query.limit(1)).one_or_none()
    return (row.customer, row.invoice, row.reference) if row else None


def store_attempt(db: Connection, attempt: Attempt) -> None:
    """Store an attempt that made a step."""
    db.execute(
        update(t.attempts)
        .where(t.attempts.c.reference == attempt.reference)
        .values(
            state=attempt.state.value,
            raw_code=attempt.raw_code,
            failure_class=attempt.failure_class.value if attempt.failure_class else None,
            provider_reference=attempt.provider_reference,
            settled_at=attempt.settled_at,
        )
    )


def store_invoice(db: Connection, invoice: Invoice) -> None:
    """Store the payment status of a locked invoice and when it was paid."""
    db.execute(
        update(t.invoices)
        .where(t.invoices.c.number == invoice.number)
        .values(status=invoice.status.value, paid_at=invoice.paid_at)
    )


def payment_by(db: Connection, attempt: Attempt) -> Payment | None:
    """The payment that an attempt brought."""
    found = receipts.of_invoice(db, attempt.invoice)
    return next((p for p in found if p.attempt == attempt.reference), None)


def received_earlier(db: Connection, attempt: Attempt, at: datetime) -> None:
    """The money of an attempt came earlier than was known."""
    db.execute(
        update(t.attempts)
        .where(t.attempts.c.reference == attempt.reference, t.attempts.c.settled_at > at)
        .values(settled_at=at)
    )
    db.execute(
        update(t.payments)
        .where(t.payments.c.attempt == attempt.reference, t.payments.c.received_at > at)
        .values(received_at=at)
    )


def covered_at(db: Connection, invoice: Invoice) -> datetime | None:
    """When the money that stayed, with what was credited, reached the total of an invoice; None if it did not.

    Money that came for an invoice which is credited in full covers it too; without any, it is not paid but void.
    """
    credited = sum(note.amount.minor for note in refunds.credit_notes_of(db, [invoice.number]))
    missing = invoice.total.minor - credited
    for payment in receipts.of_invoice(db, invoice.number):
        if payment.state is PaymentState.RECEIVED:
            missing -= payment.amount.minor
            if missing <= 0:
                return payment.received_at
    return None


def debited(db: Connection, method: str, day: date) -> None:
    """Note the newest use of the mandates of a way to pay."""
    db.execute(
        update(t.mandates)
        .where(t.mandates.c.method == method)
        .where(t.mandates.c.last_used_on.is_(None) | (t.mandates.c.last_used_on < day))
        .values(last_used_on=day)
    )
