"""The demo's catalogue and people, made from `data/seed/` relative to the day of seeding.

Invariants: a customer or plan that exists is left alone, so that seeding again changes nothing; the same
day and the same files give the same data; only masked labels and made-up people are stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, Engine

from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.contracts import Period, Subscription
from subscriptions.entities.invoices import Invoice, InvoiceStatus
from subscriptions.entities.methods import Mandate, MandateState, MethodKind, PaymentMethod
from subscriptions.entities.parties import Customer
from subscriptions.errors import SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.billing import InvoiceLine
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.calendar import MONTHS, add_months, business_date
from subscriptions.policy.changes import contained_tax
from subscriptions.store import contracts, customers, invoices
from subscriptions.store.engine import writing

SEED = Path(__file__).parent.parent / "data" / "seed"
HISTORY_MONTHS = 24
DEBIT_AT = time(5, 30, tzinfo=UTC)

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Story:
    """One customer to be made, with what everything about them is derived from."""

    facts: Facts
    plan: Plan
    tax: int
    period: Period
    today: date

    @property
    def number(self) -> str:
        return str(self.facts["number"])

    @property
    def kind(self) -> MethodKind:
        return MethodKind(self.facts["method"]["kind"])

    @property
    def method_id(self) -> str:
        return f"P-{self.number.removeprefix('K-')}"

    @property
    def subscription_id(self) -> str:
        return f"S-{self.number.removeprefix('K-')}"


def seed(engine: Engine, now: datetime, folder: Path = SEED) -> int:
    """Store what is missing; returns how many customers were new."""
    today = business_date(now)
    plans = yaml.safe_load((folder / "plans.yml").read_text())
    people = yaml.safe_load((folder / "customers.yml").read_text())
    with writing(engine) as db:
        for facts in plans:
            contracts.add_plan(db, _plan(facts), facts["tax"])
        return sum(_add(db, facts, today) for facts in people)


def _plan(facts: Facts) -> Plan:
    return Plan(
        code=facts["code"],
        product=facts["product"],
        name_de=facts["name_de"],
        name_en=facts["name_en"],
        price=Money(facts["price"]),
        interval=Interval(facts["interval"]),
        rank=facts["rank"],
        features_de=tuple(facts["features_de"]),
        features_en=tuple(facts["features_en"]),
    )


def _add(db: Connection, facts: Facts, today: date) -> bool:
    try:
        customers.by_number(db, facts["number"])
    except SubscriptionError:
        _make(db, _story(db, facts, today))
        return True
    return False


def _story(db: Connection, facts: Facts, today: date) -> _Story:
    plan = contracts.plan(db, facts["plan"])
    start = today - timedelta(days=facts["days_gone"])
    usual = add_months(start, MONTHS[plan.interval])
    exact = facts.get("period_days")
    end = start + timedelta(days=exact) if exact else usual
    tax = contracts.tax_percent(db, plan.code)
    return _Story(facts, plan, tax, Period(start, end), today)


def _make(db: Connection, story: _Story) -> None:
    facts = story.facts
    started = add_months(story.period.start, -facts["months"])
    person = Customer(
        number=story.number,
        name=facts["name"],
        email=facts["email"],
        locale=facts["locale"],
        address_form=facts.get("address_form", "formal"),
        since=started,
    )
    customers.add(db, person, (facts["story_de"], facts["story_en"]))
    customers.add_method(db, _method(story, started), _mandate(story, started))
    state = SubscriptionState.PAST_DUE if facts.get("failed") else SubscriptionState.ACTIVE
    contracts.add(
        db,
        Subscription(
            id=story.subscription_id,
            customer=story.number,
            plan=story.plan.code,
            state=state,
            started_on=started,
            period=story.period,
            anchor_day=story.period.start.day,
            method=story.method_id,
        ),
    )
    _make_history(db, story)


def _method(story: _Story, started: date) -> PaymentMethod:
    facts = story.facts["method"]
    months = facts.get("expires_in_months")
    expires = None
    if months is not None:  # cards end with the last day of a month
        expires = add_months(story.today.replace(day=1), months + 1) - timedelta(days=1)
    return PaymentMethod(
        id=story.method_id,
        customer=story.number,
        kind=story.kind,
        label=facts["label"],
        expires_on=expires,
        updated_on=started,
        hint=facts["hint"],
    )


def _mandate(story: _Story, started: date) -> Mandate | None:
    reference = story.facts["method"].get("mandate")
    return Mandate(reference, story.method_id, MandateState.ACTIVE, started) if reference else None


def _make_history(db: Connection, story: _Story) -> None:
    """Invoices from the oldest to the current one, each with its attempts."""
    step = MONTHS[story.plan.interval]
    past = min(story.facts["months"], HISTORY_MONTHS) // step
    anchor = story.period.start.day
    for index, back in enumerate(range(past, -1, -1), start=1):
        if back == 0:
            period, codes = story.period, tuple(story.facts.get("failed", ()))
        else:
            start = add_months(story.period.start, -back * step, anchor)
            period = Period(start, add_months(start, step, anchor))
            codes = _slip(story, back * step, start)
        _make_invoice(db, story, (index, period), codes)


def _slip(story: _Story, months_ago: int, start: date) -> tuple[Facts, ...]:
    slipped = story.facts.get("slipped")
    if slipped is None or slipped["months_ago"] != months_ago:
        return ()
    return ({"days_ago": (story.today - start).days, "code": slipped["code"]},)


def _make_invoice(
    db: Connection, story: _Story, place: tuple[int, Period], failures: tuple[Facts, ...]
) -> None:
    index, period = place
    current = period == story.period
    unpaid = current and bool(failures)
    number = invoices.invoice_number(story.number, index)
    invoices.add(
        db,
        Invoice(
            number=number,
            customer=story.number,
            subscription=story.subscription_id,
            issued_on=period.start,
            due_on=period.start,
            total=story.plan.price,
            status=InvoiceStatus.FAILED if unpaid else InvoiceStatus.PAID,
            lines=(_line(story, period),),
        ),
    )
    for try_number, failure in enumerate(failures, start=1):
        day = story.today - timedelta(days=failure["days_ago"])
        state = AttemptState.FAILED if story.kind is MethodKind.CARD else AttemptState.RETURNED
        _add_attempt(db, story, (number, try_number, day), (state, failure["code"]))
    if not unpaid:
        day = period.start + timedelta(days=3 if failures else 0)
        place_of_success = (number, len(failures) + 1, day)
        _add_attempt(db, story, place_of_success, (AttemptState.SUCCEEDED, None))


def _line(story: _Story, period: Period) -> InvoiceLine:
    return InvoiceLine(
        text_de=story.plan.name_de,
        text_en=story.plan.name_en,
        amount=story.plan.price,
        tax_minor=contained_tax(story.plan.price.minor, story.tax),
        period_start=period.start,
        period_end=period.end,
    )


def _add_attempt(
    db: Connection,
    story: _Story,
    place: tuple[str, int, date],
    outcome: tuple[AttemptState, str | None],
) -> None:
    number, index, day = place
    invoices.add_attempt(
        db,
        Attempt(
            reference=f"{number}-{index}",
            invoice=number,
            number=index,
            method=story.method_id,
            kind=story.kind,
            amount=story.plan.price,
            state=outcome[0],
            raw_code=outcome[1],
            at=datetime.combine(day, DEBIT_AT),
        ),
    )
