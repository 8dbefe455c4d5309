"""The charges of a customer with everything that happened to them, read in a handful of queries."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time

from sqlalchemy import Connection

from subscriptions.entities.invoices import Invoice
from subscriptions.entities.payments import Payment, PaymentSource
from subscriptions.policy.calendar import BERLIN
from subscriptions.policy.overcharges import Charged, History
from subscriptions.store import contracts, invoices, pricing, receipts, refunds
from subscriptions.store.giving import link_of


def charged(db: Connection, found: Sequence[Invoice]) -> tuple[Charged, ...]:
    """Invoices with their payments, credit notes and refunds."""
    numbers = [invoice.number for invoice in found]
    return _joined(db, found, receipts.of_invoices(db, numbers))


def history_of(db: Connection, customer: str, since: date) -> History:
    """Everything charged since a day, oldest first, with the contracts and the prices of their plans."""
    found = invoices.since(db, customer, since)[::-1]
    paid = receipts.of_invoices(db, [invoice.number for invoice in found])
    known = contracts.by_ids(db, {invoice.subscription for invoice in found})
    codes = {line.code for invoice in found for line in invoice.lines}
    plans = [plan for plan in contracts.catalogue(db) if plan.code in codes]
    return History(
        charges=_joined(db, found, (*paid, *_left_over(db, customer, since))),
        contracts={contract.id: contract for contract in known},
        plans=pricing.terms_by_code(db, plans),
    )


def _joined(
    db: Connection, found: Sequence[Invoice], payments: Sequence[Payment]
) -> tuple[Charged, ...]:
    numbers = [invoice.number for invoice in found]
    notes, given = refunds.credit_notes_of(db, numbers), refunds.of_invoices(db, numbers)
    return tuple(
        Charged(
            invoice=invoice,
            payments=tuple(p for p in payments if p.invoice == invoice.number),
            credits=tuple(c for c in notes if c.invoice == invoice.number),
            refunds=tuple(r for r in given if r.invoice == invoice.number),
        )
        for invoice in found
    )


def _left_over(db: Connection, customer: str, since: date) -> list[Payment]:
    """Money from pay links that no invoice needed any more, put to the last invoice of its link."""
    begin = datetime.combine(since, time(), BERLIN)
    left = []
    for payment in receipts.of_customer(db, customer, begin):
        if payment.invoice is None and payment.source is PaymentSource.LINK:
            link = link_of(db, payment)
            left += [replace(payment, invoice=link.invoices[-1])] if link else []
    return left
