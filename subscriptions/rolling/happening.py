"""What time does to contracts: trials and pauses begin and end, periods follow each other, scheduled ends come.

Invariants: a contract is worked through in the order of its days, however many of them have passed; every period has
one invoice, issued on the day of the run; a contract that ended early gets its unused rest credited.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from subscriptions.daily.batches import ACTOR, Run, Step
from subscriptions.daily.dates import Debit, due_day
from subscriptions.daily.leaving import ended
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
from subscriptions.store.due import Item, Page

_MOST_STEPS = 400  # of one contract in one run: more than three years of monthly periods and pauses


def roll(db: Connection, run: Run, item: Item) -> Iterable[audit.Entry]:
    """Let everything happen to a contract that is due by today; returns an entry for each thing."""
    found = contracts.all_of(db, item.customer, lock=True)
    contract = next(c for c in found if c.id == item.reference)
    for _ in range(_MOST_STEPS):
        upcoming = next_due(contract, pauses.of(db, contract.id), run.today)
        if upcoming is None:
            return
        contract, facts = _HAPPENS[upcoming.kind](db, run, contract, upcoming)
        told = {"subscription": contract.id, "on": upcoming.on.isoformat(), **facts}
        yield run.entry(upcoming.kind.value, contract.customer, told)


Happening = tuple[Subscription, Mapping[str, str | int | None]]


def _period(db: Connection, run: Run, contract: Subscription, upcoming: Due) -> Happening:
    """The next period, with its invoice unless a partner bills it or it may not be billed."""
    terms = periods.terms_of(db, contract, upcoming.on)
    plan = contracts.plan(db, terms.plan.code)
    after = renewed(contract, plan, upcoming.on)
    number = None
    if is_billed(contract) and not due.is_billed(db, contract.id, upcoming.on):
        number = _bill(db, run, after, terms)
    facts = {"invoice": number, "plan": after.plan}
    kind = "renewed" if after.plan == contract.plan else "plan_changed"
    kind = "trial_ended" if contract.state is SubscriptionState.TRIALING else kind
    contracts.store(db, after, contracts.Happened(kind, ACTOR, run.at, facts))
    return after, facts


def _bill(db: Connection, run: Run, contract: Subscription, terms: PeriodTerms) -> str:
    """Store the invoice of the period that begins, and use up the vouchers and credits that lowered it."""
    start = terms.period.start
    # A voucher counts for periods that begin after it was redeemed, whenever the run comes.
    redeemed = tuple(v for v in terms.vouchers if business_date(v.at) <= start)
    terms = terms_until(replace(terms, vouchers=redeemed), contract.ends_on)
    made = period_invoice(terms)
    for redemption in made.used:
        vouchers.use(db, redemption, terms.plan.interval)
    invoice = _invoice(db, run, contract, made)
    invoices.add(db, invoice)
    for credit, minor in made.credited:
        delivery.credit(db, credit, minor, invoice.number)
    return invoice.number


def _invoice(db: Connection, run: Run, contract: Subscription, made: PeriodInvoice) -> Invoice:
    payer = due.payer_of(db, contract.customer, contract.account)
    free = made.total.minor == 0
    return Invoice(
        number=invoices.next_number(db, payer),
        customer=payer,
        subscription=contract.id,
        issued_on=run.today,
        due_on=due_day(db, run, Debit(contract, contract.period.start, made.total)),
        total=made.total,
        status=InvoiceStatus.PAID if free else InvoiceStatus.OPEN,
        lines=made.lines,
        account=contract.account,
        paid_at=run.at if free else None,
    )


def _pause_begins(db: Connection, run: Run, contract: Subscription, upcoming: Due) -> Happening:
    assert upcoming.pause is not None
    after = pauses.begin(db, upcoming.pause, _step(db, run, contract))
    return after, {"pause": upcoming.pause.id}


def _pause_ends(db: Connection, run: Run, contract: Subscription, upcoming: Due) -> Happening:
    assert upcoming.pause is not None
    owes = arrears.owes(db, contract.id)
    step = _step(db, run, contract)
    after = pauses.finish(db, upcoming.pause, step, on=upcoming.on, owes=owes)
    if after.state is SubscriptionState.CANCEL_SCHEDULED:
        after = moved_by(after, upcoming.pause)
        contracts.store(db, after, contracts.Happened("resumed", ACTOR, run.at))
    return after, {"pause": upcoming.pause.id}


def _step(db: Connection, run: Run, contract: Subscription) -> pauses.Step:
    interval = contracts.plan(db, contract.plan).interval
    return pauses.Step(contract, interval, ACTOR, run.at)


_HAPPENS: Mapping[DueKind, Callable[[Connection, Run, Subscription, Due], Happening]] = {
    DueKind.END: ended,
    DueKind.PAUSE_ENDS: _pause_ends,
    DueKind.PAUSE_BEGINS: _pause_begins,
    DueKind.PERIOD: _period,
}


def _due(db: Connection, run: Run, page: Page) -> list[Item]:
    return list(due.contracts(db, run.today, page))


STEP = Step("contracts", _due, roll)
