"""Making the tries whose day has come; the day's run calls it for each of `store.attempts.attempts_due`.

Invariants: everything that spoke against a try when it was planned is asked again on its day; what is called
off is never made; a provider that was not reached leaves the try planned, for the next run.
"""

from sqlalchemy import Connection

from subscriptions.asking import CHARGES, SCHEDULE, Asking, Handed, Settled, ask_once
from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.invoices import Invoice
from subscriptions.model.base import Caller, Level
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.payments import PlannedOutcome
from subscriptions.payments.candidates import consider
from subscriptions.payments.retrying import hand, made
from subscriptions.policy.calendar import business_date
from subscriptions.policy.collecting import DUE, Planned, decide_planned, rests
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
from subscriptions.store.write import Done, Order


def run_planned(backing: Backing, attempt: Attempt) -> PlannedOutcome:
    """Make a planned try, or call it off, once.

    Raises PROVIDER_DOWN, and then it stays planned; PAYMENT_UNKNOWN when it was asked for and the answer was lost.
    """
    now = backing.clock()
    with reading(backing.engine) as db:
        customer = attempts.customer_of(db, attempt)
    caller = Caller(customer, Level.IDENTIFIED, SCHEDULE)
    key = f"planned:{attempt.reference}:{attempt.due_on}"
    body = {"attempt": attempt.reference}
    order = Order("payments.run_planned", caller, customer, key, body, now)

    def begin(db: Connection) -> Done[PlannedOutcome] | Handed:
        invoice = invoices.find(db, customer, attempt.invoice, lock=True)
        planned = attempts.scheduled(db, attempt.invoice)
        if invoice is None or planned is None or planned.reference != attempt.reference:
            return _called_off(attempt, customer, "gone")
        verdict = decide_planned(_facts(db, order, invoice, planned), business_date(now))
        if not verdict.run:
            stopping.call_off_debits(db, customer, [invoice.number])
            return _called_off(attempt, customer, verdict.reason)
        return hand(db, order, invoice)

    return ask_once(backing, order, PlannedOutcome, Asking(CHARGES, begin, _made))


def _made(db: Connection, reference: str, settled: Settled | None) -> Done[PlannedOutcome]:
    """Nothing speaks against a try that was made: its reason is that it was due."""
    done = made(db, reference, settled)
    result = PlannedOutcome(reference, made=True, reason=DUE, outcome=done.result)
    return Done(result, done.customer, done.facts)


def _facts(db: Connection, order: Order, invoice: Invoice, planned: Attempt) -> Planned:
    customer = invoice.customer
    promised = open_promise(promises.of_customer(db, customer)) is not None
    arranged = promised or is_running(instalments.latest(db, customer))
    (contract,) = contracts.by_ids(db, [invoice.subscription])
    ours = planned.decided_by == SCHEDULE
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
