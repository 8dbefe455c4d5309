"""Where somebody stands: what went out about open money, what comes next, and what may be used meanwhile.

Invariants: reads only; every step that is announced carries its reason; the fee is always 0; a block that
breaks our own rules is said to be one, and only a person is offered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from subscriptions.entities.contracts import Subscription
from subscriptions.entities.dunning import ActionKind, DunningCase
from subscriptions.entities.holds import Hold
from subscriptions.entities.invoices import Invoice
from subscriptions.entities.promises import PromiseState
from subscriptions.model.base import Caller, Level, Money
from subscriptions.model.dunning import AccessStatus, DunningStatus, Reminder, RestingHold
from subscriptions.model.payments import WayOut
from subscriptions.payments.sealing import only_a_person
from subscriptions.policy import blocking
from subscriptions.policy.access import require
from subscriptions.policy.calendar import add_months, business_date
from subscriptions.policy.collecting import is_due, rests
from subscriptions.policy.ledger import outstanding
from subscriptions.policy.promises import may_promise
from subscriptions.policy.segments import Segment, record_of, segment
from subscriptions.store import (
    contracts,
    customers,
    dunning,
    holds,
    invoices,
    promises,
    refunds,
)
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading

_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What was read about a customer, before it is looked at for each contract."""

    unpaid: Sequence[Invoice]
    standing: Sequence[Hold]
    segment: Segment
    sealed: bool


def dunning_status(backing: Backing, caller: Caller) -> DunningStatus:
    """What is due, which reminders went out, what comes next and why."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    today = business_date(now)
    with reading(backing.engine) as db:
        customers.by_number(db, number)
        unpaid = invoices.unpaid(db, number)
        due = _open_money(db, [i for i in unpaid if is_due(i, today)])
        sealed = only_a_person(db, unpaid)
        case = dunning.open_of(db, number)
        reminders = _reminders(db, case)
        standing = holds.standing(db, number, now)
        promise = may_promise(promises.of_customer(db, number), today, backing.limits)
    return DunningStatus(
        due=due,
        state=case.state if case else None,
        reminders=reminders,
        next_step=case.next_step if case else None,
        next_at=case.next_at if case else None,
        why=case.why if case else None,
        holds=tuple(_resting(hold) for hold in standing),
        ways=_ways(backing, due, promise=promise, sealed=sealed),
    )


def access_status(backing: Backing, caller: Caller) -> tuple[AccessStatus, ...]:
    """What may be used of each contract and why; see `Payments.access_status`."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    with reading(backing.engine) as db:
        customers.by_number(db, number)
        every = contracts.all_of(db, number)
        shown = [c for c in every if not contracts.is_over(c)] or every[:1]
        unpaid = invoices.unpaid(db, number)
        standing = holds.standing(db, number, now)
        sealed = only_a_person(db, unpaid)
        facts = _Facts(unpaid, standing, _segment(db, number, now), sealed)
        return tuple(_access(db, backing, contract, facts) for contract in shown)


def _access(
    db: Connection, backing: Backing, contract: Subscription, facts: _Facts
) -> AccessStatus:
    theirs = [i for i in facts.unpaid if i.subscription == contract.id]
    due = _open_money(db, theirs)
    held = [hold for hold in facts.standing if hold.invoice is None]
    access = blocking.explain(
        contract,
        blocking.Standing(
            owed_minor=due.minor,
            on_hold=bool(held) or any(rests(i, facts.standing) for i in theirs if not i.disputed),
            disputed=any(i.disputed for i in theirs),
            segment=facts.segment,
        ),
        backing.limits,
    )
    return AccessStatus(
        subscription=contract.id,
        entitlement=access.entitlement,
        reason=access.reason,
        words=access.words,
        since=_since(db, contract),
        open=due,
        reopens=(WayOut.PERSON,) if facts.sealed and access.reopens else access.reopens,
        against_policy=access.against_policy,
    )


def _since(db: Connection, contract: Subscription) -> date | None:
    """The day of the step that brought the contract into its state; None when no step is on record."""
    reached: date | None = None
    before = None
    for happened in contracts.history(db, contract.id):
        if happened.state is not before:
            reached = business_date(happened.at)
        before = happened.state
    return reached if before is contract.state else None


def _segment(db: Connection, number: str, now: datetime) -> Segment:
    today = business_date(now)
    broke = any(
        p.state is PromiseState.BROKEN and business_date(p.made_at) > add_months(today, -12)
        for p in promises.of_customer(db, number)
    )
    tried = invoices.attempts_since(db, number, now - _YEAR)
    since = customers.by_number(db, number).since
    return segment(since, record_of(tried, broke_promise=broke), today)


def _open_money(db: Connection, unpaid: Sequence[Invoice]) -> Money:
    """What is still to be paid of these invoices."""
    settled = refunds.settled(db, [invoice.number for invoice in unpaid])
    total = sum(outstanding(i, settled.get(i.number, 0)) for i in unpaid)
    return Money(total, unpaid[0].total.currency if unpaid else "EUR")


def _reminders(db: Connection, case: DunningCase | None) -> tuple[Reminder, ...]:
    done = dunning.actions_of(db, case.id) if case else ()
    return tuple(Reminder(a.at, a.tone) for a in done if a.kind is ActionKind.MESSAGE)


def _resting(hold: Hold) -> RestingHold:
    until = business_date(hold.until_at) if hold.until_at else None
    return RestingHold(hold.kind.value, hold.invoice, until, hold.case_number)


def _ways(backing: Backing, due: Money, *, promise: bool, sealed: bool) -> tuple[WayOut, ...]:
    """What somebody who owes may do, best first; nothing when nothing is due, only a person when `sealed`."""
    if due.minor <= 0:
        return ()
    if sealed:
        return (WayOut.PERSON,)
    offered = (
        (WayOut.PAY_NOW, True),
        (WayOut.PROMISE, promise),
        (WayOut.INSTALMENTS, backing.limits.instalments_on),
        (WayOut.OTHER_METHOD, True),
        (WayOut.DOWNGRADE, True),
        (WayOut.DISPUTE, True),
        (WayOut.PERSON, True),
    )
    return tuple(way for way, permitted in offered if permitted)
