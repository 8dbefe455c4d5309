"""Printed contracts and what happens to their issues, for tests."""

from datetime import date, datetime, timedelta

from sqlalchemy import Engine, insert, update

from subscriptions.entities.contracts import Period, Subscription
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.delivery import DeliveryState
from subscriptions.store import contracts
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions.people import NOW
from tests.integration.subscriptions.refusals import World

READER = "K-1002"  # reads the paper besides the stream
PAPER = "S-paper"
TODAY = date(2026, 11, 21)  # a Saturday
PERIOD = Period(date(2026, 11, 1), date(2026, 12, 1))


def printed_contract(
    engine: Engine,
    *,
    number: str = READER,
    contract: str = PAPER,
    started_on: date = date(2026, 1, 1),
    ends_on: date | None = None,
) -> str:
    """A running contract about the printed paper, 39.90 € a month from the 1st; returns its id."""
    with writing(engine) as db:
        plan = t.plans.c.code == "press-complete"
        db.execute(update(t.plans).where(plan).values(print_delivery=True))
        contracts.add(
            db,
            Subscription(
                id=contract,
                customer=number,
                plan="press-complete",
                state=SubscriptionState.CANCEL_SCHEDULED if ends_on else SubscriptionState.ACTIVE,
                started_on=started_on,
                period=PERIOD,
                anchor_day=1,
                method=None,
                ends_on=ends_on,
            ),
        )
    return contract


def reported_issue(engine: Engine, day: date, reference: str = "L-1", at: datetime = NOW) -> None:
    """An issue that was reported as missing, with a credit of one euro."""
    with writing(engine) as db:
        db.execute(
            insert(t.deliveries).values(
                subscription=PAPER,
                issue_on=day,
                state=DeliveryState.MISSING.value,
                reported_at=at,
                remedy="credit",
                reference=reference,
                credit_minor=100,
            )
        )


def interruption(
    engine: Engine, first: date, last: date, *, number: str = "U-1", kind: str = "interrupt"
) -> None:
    """An interruption that was agreed long ago."""
    with writing(engine) as db:
        db.execute(
            insert(t.suspensions).values(
                id=number,
                subscription=PAPER,
                kind=kind,
                from_on=first,
                until_on=last,
                state="scheduled",
                asked_at=NOW - timedelta(days=60),
                credit_minor=1000 if kind == "interrupt" else None,
            )
        )


def outage(
    engine: Engine,
    number: str,
    started_at: datetime,
    *,
    product: str = "streaming",
    expected_until: datetime | None = None,
    ended_at: datetime | None = None,
) -> None:
    """A disturbance, running or planned."""
    with writing(engine) as db:
        db.execute(
            insert(t.outages).values(
                id=number,
                product=product,
                kind="outage",
                started_at=started_at,
                expected_until=expected_until,
                ended_at=ended_at,
                text_de="Der Stream stockt.",
                text_en="The stream stutters.",
            )
        )


def with_paper(world: World) -> None:
    """The reader has a printed contract."""
    printed_contract(world.engine)
