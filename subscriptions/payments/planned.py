"""Making the tries whose day has come; the day's run calls it for each of `store.attempts.attempts_due`.

Invariants: everything that spoke against a try when it was planned is asked again on its day; what is called
off is never made; a provider that is down leaves the try planned, for the next run.
"""

from sqlalchemy import Connection

from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.invoices import Invoice
from subscriptions.model.base import Caller, Level
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.payments import PlannedOutcome
from subscriptions.payments.candidates import consider
from subscriptions.payments.retrying import make
from subscriptions.policy.calendar import business_date
from subscriptions.policy.collecting import Planned, decide_planned, rests
from subscriptions.policy.instalments import is_running
from subscriptions.policy.promises import open_promise
from subscriptions.store import (
    attempts,
    contracts,
    holds,
    instalments,
    invoices,
    promises,
    stopping,
)
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Order, write_once

ACTOR = "schedule"


def run_planned(backing: Backing, attempt: Attempt) -> PlannedOutcome:
    """Make a planned try, or call it off, once; raises PROVIDER_DOWN, and then it stays planned."""
    now = backing.clock()
    with reading(backing.engine) as db:
        customer = attempts.customer_of(db, attempt)
    caller = Caller(customer, Level.IDENTIFIED, ACTOR)
    key = f"planned:{attempt.reference}:{attempt.due_on}"
    body = {"attempt": attempt.reference}
    order = Order("payments.run_planned", caller, customer, key, body, now)

    def act(db: Connection) -> Done[PlannedOutcome]:
        invoice = invoices.find(db, customer, attempt.invoice, lock=True)
        planned = attempts.scheduled(db, attempt.invoice)
        if invoice is None or planned is None or planned.reference != attempt.reference:
            return _called_off(attempt, customer, "gone")
        verdict = decide_planned(_facts(db, order, invoice, planned), business_date(now))
        if not verdict.run:
            stopping.call_off_debits(db, customer, [invoice.number])
            return _called_off(attempt, customer, verdict.reason)
        done = make(db, order, backing.provider, invoice)
        result = PlannedOutcome(
            attempt.reference, made=True, reason=verdict.reason, outcome=done.result
        )
        # The day's run announced its debit when it planned it; whether a failure is told is dunning's to decide.
        notices = () if planned.decided_by == ACTOR else done.notices
        return Done(result, customer, done.facts, notices)

    return write_once(backing.engine, order, PlannedOutcome, act)


def _facts(db: Connection, order: Order, invoice: Invoice, planned: Attempt) -> Planned:
    customer = invoice.customer
    promised = open_promise(promises.of_customer(db, customer)) is not None
    arranged = promised or is_running(instalments.latest(db, customer))
    (contract,) = contracts.by_ids(db, [invoice.subscription])
    ours = planned.decided_by == ACTOR
    return Planned(
        attempt=planned,
        invoice=invoice,
        decision=consider(db, invoice, business_date(order.at)).decision,
        resting=rests(invoice, holds.standing(db, customer, order.at)),
        # Whoever asks for a debit means what is owed, pause and arrangement or not; only our own plans give way.
        paused=ours and contract.state is SubscriptionState.PAUSED,
        arranged=arranged and ours,
    )


def _called_off(attempt: Attempt, customer: str, reason: str) -> Done[PlannedOutcome]:
    facts = {
        "attempt": attempt.reference,
        "state": AttemptState.CALLED_OFF.value,
        "reason": reason,
    }
    return Done(PlannedOutcome(attempt.reference, made=False, reason=reason), customer, facts)
