"""One person of the demo as written in the data, and the contracts they have.

Invariants: everything is derived from the facts and the day of seeding; nothing is read or stored here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from subscriptions.entities.contracts import Period, Subscription
from subscriptions.entities.methods import MethodKind
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.calendar import MONTHS, add_months
from subscriptions.policy.pricing import PlanTerms
from subscriptions.seeding.days import Days

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sold:
    """A plan as it is sold, with its tax in percent."""

    terms: PlanTerms
    tax: int


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose money pays a contract; without a method nothing is debited."""

    number: str
    method: str | None
    kind: MethodKind | None


@dataclass(frozen=True, slots=True)
class Deal:
    """One contract of a person: what the data say, what was sold, its days, who pays."""

    facts: Facts
    contract: Subscription
    sold: Sold
    days: Days
    payer: Payer
    logged: bool  # whether it has a log

    @property
    def step(self) -> int:
        """Months of a billing period."""
        return MONTHS[self.sold.terms.plan.interval]

    @property
    def failures(self) -> tuple[Facts, ...]:
        """The tries that failed for the current period."""
        return tuple(self.facts.get("failed", ()))


def digits(number: str) -> str:
    """`1001` of K-1001."""
    return number.removeprefix("K-")


def account_of(facts: Facts) -> str | None:
    """The account of a person; those without an address in the data get theirs when it is first needed."""
    return f"A-{digits(facts['number'])}" if "address" in facts else None


def methods_of(facts: Facts) -> Iterator[tuple[str, Facts]]:
    """The ways to pay of a person with their ids: that of the first contract, then of others."""
    n = digits(facts["number"])
    if facts.get("method"):
        yield f"P-{n}", facts["method"]
    for position, more in enumerate(facts.get("more", ()), start=2):
        if more.get("method"):
            yield f"P-{n}-{position}", more["method"]


def deals(
    facts: Facts, catalogue: Mapping[str, Sold], people: Mapping[str, Facts], today: date
) -> Iterator[Deal]:
    """The contracts of a person: the one the story begins with, then those under `more`."""
    n = digits(facts["number"])
    known = dict(methods_of(facts))
    for position, given in enumerate((facts, *facts.get("more", ())), start=1):
        end = f"-{position}" if position > 1 else ""
        own = f"P-{n}{end}" if f"P-{n}{end}" in known else f"P-{n}"
        payer = _payer(facts["number"], own, known.get(own))
        if "payer" in given:
            giver = people[given["payer"]]
            payer = _payer(giver["number"], f"P-{digits(giver['number'])}", giver["method"])
        deal = _deal(
            given, catalogue[given["plan"]], (facts["number"], f"S-{n}{end}", payer), today
        )
        yield replace(deal, logged="address" in facts)


def _payer(number: str, method: str, facts: Facts | None) -> Payer:
    return Payer(number, method if facts else None, MethodKind(facts["kind"]) if facts else None)


def _deal(facts: Facts, sold: Sold, who: tuple[str, str, Payer], today: date) -> Deal:
    customer, contract_id, payer = who
    period, anchor = _period(facts, MONTHS[sold.terms.plan.interval], today)
    began = add_months(period.start, -facts.get("months", 0), anchor)
    days = Days(today, period.start, period.end, began)
    gift = payer.number != customer
    contract = Subscription(
        id=contract_id,
        customer=customer,
        plan=sold.terms.plan.code,
        state=_state(facts),
        started_on=began,
        period=period,
        anchor_day=anchor,
        method=None if gift else payer.method,
        pending_plan=facts.get("pending_plan"),
        ends_on=_day(days, facts, "ends") or (period.end if "ended" in facts else None),
        account=f"A-{digits(payer.number)}" if gift else None,
        channel=facts.get("channel", "direct"),
        pending_from=period.end if "pending_plan" in facts else None,
        price_minor=facts.get("price_minor"),
        trial_ends_on=period.end if "trial_days" in facts else None,
        fixed_until=_day(days, facts, "fixed_until"),
    )
    return Deal(facts, contract, sold, days, payer, logged=False)


def _period(facts: Facts, step: int, today: date) -> tuple[Period, int]:
    """The current period and the day of the month on which periods begin."""
    if "ended" in facts:
        end = today + timedelta(days=facts["ended"])
        return Period(add_months(end, -step), end), end.day
    start = today - timedelta(days=facts["days_gone"])
    exact = facts.get("period_days") or facts.get("trial_days")
    end = start + timedelta(days=exact) if exact else add_months(start, step)
    return Period(start, end), start.day


def _state(facts: Facts) -> SubscriptionState:
    if "state" in facts:
        return SubscriptionState(facts["state"])
    if "ended" in facts:
        return SubscriptionState.ENDED
    if "trial_days" in facts:
        return SubscriptionState.TRIALING
    return SubscriptionState.PAST_DUE if facts.get("failed") else SubscriptionState.ACTIVE


def _day(days: Days, facts: Facts, key: str) -> date | None:
    return days.day(facts[key]) if key in facts else None
