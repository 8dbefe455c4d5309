"""Money that arrived.

Invariants: a payment belongs to one customer and, if a debit brought it, to one attempt.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from subscriptions.entities.attempts import Attempt
from subscriptions.entities.invoices import Invoice, InvoiceStatus
from subscriptions.entities.payments import Payment, PaymentSource, PaymentState
from subscriptions.model.base import Money
from subscriptions.store import tables as t


def payment_of(invoice: Invoice, attempt: Attempt, at: datetime | None = None) -> Payment:
    """The payment that a successful attempt brought."""
    return Payment(
        reference=f"Z-{attempt.reference}",
        customer=invoice.customer,
        invoice=invoice.number,
        amount=attempt.amount,
        source=PaymentSource.DEBIT,
        received_at=at or attempt.settled_at or attempt.at,
        attempt=attempt.reference,
    )


def add(db: Connection, payment: Payment) -> None:
    """Store a new payment."""
    db.execute(
        insert(t.payments).values(
            reference=payment.reference,
            customer=payment.customer,
            invoice=payment.invoice,
            amount_minor=payment.amount.minor,
            currency=payment.amount.currency,
            source=payment.source.value,
            state=payment.state.value,
            attempt=payment.attempt,
            received_at=payment.received_at,
        )
    )


def find(db: Connection, reference: str) -> Payment | None:
    """The payment of this reference."""
    row = db.execute(select(t.payments).where(t.payments.c.reference == reference)).one_or_none()
    return _payment(row) if row else None


def of_invoice(db: Connection, invoice: str) -> tuple[Payment, ...]:
    """What was paid on an invoice, oldest first."""
    query = select(t.payments).where(t.payments.c.invoice == invoice)
    rows = db.execute(query.order_by(t.payments.c.received_at, t.payments.c.reference))
    return tuple(_payment(row) for row in rows)


def of_invoices(db: Connection, numbers: Collection[str]) -> tuple[Payment, ...]:
    """What was paid on some invoices, oldest first."""
    query = select(t.payments).where(t.payments.c.invoice.in_(numbers))
    rows = db.execute(query.order_by(t.payments.c.received_at, t.payments.c.reference))
    return tuple(_payment(row) for row in rows)


def of_customer(db: Connection, customer: str, since: datetime) -> tuple[Payment, ...]:
    """What a customer paid since then, oldest first."""
    query = select(t.payments).where(
        t.payments.c.customer == customer, t.payments.c.received_at >= since
    )
    rows = db.execute(query.order_by(t.payments.c.received_at, t.payments.c.reference))
    return tuple(_payment(row) for row in rows)


def store(db: Connection, payment: Payment) -> None:
    """Store a payment that made a step."""
    db.execute(
        update(t.payments)
        .where(t.payments.c.reference == payment.reference)
        .values(state=payment.state.value)
    )


def paid(db: Connection, invoice: Invoice, at: datetime) -> None:
    """Mark a locked invoice as paid by a link or a transfer."""
    db.execute(
        update(t.invoices)
        .where(t.invoices.c.number == invoice.number)
        .values(status=InvoiceStatus.PAID.value, paid_at=at)
    )


def _payment(row: Row[Any]) -> Payment:
    return Payment(
        reference=row.reference,
        customer=row.customer,
        invoice=row.invoice,
        amount=Money(row.amount_minor, row.currency),
        source=PaymentSource(row.source),
        received_at=row.received_at,
        state=PaymentState(row.state),
        attempt=row.attempt,
    )
