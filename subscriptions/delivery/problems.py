"""An issue that is missing, late or damaged: reported once, put right once."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection

from subscriptions.entities.cases import Case
from subscriptions.entities.delivery import Delivery
from subscriptions.entities.delivery import report as reported
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level, Money
from subscriptions.model.delivery import (
    DeliveryState,
    ProblemKind,
    ProblemOffer,
    ProblemReceipt,
    Remedy,
)
from subscriptions.policy.access import JOB, require
from subscriptions.policy.calendar import business_date
from subscriptions.policy.delivery import Printed, earliest_change, issues, worth
from subscriptions.policy.limits import Limits
from subscriptions.store import cases, contracts
from subscriptions.store import delivery as store
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Notice, Order, write_once

COUNTED = timedelta(days=30)
INTENT = "delivery_problem"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is reported about which issue, and what is wished."""

    issue_on: date
    kind: ProblemKind
    wish: Remedy
    subscription: str | None


def offer(backing: Backing, caller: Caller, day: date, subscription: str | None) -> ProblemOffer:
    """What a report of this issue would bring; nothing changes."""
    now = backing.clock()
    number, today = require(caller, Level.IDENTIFIED, now), business_date(now)
    with reading(backing.engine) as db:
        contract = contracts.running(db, number, subscription)
        printed = store.printed(db, contract, today)
        _reportable(db, printed, day, (today, backing.limits))
        before = store.reports_since(db, contract.id, now - COUNTED)
    return ProblemOffer(
        issue_on=day,
        redelivery_on=earliest_change(today, backing.limits),
        credit=worth(printed, (day,)),
        reported=before + 1,
    )


def report(backing: Backing, caller: Caller, problem: Problem, key: str) -> ProblemReceipt:
    """Store a report and promise its remedy."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    body = {
        "issue_on": problem.issue_on.isoformat(),
        "kind": problem.kind.value,
        "wish": problem.wish.value,
        "subscription": problem.subscription,
    }
    order = Order("delivery.report_problem", caller, number, key, body, now)
    return write_once(
        backing.engine,
        order,
        ProblemReceipt,
        lambda db: _report(db, order, problem, backing.limits),
    )


def note_redeliveries(backing: Backing) -> int:
    """The promised copies that went out are the end of their reports."""
    now = backing.clock()
    today = business_date(now)
    order = Order("delivery.note_redeliveries", JOB, None, f"redelivered:{today}", {}, now)

    def act(db: Connection) -> Done[int]:
        count = store.redelivered(db, today)
        return Done(count, None, {"count": count})

    return write_once(backing.engine, order, int, act)


def _report(db: Connection, order: Order, problem: Problem, limits: Limits) -> Done[ProblemReceipt]:
    customer, today = order.owner or "", business_date(order.at)
    contract = contracts.running(db, customer, problem.subscription, lock=True)
    printed = store.printed(db, contract, today)
    delivery = _remedy(_reportable(db, printed, problem.issue_on, (today, limits)), problem, order)
    if delivery.remedy is Remedy.REDELIVERY:
        delivery = replace(delivery, redelivery_on=earliest_change(today, limits))
    else:
        delivery = replace(delivery, credit_minor=worth(printed, (problem.issue_on,)).minor)
    count = store.reports_since(db, contract.id, order.at - COUNTED) + 1
    case = _case(db, order, problem, limits) if count >= limits.delivery_problems_30_days else None
    delivery = replace(delivery, case_number=case.number if case else None)
    store.store(db, delivery)
    return _done(customer, _receipt(printed, delivery, problem, (count, case)))


def _reportable(
    db: Connection, printed: Printed, day: date, frame: tuple[date, Limits]
) -> Delivery:
    """The issue, presumed delivered until now; or ISSUE_UNKNOWN, REPORTED_ALREADY."""
    today, limits = frame
    oldest = today - timedelta(days=limits.delivery_report_days)
    due = oldest <= day <= today and day in issues(printed, day, day) and not printed.rests(day)
    known = store.reported(db, printed.contract.id, oldest).get(day)
    if not due or (known is not None and known.state is DeliveryState.SUSPENDED):
        raise SubscriptionError(Code.ISSUE_UNKNOWN, days=limits.delivery_report_days)
    if known is not None and known.state is not DeliveryState.DELIVERED:
        raise SubscriptionError(Code.REPORTED_ALREADY, number=known.reference)
    return known or Delivery(printed.contract.id, day)


def _remedy(delivery: Delivery, problem: Problem, order: Order) -> Delivery:
    told = reported(delivery, problem.kind, problem.wish, order.at)
    return replace(told, reference=cases.reference("L"))


def _case(db: Connection, order: Order, problem: Problem, limits: Limits) -> Case:
    """The case of somebody whose issues go wrong again and again: the open one, or a new one."""
    customer = order.owner or ""
    facts = {"issue_on": problem.issue_on.isoformat(), "problem": problem.kind.value}
    concern = cases.Concern(kind=INTENT, skill="DLV", facts=facts)
    return cases.open_of_kind(db, customer, INTENT) or cases.open_case(
        db, customer, concern, at=order.at, limits=limits
    )


def _receipt(
    printed: Printed, delivery: Delivery, problem: Problem, outcome: tuple[int, Case | None]
) -> ProblemReceipt:
    count, case = outcome
    minor = delivery.credit_minor
    return ProblemReceipt(
        reference=delivery.reference or "",
        issue_on=delivery.issue_on,
        kind=problem.kind,
        remedy=problem.wish,
        redelivery_on=delivery.redelivery_on,
        credit=Money(minor, printed.terms.plan.price.currency) if minor is not None else None,
        reported=count,
        case_number=case.number if case else None,
        promised_at=case.promised_at if case else None,
    )


def _done(customer: str, receipt: ProblemReceipt) -> Done[ProblemReceipt]:
    facts = {"reference": receipt.reference, "case": receipt.case_number}
    audited = {**facts, "kind": receipt.kind.value, "remedy": receipt.remedy.value}
    notice = Notice("requested", "delivery_reported", facts)
    return Done(receipt, customer, audited, (notice,))
