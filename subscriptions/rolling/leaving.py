"""The end of a contract whose day has come, and what goes back when more was paid for than it lasted or brought.

Invariants: only a scheduled end comes here; what was paid for days after the end, and what was promised for issues that
did not come and no invoice can take off any more, is credited to the cent and given back by a person.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import Connection

from subscriptions.entities.contracts import Subscription, end
from subscriptions.entities.delivery import is_alive
from subscriptions.entities.invoices import Invoice, InvoiceLifecycle
from subscriptions.entities.refunds import RefundReason
from subscriptions.policy.delivery import cut
from subscriptions.policy.rollover import Due
from subscriptions.policy.withdrawal import correct, placed, unused_rest
from subscriptions.rolling.day import ACTOR, Day
from subscriptions.store import cases, contracts, corrections, delivery, invoices
from subscriptions.store.write import Notice

Facts = Mapping[str, str | int | None]


def ended(
    db: Connection, day: Day, contract: Subscription, upcoming: Due
) -> tuple[Subscription, Facts]:
    """End a contract, credit the unused rest and what was promised, and say so."""
    after = end(contract, upcoming.on)
    facts = {"ends_on": upcoming.on.isoformat()}
    contracts.store(db, after, contracts.Happened("ended", ACTOR, day.at, facts))
    back = _give_back(db, day, contract, upcoming)
    _end_suspensions(db, contract, upcoming.on)
    credited, left = _credit(db, day, contract, upcoming.on)
    told: Facts = {"refund": back + credited, "credits_left": left}
    if any(told.values()):
        concern = cases.Concern("refund", "BIL", facts={"subscription": contract.id, **told})
        cases.open_case(db, contract.customer, concern, at=day.at, limits=day.limits)
    notice = Notice("contract", "contract_ended", {"subscription": contract.id, **facts})
    day.tell(db, contract.customer, notice)
    return after, {"back": back + credited, "credits_left": left}


def _give_back(db: Connection, day: Day, contract: Subscription, upcoming: Due) -> int:
    """Correct the invoices that reach beyond the end; returns the cents that a person gives back."""
    held = _held(db, contract)
    settled = corrections.settled(db, held)
    found = [
        correct(invoice, settled[invoice.number], keep)
        for invoice, keep in unused_rest(held, contract.period.end, upcoming.on)
    ]
    return corrections.apply(db, found, RefundReason.UNUSED, day.at).minor


def _held(db: Connection, contract: Subscription) -> list[Invoice]:
    """The invoices of a contract that hold, newest first."""
    issued = invoices.of_contract(db, contract.id)
    return [i for i in issued if i.lifecycle is InvoiceLifecycle.FINAL]


def _end_suspensions(db: Connection, contract: Subscription, on: date) -> None:
    """Nothing rests after the end, so nothing is credited for it."""
    last = on - timedelta(days=1)
    if not contracts.plan(db, contract.plan).print_delivery:
        return
    printed = delivery.printed(db, contract, last)
    for suspension in printed.suspensions:
        if is_alive(suspension) and suspension.until_on > last:
            delivery.store_suspension(db, cut(printed, suspension, on))


def _credit(db: Connection, day: Day, contract: Subscription, on: date) -> tuple[int, int]:
    """Take what was promised off invoices that were made; returns what goes back, and what found no invoice, in cents."""
    waiting = delivery.waiting_credits(db, contract.id, on)
    held = _held(db, contract)
    settled = corrections.settled(db, held)
    taken = placed(waiting, [(i, i.total.minor - settled[i.number].credited) for i in held])
    cents = Counter[str]()
    for credit, invoice, minor in taken:
        delivery.credit(db, credit, minor, invoice.number)
        cents[invoice.number] += minor
    lowered = [i for i in held if i.number in cents]
    found = [
        correct(i, settled[i.number], i.total.minor - settled[i.number].credited - cents[i.number])
        for i in lowered
    ]
    back = corrections.apply(db, found, RefundReason.SERVICE, day.at).minor
    _tell(db, day, contract, [(i.customer, cents[i.number]) for i in lowered])
    return back, sum(credit.minor for credit in waiting) - cents.total()


def _tell(
    db: Connection, day: Day, contract: Subscription, credited: Sequence[tuple[str, int]]
) -> None:
    """Whoever pays learns what was credited at the end."""
    for payer in sorted({payer for payer, _ in credited}):
        amount = sum(minor for theirs, minor in credited if theirs == payer)
        facts: Facts = {"subscription": contract.id, "amount": amount}
        day.tell(db, payer, Notice("contract", "credits_settled", facts))
