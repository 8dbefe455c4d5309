"""Deliveries, interruptions and redirections, credits that wait for an invoice, and outages.

Invariants: an issue has a row only once something is known about it; a credit is given once: it waits on its
row until `credit` names the invoice that took it, perhaps in parts.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from subscriptions.entities.contracts import Subscription
from subscriptions.entities.delivery import (
    Delivery,
    Suspension,
    WaitingCredit,
    credited,
    remedied,
    suspension_on,
)
from subscriptions.entities.delivery import waiting_credits as waiting
from subscriptions.entities.pauses import Pause, PauseState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.delivery import (
    DeliveryState,
    Remedy,
    SuspensionKind,
    SuspensionState,
)
from subscriptions.policy.delivery import Printed
from subscriptions.store import contracts, pricing
from subscriptions.store import tables as t

_REPORTED = (DeliveryState.MISSING.value, DeliveryState.LATE.value, DeliveryState.DAMAGED.value)


@dataclass(frozen=True, slots=True)
class KnownOutage:
    """A row of the outages: running, planned or over."""

    product: str
    kind: str
    started_at: datetime
    expected_until: datetime | None
    text_de: str
    text_en: str


def printed(db: Connection, contract: Subscription, today: date) -> Printed:
    """A contract with everything that decides about its issues; raises NO_DELIVERY without print."""
    plan = contracts.plan(db, contract.plan)
    if not plan.print_delivery:
        raise SubscriptionError(Code.NO_DELIVERY)
    return Printed(
        contract=contract,
        terms=pricing.terms_of(db, plan),
        pauses=_pauses(db, contract.id),
        suspensions=suspensions_of(db, contract.id, today),
    )


def _pauses(db: Connection, subscription: str) -> tuple[Pause, ...]:
    rows = db.execute(select(t.pauses).where(t.pauses.c.subscription == subscription))
    return tuple(Pause(**{**row._mapping, "state": PauseState(row.state)}) for row in rows)


def reported(db: Connection, subscription: str, since: date) -> dict[date, Delivery]:
    """What is known about the issues of a contract since a day, by day."""
    query = select(t.deliveries).where(
        t.deliveries.c.subscription == subscription, t.deliveries.c.issue_on >= since
    )
    return {row.issue_on: _delivery(row) for row in db.execute(query)}


def reports_since(db: Connection, subscription: str, since: datetime) -> int:
    """How many issues were reported since then."""
    query = select(func.count()).where(
        t.deliveries.c.subscription == subscription, t.deliveries.c.reported_at >= since
    )
    return int(db.execute(query).scalar_one())


def store(db: Connection, delivery: Delivery) -> None:
    """Store what is known about an issue of a locked contract."""
    values = _delivery_columns(delivery)
    found = db.execute(update(t.deliveries).where(_is(delivery)).values(values))
    if found.rowcount == 0:
        db.execute(insert(t.deliveries).values(values))


def suspensions_of(db: Connection, subscription: str, today: date) -> tuple[Suspension, ...]:
    """All interruptions and redirections of a contract as they stand today, the oldest first."""
    query = select(t.suspensions).where(t.suspensions.c.subscription == subscription)
    rows = db.execute(query.order_by(t.suspensions.c.from_on, t.suspensions.c.id))
    return tuple(suspension_on(_suspension(row), today) for row in rows)


def suspension(db: Connection, customer: str, number: str, today: date) -> Suspension | None:
    """A suspension of this customer, as it stands today; never one of somebody else."""
    query = (
        select(t.suspensions)
        .join(t.subscriptions, t.subscriptions.c.id == t.suspensions.c.subscription)
        .where(t.subscriptions.c.customer == customer, t.suspensions.c.id == number)
    )
    row = db.execute(query).one_or_none()
    return suspension_on(_suspension(row), today) if row else None


def add_suspension(db: Connection, suspension: Suspension) -> None:
    """Store a new suspension of a locked contract."""
    db.execute(insert(t.suspensions).values(_suspension_columns(suspension)))


def store_suspension(db: Connection, suspension: Suspension) -> None:
    """Store a suspension that changed; the stay of a redirection ends with it."""
    db.execute(
        update(t.suspensions)
        .where(t.suspensions.c.id == suspension.id)
        .values(_suspension_columns(suspension))
    )
    if suspension.address is not None:
        withdrawn = suspension.state is SuspensionState.WITHDRAWN
        last = suspension.from_on - timedelta(days=1) if withdrawn else suspension.until_on
        db.execute(
            update(t.addresses)
            .where(t.addresses.c.id == suspension.address)
            .values(valid_until=last)
        )


def waiting_credits(db: Connection, subscription: str, today: date) -> tuple[WaitingCredit, ...]:
    """What the next invoice of a contract takes off; an interruption counts once it is over."""
    d = t.deliveries.c
    query = select(t.deliveries).where(
        d.subscription == subscription,
        d.remedy == Remedy.CREDIT.value,
        d.credit_minor > d.credited_minor,
    )
    promised = [_delivery(row) for row in db.execute(query)]
    return waiting(promised, suspensions_of(db, subscription, today))


def credit(db: Connection, waiting: WaitingCredit, minor: int, invoice: str) -> None:
    """Note that an invoice took cents of a waiting credit off; the contract must be locked."""
    d, s = t.deliveries, t.suspensions
    mine = d.c.subscription == waiting.subscription, d.c.reference == waiting.reference
    row = db.execute(select(d).where(*mine)).one_or_none()
    if row is not None:
        store(db, credited(_delivery(row), minor, invoice))
        return
    given = {"credited_minor": s.c.credited_minor + minor, "credit_invoice": invoice}
    db.execute(update(s).where(s.c.id == waiting.reference).values(given))


def redelivered(db: Connection, today: date) -> int:
    """Mark the copies that were sent again before today as redelivered; returns how many."""
    d = t.deliveries.c
    rows = db.execute(
        select(t.deliveries).where(
            d.remedy == Remedy.REDELIVERY.value, d.state.in_(_REPORTED), d.redelivery_on < today
        )
    ).all()
    for row in rows:
        store(db, remedied(_delivery(row)))
    return len(rows)


def outages(db: Connection, product: str | None, now: datetime) -> tuple[KnownOutage, ...]:
    """What is disturbed now or planned, of a product or of all, the oldest first."""
    o = t.outages.c
    query = select(o.product, o.kind, o.started_at, o.expected_until, o.text_de, o.text_en)
    query = query.where(o.ended_at.is_(None) | (o.ended_at > now))
    if product is not None:
        query = query.where(o.product == product)
    rows = db.execute(query.order_by(o.started_at, o.product))
    return tuple(KnownOutage(**row._mapping) for row in rows)


def _is(delivery: Delivery) -> Any:
    d = t.deliveries.c
    return (d.subscription == delivery.subscription) & (d.issue_on == delivery.issue_on)


def _delivery(row: Row[Any]) -> Delivery:
    values = dict(row._mapping)
    remedy = Remedy(row.remedy) if row.remedy else None
    return Delivery(**{**values, "state": DeliveryState(row.state), "remedy": remedy})


def _delivery_columns(delivery: Delivery) -> dict[str, Any]:
    remedy = delivery.remedy.value if delivery.remedy else None
    return {**asdict(delivery), "state": delivery.state.value, "remedy": remedy}


def _suspension(row: Row[Any]) -> Suspension:
    kind, state = SuspensionKind(row.kind), SuspensionState(row.state)
    return Suspension(**{**row._mapping, "kind": kind, "state": state})


def _suspension_columns(suspension: Suspension) -> dict[str, Any]:
    kind, state = suspension.kind.value, suspension.state.value
    return {**asdict(suspension), "kind": kind, "state": state}
