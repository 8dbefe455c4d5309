"""News about a charge: it came, it was declined, the bank returned it, the account holder fetched it back.

Invariants: news about an attempt whose outcome was unknown are its answer; what contradicts the books becomes a case
for a person and changes nothing.
"""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from subscriptions.asking import CHARGES, booked, for_a_person, step
from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.invoices import Invoice, InvoiceLifecycle, InvoiceStatus
from subscriptions.model.settlement import Outcome
from subscriptions.plans.ordering import ORDERS
from subscriptions.policy.settling import outcome_for, stepped, steps_to
from subscriptions.provider import ChargeAnswer, EventKind
from subscriptions.settlement.told import Settled, Told
from subscriptions.store import cases, invoices, payment_requests, provider_events

_A, _I = AttemptState, InvoiceStatus
_STATES: Mapping[EventKind, AttemptState] = {
    EventKind.CHARGE_SUCCEEDED: _A.SUCCEEDED,
    EventKind.CHARGE_FAILED: _A.FAILED,
    EventKind.CHARGE_RETURNED: _A.RETURNED,
    EventKind.CHARGE_REFUNDED: _A.REFUNDED,
}
_BACK = frozenset({EventKind.CHARGE_RETURNED, EventKind.CHARGE_REFUNDED})


def charge(db: Connection, told: Told) -> Settled:
    """Take an attempt where the provider says it is."""
    owner = provider_events.owner_of(db, told.event)
    if owner is None:
        return _about_no_attempt(db, told)
    customer, number, reference = owner
    invoice = invoices.find(db, customer, number, lock=True)
    tried = invoices.attempts_of(db, number)
    attempt = next(each for each in tried if each.reference == reference)
    if invoice is None:
        return Settled(Outcome.UNKNOWN)
    state = _STATES[told.event.kind]
    if outcome_for(attempt, state) is not Outcome.APPLIED:
        return _unapplied(db, told, (invoice, attempt), state)
    if attempt.state is _A.UNKNOWN:
        return _heard(db, told, (invoice, attempt), state)
    known = attempt.provider_reference or told.event.provider_reference
    attempt = replace(attempt, provider_reference=known)
    for new in steps_to(attempt, state):
        attempt = stepped(attempt, new, told.event.raw_code, told.event.occurred_at)
        invoice = step(db, told.by, invoice, attempt)
    return Settled(Outcome.APPLIED, customer, {"attempt": reference, "state": state.value})


def _unapplied(
    db: Connection, told: Told, tried: tuple[Invoice, Attempt], state: AttemptState
) -> Settled:
    """News that change no state: what contradicts the books, or was known and may tell an earlier moment."""
    invoice, attempt = tried
    outcome = outcome_for(attempt, state)
    facts = {"attempt": attempt.reference, "state": state.value}
    if outcome is Outcome.CONFLICT:
        about = {"told": told.event.kind.value, "raw_code": told.event.raw_code}
        facts["case"] = for_a_person(db, told.by, invoice.customer, attempt, **about)
    if outcome is Outcome.STALE and state is _A.SUCCEEDED:
        provider_events.received_earlier(db, attempt, told.event.occurred_at)
        if invoice.status is _I.PAID:
            provider_events.store_invoice(db, booked(db, invoice))
    return Settled(outcome, invoice.customer, facts)


def _heard(
    db: Connection, told: Told, tried: tuple[Invoice, Attempt], state: AttemptState
) -> Settled:
    """The answer that was lost, or that overtook the one who asked."""
    invoice, attempt = tried
    event = told.event
    answer = ChargeAnswer(state, event.raw_code, event.provider_reference, event.occurred_at)
    errand = ORDERS if invoice.lifecycle is InvoiceLifecycle.DRAFT else CHARGES
    settled = errand.settle(db, attempt.reference, answer, told.by)
    if settled is None:
        return Settled(Outcome.STALE, invoice.customer)
    return Settled(Outcome.APPLIED, settled.customer, settled.facts, settled.notices)


def _about_no_attempt(db: Connection, told: Told) -> Settled:
    """What is paid by a link makes no attempt, so money that goes back from one is a person's at once.

    News that may be about an attempt whose answer was lost are unknown, and tried again.
    """
    if told.event.kind not in _BACK or any(errand.unknown(db, 1) for errand in (CHARGES, ORDERS)):
        return Settled(Outcome.UNKNOWN)
    return nobodys_money(db, told)


def nobodys_money(db: Connection, told: Told) -> Settled:
    """Money came for, or went from, something that is not in the books: a person finds out whose it is.

    Whose pay link it was is known when the event names the link.
    """
    event = told.event
    known = payment_requests.find(db, event.reference) if event.reference else None
    if known is None and event.provider_reference is not None:
        known = payment_requests.by_provider_reference(db, event.provider_reference)
    link = {"request": known.id, "raw_code": event.raw_code} if known else {}
    facts = {"told": event.kind.value, "reference": event.provider_reference, **link}
    concern = cases.Concern("wrong_or_double_charge", "BIL", facts=facts)
    customer = known.customer if known else None
    opened = cases.open_case(db, customer, concern, at=told.at, limits=told.limits)
    return Settled(Outcome.CONFLICT, customer, {"case": opened.number})
