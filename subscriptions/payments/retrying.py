"""Trying a failed payment again, now or on a day the customer picks.

Invariants: only what policy allows is retried; the attempt number makes the provider's reference, so that no
crash and no double press collects twice; nothing is tried while the outcome of another try is unknown; a provider
that was not reached leaves nothing behind; one try at a time is planned for an invoice, and a direct debit is
announced with its amount and day before it is made.
"""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Connection

from subscriptions.asking import (
    CHARGES,
    SCHEDULE,
    Asking,
    Handed,
    Settled,
    after_looking_up,
    announcement,
    ask_once,
    begin_attempt,
    refuse_unknown,
)
from subscriptions.entities.attempts import Attempt, is_made
from subscriptions.entities.invoices import Invoice
from subscriptions.entities.methods import MethodKind, PaymentMethod
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.payments import RetryOutcome
from subscriptions.payments.candidates import Candidate, consider
from subscriptions.policy.access import require
from subscriptions.policy.calendar import bank_days_after, business_date
from subscriptions.policy.collecting import check_day, is_collectable, rests
from subscriptions.policy.failures import classify
from subscriptions.provider import ChargeRequest, outcome_of, scheduled
from subscriptions.store import attempts, holds, invoices
from subscriptions.store.backing import Backing
from subscriptions.store.write import Done, Order


def retry(
    backing: Backing, caller: Caller, invoice: str, *, key: str, on: date | None = None
) -> RetryOutcome:
    """Try an unpaid invoice again, once for the key; see `Payments.retry`."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    body = {"invoice": invoice} | ({"on": on.isoformat()} if on else {})
    order = Order("payments.retry", caller, number, key, body, now)
    today = business_date(now)

    def begin(db: Connection) -> Done[RetryOutcome] | Handed:
        found = _collectable(db, order, invoice)
        if on is None or on == today:
            return hand(db, order, found)
        check_day(on, today)
        return _plan(db, order, found, on)

    asking = Asking(CHARGES, begin, made)
    return after_looking_up(
        backing, number, (CHARGES,), lambda: ask_once(backing, order, RetryOutcome, asking)
    )


def hand(db: Connection, order: Order, invoice: Invoice) -> Handed:
    """Write down a try of a locked invoice that is made now: the one that is planned, else a new one."""
    candidate, method = _permitted(db, invoice, business_date(order.at))
    planned = attempts.scheduled(db, invoice.number)
    reference, number = _next(invoice, candidate, planned)
    actor = order.caller.actor
    attempt = scheduled(
        ChargeRequest(reference, method, candidate.amount),
        invoice=invoice.number,
        number=number,
        at=order.at,
        decided_by=planned.decided_by if planned and actor == SCHEDULE else actor,
    )
    due_on = planned.due_on if planned else None
    return begin_attempt(db, invoice, replace(attempt, due_on=due_on), planned)


def made(db: Connection, reference: str, _: Settled | None) -> Done[RetryOutcome]:
    """What became of a try, as it is stored."""
    attempt = attempts.find(db, reference)
    if attempt is None:
        raise SubscriptionError(Code.PAYMENT_UNKNOWN)
    facts = {"invoice": attempt.invoice, "attempt": reference, "state": attempt.state.value}
    return Done(outcome_of(attempt), attempts.customer_of(db, attempt), facts)


def _plan(db: Connection, order: Order, invoice: Invoice, wanted: date) -> Done[RetryOutcome]:
    """Plan a try for a day, or move the one that is planned."""
    candidate, method = _permitted(db, invoice, wanted)
    on = _bank_day(wanted) if method.kind is MethodKind.SEPA else wanted
    reference, number = _next(invoice, candidate, attempts.scheduled(db, invoice.number))
    attempt = scheduled(
        ChargeRequest(reference, method, candidate.amount),
        invoice=invoice.number,
        number=number,
        at=order.at,
        decided_by=order.caller.actor,
    )
    attempt = replace(attempt, due_on=on)
    attempts.plan(db, attempt)
    return Done(
        replace(outcome_of(attempt), final=False, succeeded=False, scheduled_on=on),
        invoice.customer,
        {"invoice": invoice.number, "attempt": reference, "due_on": on.isoformat()},
        (announcement(attempt, on),),
    )


def _collectable(db: Connection, order: Order, number: str) -> Invoice:
    """The locked invoice, if it may be collected at all."""
    invoice = invoices.find(db, order.owner or "", number, lock=True)
    if invoice is None:
        raise SubscriptionError(Code.NOT_FOUND, invoice=number)
    refuse_unknown(db, invoice.customer, {number})
    if not is_collectable(invoice):
        raise SubscriptionError(Code.NOTHING_DUE, invoice=number)
    if rests(invoice, holds.standing(db, invoice.customer, order.at)):
        raise SubscriptionError(Code.ACCOUNT_ON_HOLD, invoice=number)
    return invoice


def _permitted(db: Connection, invoice: Invoice, on: date) -> tuple[Candidate, PaymentMethod]:
    """What is charged on a day, if policy allows it and anything is left to pay."""
    candidate = consider(db, invoice, on)
    refusal, method = candidate.decision.refusal, candidate.method
    if refusal is None and candidate.amount.minor <= 0:
        refusal = Code.NOTHING_DUE
    if refusal is not None or method is None:
        last = next((a for a in reversed(candidate.tried) if is_made(a)), None)
        kind = classify(last.kind, last.raw_code).value if last else None
        raise SubscriptionError(refusal or Code.NOTHING_DUE, invoice=invoice.number, kind=kind)
    return candidate, method


def _next(invoice: Invoice, candidate: Candidate, planned: Attempt | None) -> tuple[str, int]:
    """Reference and number of the next try; a planned one has them already."""
    number = planned.number if planned else candidate.tried[-1].number + 1
    return f"{invoice.number}-{number}", number


def _bank_day(day: date) -> date:
    """The day itself if banks work, else the next one on which they do."""
    return bank_days_after(day - timedelta(days=1), 1)
