"""Plans and the contracts about them.

Invariants: the catalogue is read, never written, by use cases; a contract is locked before it changes.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from subscriptions.entities.contracts import Period, Subscription
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.model.contracts import SubscriptionState
from subscriptions.store import tables as t
from subscriptions.store.write import insert_if_absent

_OVER = (SubscriptionState.ENDED.value, SubscriptionState.WITHDRAWN.value)


def _plan(row: Row[Any]) -> Plan:
    return Plan(
        code=row.code,
        product=row.product,
        name_de=row.name_de,
        name_en=row.name_en,
        price=Money(row.price_minor, row.currency),
        interval=Interval(row.interval),
        rank=row.rank,
        features_de=tuple(row.features_de),
        features_en=tuple(row.features_en),
        available=row.available,
        print_delivery=row.print_delivery,
        device_limit=row.device_limit,
        min_months=row.min_months,
        print_weekdays=row.print_weekdays,
    )


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(
        id=row.id,
        customer=row.customer,
        plan=row.plan,
        state=SubscriptionState(row.state),
        started_on=row.started_on,
        period=Period(row.period_start, row.period_end),
        anchor_day=row.anchor_day,
        method=row.method,
        pending_plan=row.pending_plan,
        ends_on=row.ends_on,
        account=row.account,
        channel=row.channel,
        pending_from=row.pending_from,
        price_minor=row.price_minor,
        trial_ends_on=row.trial_ends_on,
        fixed_until=row.fixed_until,
    )


def _columns(subscription: Subscription) -> dict[str, Any]:
    return {
        "plan": subscription.plan,
        "state": subscription.state.value,
        "period_start": subscription.period.start,
        "period_end": subscription.period.end,
        "anchor_day": subscription.anchor_day,
        "method": subscription.method,
        "pending_plan": subscription.pending_plan,
        "ends_on": subscription.ends_on,
        "account": subscription.account,
        "channel": subscription.channel,
        "pending_from": subscription.pending_from,
        "price_minor": subscription.price_minor,
        "trial_ends_on": subscription.trial_ends_on,
        "fixed_until": subscription.fixed_until,
    }


def catalogue(db: Connection, product: str | None = None) -> tuple[Plan, ...]:
    """All plans, or those of a product, from small to big."""
    query = select(t.plans).order_by(t.plans.c.product, t.plans.c.rank, t.plans.c.price_minor)
    if product is not None:
        query = query.where(t.plans.c.product == product)
    return tuple(_plan(row) for row in db.execute(query))


def plan(db: Connection, code: str) -> Plan:
    """The plan of this code; raises PLAN_UNKNOWN."""
    row = db.execute(select(t.plans).where(t.plans.c.code == code)).one_or_none()
    if row is None:
        raise SubscriptionError(Code.PLAN_UNKNOWN, plan=code)
    return _plan(row)


def tax_percent(db: Connection, code: str) -> int:
    """The value added tax of a plan, in percent."""
    query = select(t.plans.c.tax_percent).where(t.plans.c.code == code)
    return int(db.execute(query).scalar_one())


def add_plan(db: Connection, plan: Plan, tax_percent: int) -> bool:
    """Store a plan unless it is there; says whether it was new."""
    values: Mapping[str, Any] = {
        "code": plan.code,
        "product": plan.product,
        "name_de": plan.name_de,
        "name_en": plan.name_en,
        "price_minor": plan.price.minor,
        "currency": plan.price.currency,
        "interval": plan.interval.value,
        "rank": plan.rank,
        "tax_percent": tax_percent,
        "features_de": list(plan.features_de),
        "features_en": list(plan.features_en),
        "available": plan.available,
        "print_delivery": plan.print_delivery,
        "device_limit": plan.device_limit,
        "min_months": plan.min_months,
        "print_weekdays": plan.print_weekdays,
    }
    return insert_if_absent(db, t.plans, values)


def of_customer(db: Connection, number: str, *, lock: bool = False) -> Subscription | None:
    """The contract of a customer: the running one, else the last one that ended."""
    query = (
        select(t.subscriptions)
        .where(t.subscriptions.c.customer == number)
        .order_by(t.subscriptions.c.state.in_(_OVER), t.subscriptions.c.started_on.desc())
        .limit(1)
    )
    if lock:
        query = query.with_for_update()
    row = db.execute(query).one_or_none()
    return _subscription(row) if row else None


def is_over(subscription: Subscription) -> bool:
    """Whether the contract has ended."""
    return subscription.state.value in _OVER


def all_of(db: Connection, number: str, *, lock: bool = False) -> tuple[Subscription, ...]:
    """All contracts of a customer: running ones first, the newest first."""
    query = (
        select(t.subscriptions)
        .where(t.subscriptions.c.customer == number)
        .order_by(t.subscriptions.c.state.in_(_OVER), t.subscriptions.c.started_on.desc())
        .order_by(t.subscriptions.c.id)
    )
    rows = db.execute(query.with_for_update() if lock else query)
    return tuple(_subscription(row) for row in rows)


def by_ids(db: Connection, ids: Collection[str]) -> tuple[Subscription, ...]:
    """The contracts of these ids, whoever has them."""
    rows = db.execute(select(t.subscriptions).where(t.subscriptions.c.id.in_(ids)))
    return tuple(_subscription(row) for row in rows)


def paid_by(db: Connection, number: str, account: str | None) -> tuple[Subscription, ...]:
    """The contracts that a customer with this account pays for: the own ones, and those given to others."""
    s = t.subscriptions.c
    own = (s.customer == number) & (s.account.is_(None))
    paid = own if account is None else own | (s.account == account)
    rows = db.execute(select(t.subscriptions).where(paid).order_by(s.started_on.desc(), s.id))
    return tuple(_subscription(row) for row in rows)


def running(
    db: Connection, number: str, wanted: str | None = None, *, lock: bool = False
) -> Subscription:
    """The running contract of a customer, or the wanted one of several.

    Raises CONTRACT_MISSING without a running one, WHICH_CONTRACT when several run and none is named,
    NOT_FOUND when the named one is not theirs or is over.
    """
    found = [c for c in all_of(db, number, lock=lock) if not is_over(c)]
    if wanted is not None:
        found = [c for c in found if c.id == wanted]
        if not found:
            raise SubscriptionError(Code.NOT_FOUND)
    if not found:
        raise SubscriptionError(Code.CONTRACT_MISSING)
    if len(found) > 1:
        raise SubscriptionError(Code.WHICH_CONTRACT, contracts=len(found))
    return found[0]


def add(db: Connection, subscription: Subscription) -> None:
    """Store a new contract."""
    db.execute(
        insert(t.subscriptions).values(
            id=subscription.id,
            customer=subscription.customer,
            started_on=subscription.started_on,
            **_columns(subscription),
        )
    )


@dataclass(frozen=True, slots=True)
class Happened:
    """What made a contract take a step, for its event log; `state` after it is known when it is read."""

    kind: str  # plan_changed, cancel_scheduled, paused, …
    actor: str
    at: datetime
    facts: Mapping[str, str | int | None] = field(default_factory=dict)
    state: SubscriptionState | None = None


def store(db: Connection, subscription: Subscription, happened: Happened) -> None:
    """Store a locked contract that made a step, and the event that made it."""
    db.execute(
        update(t.subscriptions)
        .where(t.subscriptions.c.id == subscription.id)
        .values(**_columns(subscription))
    )
    note_event(db, subscription, happened)


def note_event(db: Connection, subscription: Subscription, happened: Happened) -> None:
    """Add an entry to the log of a locked contract, for what changes nothing of the contract itself."""
    e = t.subscription_events
    last = select(func.coalesce(func.max(e.c.seq), 0)).where(e.c.subscription == subscription.id)
    db.execute(
        insert(e).values(
            subscription=subscription.id,
            seq=int(db.execute(last).scalar_one()) + 1,
            at=happened.at,
            kind=happened.kind,
            state=subscription.state.value,
            actor=happened.actor,
            facts=dict(happened.facts),
        )
    )


def history(db: Connection, subscription: str) -> tuple[Happened, ...]:
    """The event log of a contract, oldest first."""
    e = t.subscription_events
    query = select(e).where(e.c.subscription == subscription).order_by(e.c.seq)
    return tuple(
        Happened(row.kind, row.actor, row.at, row.facts, SubscriptionState(row.state))
        for row in db.execute(query)
    )
