"""One step of an attempt, with everything that follows from it.

Invariants: attempt, payment, invoice and contract change together; an invoice that other money covers stays paid; one
whose only debit never reached a bank is open as before.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.invoices import (
    Invoice,
    InvoiceLifecycle,
    InvoiceStatus,
    invoice_to,
    void,
)
from subscriptions.entities.methods import MANDATE_STEPS, MandateState, mandate_to
from subscriptions.entities.payments import PaymentState, payment_to
from subscriptions.model.payments import FailureClass
from subscriptions.policy.calendar import business_date
from subscriptions.policy.failures import is_declined
from subscriptions.policy.limits import Limits
from subscriptions.policy.settling import BACK
from subscriptions.store import (
    arrears,
    cases,
    collection,
    corrections,
    customers,
    invoices,
    methods,
    provider_events,
    receipts,
    stopping,
)

_A, _I = AttemptState, InvoiceStatus
_GONE = {_A.RETURNED: PaymentState.RETURNED, _A.REFUNDED: PaymentState.REFUNDED}


@dataclass(frozen=True, slots=True)
class By:
    """Who brings an answer, when it is written down, and when what it says happened."""

    actor: str
    at: datetime
    limits: Limits
    happened: datetime


def step(db: Connection, by: By, invoice: Invoice, attempt: Attempt) -> Invoice:
    """Store an attempt of a locked invoice after one step, and all that follows from it."""
    provider_events.store_attempt(db, attempt)
    if attempt.state is _A.SUBMITTED:  # on its way: the invoice waits for it as it did before
        collection.after_payment(db, invoice.customer, by.actor, by.at)
        return invoice
    if attempt.state is _A.SUCCEEDED:
        receipts.add(db, receipts.payment_of(invoice, attempt))
        provider_events.debited(db, attempt.method, business_date(attempt.at))
    else:
        _money_left(db, by, attempt)
        if corrections.lower_refunds(db, invoice) > 0:  # given back, and now fetched back as well
            for_a_person(db, by, invoice.customer, attempt)
    after = booked(db, invoice)
    provider_events.store_invoice(db, after)
    if after.lifecycle is not invoice.lifecycle:
        invoices.store_lifecycle(db, after)
        stopping.call_off_debits(db, invoice.customer, {invoice.number})
    if attempt.state is _A.SUCCEEDED:
        collection.after_payment(db, invoice.customer, by.actor, by.at)
    arrears.follow(db, after, by.actor, by.at)
    return after


def booked(db: Connection, invoice: Invoice) -> Invoice:
    """An invoice as the money says that stayed: paid since it was covered, else failed; void if credited in full."""
    if invoice.lifecycle is not InvoiceLifecycle.FINAL:
        return invoice
    paid_at = provider_events.covered_at(db, invoice)
    status = _I.PAID if paid_at is not None else unpaid_status(db, invoice)
    changed = invoice if invoice.status is status else invoice_to(invoice, status)
    after = replace(changed, paid_at=paid_at)
    needless = corrections.needless(db, invoice) if paid_at is None else None
    return after if needless is None else void(after, needless.value)


def unpaid_status(db: Connection, invoice: Invoice) -> InvoiceStatus:
    """Failed when any debit of it failed, else still open."""
    tried = invoices.attempts_of(db, invoice.number)
    return _I.FAILED if any(map(is_declined, tried)) else _I.OPEN


def for_a_person(
    db: Connection,
    by: By,
    customer: str,
    attempt: Attempt,
    **told: str | None,
) -> str:
    """A case about money that does not fit the books, with what was told of it; returns its number."""
    known = {"attempt": attempt.reference, "state": attempt.state.value}
    facts = {**known, "raw_code": attempt.raw_code, **told}
    concern = cases.Concern("wrong_or_double_charge", "BIL", facts=facts)
    return cases.open_case(db, customer, concern, at=by.at, limits=by.limits).number


def _money_left(db: Connection, by: By, attempt: Attempt) -> None:
    """The payment goes with its attempt; a bank that knows no mandate ends it."""
    payment = provider_events.payment_by(db, attempt)
    if payment is not None and attempt.state in BACK:
        receipts.store(db, payment_to(payment, _GONE[attempt.state]))
    if attempt.failure_class is not FailureClass.NEW_MANDATE:
        return
    mandate = customers.mandate_of(db, attempt.method)
    if mandate is not None and MandateState.INVALID in MANDATE_STEPS[mandate.state]:
        ended = mandate_to(mandate, MandateState.INVALID, business_date(by.happened))
        methods.store_mandate(db, ended)
