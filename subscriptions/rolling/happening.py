"""What time does to contracts: trials and pauses begin and end, periods follow each other, scheduled ends come.

Invariants: a contract is worked through in the order of its days, however many of them have passed; every period has
one invoice, issued on the day on which it is caught up with; a contract that ended early gets its unused rest credited.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from subscriptions.entities.contracts import Subscription
from subscriptions.entities.invoices import Invoice, InvoiceStatus
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.calendar import business_date
from subscriptions.policy.invoicing import PeriodInvoice, PeriodTerms, period_invoice
from subscriptions.policy.rollover import (
    Due,
    DueKind,
    is_billed,
    moved_by,
    next_due,
    renewed,
    terms_until,
)
from subscriptions.rolling.dates import Debit, due_day
from subscriptions.rolling.day import ACTOR, Day
from subscriptions.rolling.leaving import ended
from subscriptions.store import (
    arrears,
    audit,
    contracts,
    delivery,
    due,
    invoices,
    pauses,
    periods,
    vouchers,
)
from subscriptions.store.due import Item

_MOST_STEPS = 400  # of one contract at once: more than three years of monthly periods and pauses


def roll(db: Connection, day: Day, item: Item) -> Iterable[audit.Entry]:
    """Let everything happen to a contract that is due by today; returns an entry for each thing."""
    found = contracts.all_of(db, item.customer, lock=True)
    contract = next(c for c in found if c.id == item.reference)
    for _ in range(_MOST_STEPS):
        upcoming = next_due(contract, pauses.of(db, contract.id), day.today)
        if upcoming is None:
            return
        contract, facts = _HAPPENS[upcoming.kind](db, day, contract, upcoming)
        told = {"subscription": contract.id, "on": upcoming.on.isoformat(), **facts}
        yield day.entry(upcoming.kind.value, contract.customer, told)


Happening = tuple[Subscription, Mapping[str, str | int | None]]


def _period(db: Connection, day: Day, contract: Subscription, upcoming: Due) -> Happening:
    """The next period, with its invoice unless a partner bills it or it may not be billed."""
    terms = periods.terms_of(db, contract, upcoming.on)
    plan = contracts.plan(db, terms.plan.code)
    after = renewed(contract, plan, upcoming.on)
    number = None
    if is_billed(contract) and not due.is_billed(db, contract.id, upcoming.on):
        number = _bill(db, day, after, terms)
    facts = {"invoice": number, "plan": after.plan}
    kind = "renewed" if after.plan == contract.plan else "plan_changed"
    kind = "trial_ended" if contract.state is SubscriptionState.TRIALING else kind
    contracts.store(db, after, contracts.Happened(kind, ACTOR, day.at, facts))
    return after, facts


def _bill(db: Connection, day: Day, contract: Subscription, terms: PeriodTerms) -> str:
    """Store the invoice of the period that begins, and use up the vouchers and credits that lowered it."""
    start = terms.period.start
    # A voucher counts for periods that begin after it was redeemed, whenever the run comes.
    redeemed = tuple(v for v in terms.vouchers if business_date(v.at) <= start)
    terms = terms_until(replace(terms, vouchers=redeemed), contract.ends_on)
    made = period_invoice(terms)
    for redemption in made.used:
        vouchers.use(db, redemption, terms.plan.interval)
    invoice = _invoice(db, day, contract, made)
    invoices.add(db, invoice)
    for credit, minor in made.credited:
        delivery.credit(db, credit, minor, invoice.number)
    return invoice.number


def _invoice(db: Connection, day: Day, contract: Subscription, made: PeriodInvoice) -> Invoice:
    payer = due.payer_of(db, contract.customer, contract.account)
    free = made.total.minor == 0
    return Invoice(
        number=invoices.next_number(db, payer),
        customer=payer,
        subscription=contract.id,
        issued_on=day.today,
        due_on=due_day(db, day, Debit(contract, contract.period.start, made.total)),
        total=made.total,
        status=InvoiceStatus.PAID if free else InvoiceStatus.OPEN,
        lines=made.lines,
        account=contract.account,
        paid_at=day.at if free else None,
    )


def _pause_begins(db: Connection, day: Day, contract: Subscription, upcoming: Due) -> Happening:
    assert upcoming.pause is not None
    after = pauses.begin(db, upcoming.pause, _step(db, day, contract))
    return after, {"pause": upcoming.pause.id}


def _pause_ends(db: Connection, day: Day, contract: Subscription, upcoming: Due) -> Happening:
    assert upcoming.pause is not None
    owes = arrears.owes(db, contract.id)
    step = _step(db, day, contract)
    after = pauses.finish(db, upcoming.pause, step, day.limits, on=upcoming.on, owes=owes)
    if after.state is SubscriptionState.CANCEL_SCHEDULED:
        after = moved_by(after, upcoming.pause)
        contracts.store(db, after, contracts.Happened("resumed", ACTOR, day.at))
    return after, {"pause": upcoming.pause.id}


def _step(db: Connection, day: Day, contract: Subscription) -> pauses.Step:
    interval = contracts.plan(db, contract.plan).interval
    return pauses.Step(contract, interval, ACTOR, day.at)


_HAPPENS: Mapping[DueKind, Callable[[Connection, Day, Subscription, Due], Happening]] = {
    DueKind.END: ended,
    DueKind.PAUSE_ENDS: _pause_ends,
    DueKind.PAUSE_BEGINS: _pause_begins,
    DueKind.PERIOD: _period,
}
