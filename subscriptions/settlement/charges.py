"""News about a charge: it came, it was declined, the bank returned it, the account holder fetched it back.

Invariants: attempt, payment, invoice and contract change together; an invoice that other money covers stays
paid; what contradicts the books becomes a case for a person and changes nothing.
"""

from collections.abc import Mapping
from dataclasses import replace

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
from subscriptions.model.settlement import Outcome
from subscriptions.policy.calendar import business_date
from subscriptions.policy.settling import BACK, outcome_for, stepped, steps_to
from subscriptions.provider import EventKind
from subscriptions.settlement.told import Settled, Told
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
_STATES: Mapping[EventKind, AttemptState] = {
    EventKind.CHARGE_SUCCEEDED: _A.SUCCEEDED,
    EventKind.CHARGE_FAILED: _A.FAILED,
    EventKind.CHARGE_RETURNED: _A.RETURNED,
    EventKind.CHARGE_REFUNDED: _A.REFUNDED,
}
_GONE = {_A.RETURNED: PaymentState.RETURNED, _A.REFUNDED: PaymentState.REFUNDED}


def charge(db: Connection, told: Told) -> Settled:
    """Take an attempt where the provider says it is."""
    owner = provider_events.owner_of(db, told.event)
    if owner is None:
        return Settled(Outcome.UNKNOWN)
    customer, number, reference = owner
    invoice = invoices.find(db, customer, number, lock=True)
    tried = invoices.attempts_of(db, number)
    attempt = next(each for each in tried if each.reference == reference)
    if invoice is None:
        return Settled(Outcome.UNKNOWN)
    state = _STATES[told.event.kind]
    outcome = outcome_for(attempt, state)
    facts: dict[str, str | int | bool | None] = {"attempt": reference, "state": state.value}
    if outcome is Outcome.CONFLICT:
        facts["case"] = _for_a_person(db, told, customer, attempt)
    if outcome is Outcome.STALE and state is _A.SUCCEEDED:
        provider_events.received_earlier(db, attempt, told.event.occurred_at)
        if invoice.status is _I.PAID:
            provider_events.store_invoice(db, _booked(db, invoice))
    for step in steps_to(attempt, state) if outcome is Outcome.APPLIED else ():
        attempt = stepped(attempt, step, told.event.raw_code, told.event.occurred_at)
        invoice = _make(db, told, invoice, attempt)
    return Settled(outcome, customer, facts)


def _make(db: Connection, told: Told, invoice: Invoice, attempt: Attempt) -> Invoice:
    """Store an attempt after one step, and all that follows from it."""
    known = attempt.provider_reference or told.event.provider_reference
    provider_events.store_attempt(db, replace(attempt, provider_reference=known))
    if attempt.state is _A.SUCCEEDED:
        receipts.add(db, receipts.payment_of(invoice, attempt))
        provider_events.debited(db, attempt.method, business_date(attempt.at))
    else:
        _money_left(db, told, attempt)
        if corrections.lower_refunds(db, invoice) > 0:  # given back, and now fetched back as well
            _for_a_person(db, told, invoice.customer, attempt)
    booked = _booked(db, invoice)
    provider_events.store_invoice(db, booked)
    if booked.lifecycle is not invoice.lifecycle:
        invoices.store_lifecycle(db, booked)
        stopping.call_off_debits(db, invoice.customer, {invoice.number})
    if attempt.state is _A.SUCCEEDED:
        collection.after_payment(db, invoice.customer, told.actor, told.at)
    arrears.follow(db, booked, told.actor, told.at)
    return booked


def _booked(db: Connection, invoice: Invoice) -> Invoice:
    """An invoice as the money says that stayed: paid since it was covered, else failed; void if credited in full."""
    if invoice.lifecycle is not InvoiceLifecycle.FINAL:
        return invoice
    paid_at = provider_events.covered_at(db, invoice)
    status = _I.PAID if paid_at is not None else _I.FAILED
    changed = invoice if invoice.status is status else invoice_to(invoice, status)
    booked = replace(changed, paid_at=paid_at)
    needless = corrections.needless(db, invoice) if paid_at is None else None
    return booked if needless is None else void(booked, needless.value)


def _money_left(db: Connection, told: Told, attempt: Attempt) -> None:
    """The payment goes with its attempt; a bank that knows no mandate ends it."""
    payment = provider_events.payment_by(db, attempt)
    if payment is not None and attempt.state in BACK:
        receipts.store(db, payment_to(payment, _GONE[attempt.state]))
    if attempt.failure_class is not FailureClass.NEW_MANDATE:
        return
    mandate = customers.mandate_of(db, attempt.method)
    if mandate is not None and MandateState.INVALID in MANDATE_STEPS[mandate.state]:
        ended = mandate_to(mandate, MandateState.INVALID, business_date(told.event.occurred_at))
        methods.store_mandate(db, ended)


def nobodys_money(db: Connection, told: Told) -> Settled:
    """Money came for, or went from, something that is not in the books: a person finds out whose it is."""
    concern = cases.Concern(
        "wrong_or_double_charge",
        "BIL",
        facts={"told": told.event.kind.value, "reference": told.event.provider_reference},
    )
    opened = cases.open_case(db, None, concern, at=told.at, limits=told.limits)
    return Settled(Outcome.CONFLICT, None, {"case": opened.number})


def _for_a_person(db: Connection, told: Told, customer: str, attempt: Attempt) -> str:
    facts = {
        "attempt": attempt.reference,
        "state": attempt.state.value,
        "told": told.event.kind.value,
        "raw_code": told.event.raw_code,
    }
    concern = cases.Concern("wrong_or_double_charge", "BIL", facts=facts)
    return cases.open_case(db, customer, concern, at=told.at, limits=told.limits).number
