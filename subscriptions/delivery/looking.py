"""What became of the issues, what rests, what is disturbed."""

from datetime import date, timedelta

from subscriptions.delivery.telling import told
from subscriptions.entities.delivery import Delivery, is_alive
from subscriptions.model.base import Caller, Level, Words
from subscriptions.model.delivery import Deliveries, DeliveryState, Issue, Outage, SuspensionReceipt
from subscriptions.policy.access import require
from subscriptions.policy.calendar import business_date
from subscriptions.policy.delivery import Printed, issues, next_issue
from subscriptions.store import contracts
from subscriptions.store import delivery as store
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading

SHOWN = 12  # issues: two weeks
PLANNED_AHEAD = timedelta(days=14)


def deliveries(backing: Backing, caller: Caller, subscription: str | None) -> Deliveries:
    """The last issues of a printed contract, newest first."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    today = business_date(now)
    first = today - timedelta(days=backing.limits.delivery_report_days)
    with reading(backing.engine) as db:
        printed = store.printed(db, contracts.running(db, number, subscription), today)
        known = store.reported(db, printed.contract.id, first)
    days = issues(printed, first, today)[-SHOWN:]
    return Deliveries(
        subscription=printed.contract.id,
        issues=tuple(_issue(printed, day, known.get(day)) for day in reversed(days)),
        next_on=next_issue(printed, today),
    )


def _issue(printed: Printed, day: date, known: Delivery | None) -> Issue:
    presumed = DeliveryState.SUSPENDED if printed.rests(day) else DeliveryState.DELIVERED
    redirected = printed.suspension_of(day) is not None and not printed.rests(day)
    if known is None:
        return Issue(day, presumed, redirected)
    return Issue(day, known.state, redirected, known.reference, known.remedy)


def suspensions(
    backing: Backing, caller: Caller, subscription: str | None
) -> tuple[SuspensionReceipt, ...]:
    """What rests or goes elsewhere now or later."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    with reading(backing.engine) as db:
        contract = contracts.running(db, number, subscription)
        printed = store.printed(db, contract, business_date(now))
        alive = [s for s in printed.suspensions if is_alive(s)]
        return tuple(told(db, printed, suspension) for suspension in alive)


def outages(backing: Backing, product: str | None) -> tuple[Outage, ...]:
    """What runs now and what is planned soon."""
    now = backing.clock()
    with reading(backing.engine) as db:
        known = store.outages(db, product, now)
    return tuple(
        Outage(
            product=outage.product,
            kind=outage.kind,
            planned=outage.started_at > now,
            started_at=outage.started_at,
            expected_until=outage.expected_until,
            late=outage.expected_until is not None and outage.expected_until <= now,
            text=Words(outage.text_de, outage.text_en),
        )
        for outage in known
        if outage.started_at <= now + PLANNED_AHEAD
    )
