"""Trying a failed payment again, now or on a day the customer picks.

Invariants: only what policy allows is retried; the attempt number makes the provider's reference, so that no
crash and no double press collects twice; a provider that is down leaves nothing behind; one try at a time is
planned for an invoice, and a direct debit is announced with its amount and day before it is made.
"""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Connection

from subscriptions.entities.attempts import Attempt, AttemptState, is_made
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
from subscriptions.provider import ChargeRequest, PaymentProvider, collect, outcome_of
from subscriptions.store import arrears, attempts, collection, holds, invoices, receipts
from subscriptions.store.backing import Backing
from subscriptions.store.write import Done, Notice, Order, write_once


def retry(
    backing: Backing, caller: Caller, invoice: str, *, key: str, on: date | None = None
) -> RetryOutcome:
    """Try an unpaid invoice again, once for the key; see `Payments.retry`."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    body = {"invoice": invoice} | ({"on": on.isoformat()} if on else {})
    order = Order("payments.retry", caller, number, key, body, now)
    today = business_date(now)

    def act(db: Connection) -> Done[RetryOutcome]:
        found = _collectable(db, order, invoice)
        if on is None or on == today:
            return make(db, order, backing.provider, found)
        check_day(on, today)
        return _plan(db, order, found, on)

    return write_once(backing.engine, order, RetryOutcome, act)


def make(
    db: Connection, order: Order, provider: PaymentProvider, invoice: Invoice
) -> Done[RetryOutcome]:
    """Make a try of a locked invoice now: the one that is planned, else a new one."""
    candidate, method = _permitted(db, invoice, business_date(order.at))
    planned = attempts.scheduled(db, invoice.number)
    reference, number = _next(invoice, candidate, planned)
    attempt = collect(
        provider,
        ChargeRequest(reference, method, candidate.amount),
        invoice=invoice.number,
        number=number,
        at=order.at,
        decided_by=order.caller.actor,
    )
    receipts.record(db, invoice, replace(attempt, due_on=planned.due_on if planned else None))
    outcome = outcome_of(attempt)
    if outcome.succeeded:
        collection.after_payment(db, invoice.customer, order.caller.actor, order.at)
    else:
        arrears.follow(db, invoice, order.caller.actor, order.at)
    return Done(
        outcome,
        invoice.customer,
        {"invoice": invoice.number, "attempt": reference, "state": attempt.state.value},
        (_notice(attempt, business_date(order.at)),),
    )


def _plan(db: Connection, order: Order, invoice: Invoice, wanted: date) -> Done[RetryOutcome]:
    """Plan a try for a day, or move the one that is planned."""
    candidate, method = _permitted(db, invoice, wanted)
    on = _bank_day(wanted) if method.kind is MethodKind.SEPA else wanted
    reference, number = _next(invoice, candidate, attempts.scheduled(db, invoice.number))
    attempt = Attempt(
        reference=reference,
        invoice=invoice.number,
        number=number,
        method=method.id,
        kind=method.kind,
        amount=candidate.amount,
        state=AttemptState.SCHEDULED,
        raw_code=None,
        at=order.at,
        decided_by=order.caller.actor,
        due_on=on,
    )
    attempts.plan(db, attempt)
    return Done(
        replace(outcome_of(attempt), final=False, succeeded=False, scheduled_on=on),
        invoice.customer,
        {"invoice": invoice.number, "attempt": reference, "due_on": on.isoformat()},
        (_notice(attempt, on),),
    )


def _collectable(db: Connection, order: Order, number: str) -> Invoice:
    """The locked invoice, if it may be collected at all."""
    invoice = invoices.find(db, order.owner or "", number, lock=True)
    if invoice is None:
        raise SubscriptionError(Code.NOT_FOUND, invoice=number)
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


def _notice(attempt: Attempt, on: date) -> Notice:
    """What the customer is told; a direct debit is announced with its amount and day."""
    facts: dict[str, str | int | None] = {
        "invoice": attempt.invoice,
        "amount_minor": attempt.amount.minor,
        "currency": attempt.amount.currency,
        "on": on.isoformat(),
    }
    if attempt.state is AttemptState.FAILED:
        return Notice("payment", "payment_failed_again", {"invoice": attempt.invoice})
    if attempt.kind is MethodKind.SEPA:
        return Notice("payment", "debit_announced", facts)
    template = "retry_planned" if attempt.state is AttemptState.SCHEDULED else "payment_retried"
    return Notice("payment", template, facts)
