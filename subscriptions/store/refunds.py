"""Refunds and credit notes, and what they leave of the payments of an invoice.

Invariants: the customer is locked before a refund or credit note is added, so that caps and numbers hold.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from subscriptions.entities.refunds import CreditNote, Refund, RefundReason, RefundState
from subscriptions.model.base import Money
from subscriptions.policy.calendar import business_date
from subscriptions.policy.overcharges import kept
from subscriptions.store import customers, receipts
from subscriptions.store import tables as t


def add(db: Connection, refund: Refund) -> None:
    """Store a new refund."""
    db.execute(insert(t.refunds).values(**_columns(refund), ask_on=business_date(refund.asked_at)))


def store(db: Connection, refund: Refund) -> None:
    """Store a refund that made a step."""
    where = t.refunds.c.reference == refund.reference
    db.execute(update(t.refunds).where(where).values(_columns(refund)))


def remove(db: Connection, refund: Refund) -> None:
    """Take a refund back with which nobody was reached."""
    db.execute(delete(t.refunds).where(t.refunds.c.reference == refund.reference))


def unknown(db: Connection, limit: int) -> tuple[str, ...]:
    """The references of refunds whose outcome is unknown, oldest first, at most `limit`."""
    r = t.refunds.c
    query = select(r.reference).where(r.state == RefundState.UNKNOWN.value)
    rows = db.execute(query.order_by(r.asked_at, r.reference).limit(limit))
    return tuple(row.reference for row in rows)


def find(db: Connection, reference: str, *, lock: bool = False) -> Refund | None:
    """The refund of this reference."""
    query = select(t.refunds).where(t.refunds.c.reference == reference)
    row = db.execute(query.with_for_update() if lock else query).one_or_none()
    return _refund(row) if row else None


def of_invoices(db: Connection, numbers: Collection[str]) -> tuple[Refund, ...]:
    """The refunds of some invoices, oldest first."""
    query = select(t.refunds).where(t.refunds.c.invoice.in_(numbers))
    rows = db.execute(query.order_by(t.refunds.c.asked_at, t.refunds.c.reference))
    return tuple(_refund(row) for row in rows)


def of_customer(db: Connection, customer: str, since: datetime | None = None) -> tuple[Refund, ...]:
    """The refunds of a customer, newest first."""
    query = select(t.refunds).where(t.refunds.c.customer == customer)
    if since is not None:
        query = query.where(t.refunds.c.asked_at > since)
    rows = db.execute(query.order_by(t.refunds.c.asked_at.desc(), t.refunds.c.reference))
    return tuple(_refund(row) for row in rows)


def add_credit_note(db: Connection, note: CreditNote) -> None:
    """Store a new credit note."""
    db.execute(
        insert(t.credit_notes).values(
            number=note.number,
            customer=note.customer,
            invoice=note.invoice,
            amount_minor=note.amount.minor,
            tax_minor=note.tax_minor,
            currency=note.amount.currency,
            reason=note.reason.value,
            issued_on=note.issued_on,
        )
    )


def next_credit_note(db: Connection, customer: str) -> str:
    """`GS-1001-0001` is the first credit note of customer K-1001, who is locked: two notes never get one number."""
    customers.by_number(db, customer, lock=True)
    query = select(func.count()).where(t.credit_notes.c.customer == customer)
    index = int(db.execute(query).scalar_one()) + 1
    return f"GS-{customer.removeprefix('K-')}-{index:04d}"


def credit_notes_of(db: Connection, numbers: Collection[str]) -> tuple[CreditNote, ...]:
    """The credit notes about some invoices, oldest first."""
    query = select(t.credit_notes).where(t.credit_notes.c.invoice.in_(numbers))
    rows = db.execute(query.order_by(t.credit_notes.c.issued_on, t.credit_notes.c.number))
    return tuple(_credit_note(row) for row in rows)


def settled(db: Connection, numbers: Collection[str]) -> Mapping[str, int]:
    """What arrived and stays, and what was credited, in cents by invoice; what goes back is gone."""
    payments, given = receipts.of_invoices(db, numbers), of_invoices(db, numbers)
    sums = {
        number: kept(
            [payment for payment in payments if payment.invoice == number],
            [refund for refund in given if refund.invoice == number],
        )
        for number in numbers
    }
    for note in credit_notes_of(db, numbers):
        sums[note.invoice] += note.amount.minor
    return sums


def _columns(refund: Refund) -> dict[str, Any]:
    values = asdict(refund)
    amount = values.pop("amount")
    return {
        **values,
        "amount_minor": amount["minor"],
        "currency": amount["currency"],
        "reason": refund.reason.value,
        "state": refund.state.value,
    }


def _refund(row: Row[Any]) -> Refund:
    return Refund(
        reference=row.reference,
        customer=row.customer,
        invoice=row.invoice,
        payment=row.payment,
        amount=Money(row.amount_minor, row.currency),
        reason=RefundReason(row.reason),
        state=RefundState(row.state),
        asked_at=row.asked_at,
        expected_on=row.expected_on,
        provider_reference=row.provider_reference,
    )


def _credit_note(row: Row[Any]) -> CreditNote:
    return CreditNote(
        number=row.number,
        customer=row.customer,
        invoice=row.invoice,
        amount=Money(row.amount_minor, row.currency),
        tax_minor=row.tax_minor,
        reason=RefundReason(row.reason),
        issued_on=row.issued_on,
    )
