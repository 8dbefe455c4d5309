"""Plans and the contracts about them.

Invariants: the catalogue is read, never written, by use cases; a contract is locked before it changes.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

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


def running(db: Connection, number: str, *, lock: bool = False) -> Subscription:
    """The running contract of a customer; raises NOT_FOUND."""
    found = of_customer(db, number, lock=lock)
    if found is None or is_over(found):
        raise SubscriptionError(Code.NOT_FOUND)
    return found


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


def store(db: Connection, subscription: Subscription) -> None:
    """Store a contract that made a step."""
    db.execute(
        update(t.subscriptions)
        .where(t.subscriptions.c.id == subscription.id)
        .values(**_columns(subscription))
    )
