"""Somebody says they have paid: what is there already, before anybody doubts them.

Invariants: money that arrived or is under way is found before collection rests; a payment is taken for the
one that is meant only when day and amount speak for it, never for an older one of the same size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from subscriptions.entities.invoices import Invoice
from subscriptions.entities.payments import Payment, PaymentState
from subscriptions.model.base import Money
from subscriptions.model.payments import Found, Paid
from subscriptions.policy.calendar import business_date

# A transfer arrives some days after it was sent; people also misremember by a day or two.
EARLIER, LATER = timedelta(days=3), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Books:
    """What the books hold: unpaid and processing invoices, and payments of the last months, oldest first."""

    unpaid: Sequence[Invoice]
    processing: Sequence[Invoice]
    payments: Sequence[Payment]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, with the money if it has arrived and the invoice it belongs to."""

    found: Found
    payment: Payment | None = None
    invoice: Invoice | None = None

    @property
    def settles(self) -> bool:
        """Whether nothing needs to rest and nobody needs to look."""
        return self.found in {Found.PAID, Found.PROCESSING}


def look(books: Books, said: Paid) -> Answer:
    """Find the payment that somebody says they made."""
    received = [p for p in books.payments if p.state is PaymentState.RECEIVED]
    meant = [p for p in received if _is_meant(p, said)]
    if not books.unpaid:
        if books.processing:
            return Answer(Found.PROCESSING, invoice=books.processing[-1])
        known = meant or received
        return Answer(Found.PAID, payment=known[-1] if known else None)
    unassigned = [p for p in received if p.invoice is None and _may_be(p, said)]
    if unassigned:
        return Answer(Found.UNASSIGNED, payment=unassigned[-1])
    if meant:
        return Answer(Found.PAID, payment=meant[-1])
    under_way = [i for i in books.processing if said.amount in {None, i.total}]
    if said.amount is not None and under_way:
        return Answer(Found.PROCESSING, invoice=under_way[-1])
    return Answer(Found.NOT_FOUND)


def _may_be(payment: Payment, said: Paid) -> bool:
    """Whether nothing that was said speaks against this payment."""
    return said.amount in {None, payment.amount} and (said.on is None or _near(payment, said))


def _is_meant(payment: Payment, said: Paid) -> bool:
    """Whether the day speaks for this payment and the amount not against it."""
    return said.on is not None and _may_be(payment, said)


def _near(payment: Payment, said: Paid) -> bool:
    arrived = business_date(payment.received_at)
    return said.on is not None and said.on - EARLIER <= arrived <= said.on + LATER


def money_of(answer: Answer) -> Money | None:
    """The amount of what was found."""
    if answer.payment is not None:
        return answer.payment.amount
    return answer.invoice.total if answer.invoice else None
