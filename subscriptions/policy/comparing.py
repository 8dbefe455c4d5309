"""Plans of a product side by side: what each costs a month and a year, and what differs from the own plan.

Invariants: pure; prices are those this caller would pay, in integer cents.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from subscriptions.entities.contracts import Subscription
from subscriptions.model.base import Money
from subscriptions.model.catalogue import Plan
from subscriptions.model.plans import ComparedPlan
from subscriptions.policy.calendar import MONTHS
from subscriptions.policy.changes import kind_of_change, rounded
from subscriptions.policy.pricing import PlanTerms, list_price, price_in_force


def compared(
    plans: Sequence[PlanTerms], own: Subscription | None, today: date
) -> tuple[ComparedPlan, ...]:
    """The plans in their order; `own` is the caller's contract about one of them, if there is one."""
    priced = [_priced(terms, own, today) for terms in plans]
    mine = next((plan for plan in priced if own and plan.code == own.plan), None)
    return tuple(_beside(plan, mine) for plan in priced)


def per_month(plan: Plan) -> Money:
    """What a plan costs for one month, rounded to the cent."""
    return Money(rounded(plan.price.minor, MONTHS[plan.interval]), plan.price.currency)


def per_year(plan: Plan) -> Money:
    """What a plan costs for twelve months."""
    return Money(plan.price.minor * 12 // MONTHS[plan.interval], plan.price.currency)


def _priced(terms: PlanTerms, own: Subscription | None, today: date) -> Plan:
    price = price_in_force(own, terms, today) if own else list_price(terms, today)
    return replace(terms.plan, price=price)


def _beside(plan: Plan, mine: Plan | None) -> ComparedPlan:
    alone = ComparedPlan(plan, per_month(plan), per_year(plan), current=plan == mine)
    if mine is None or plan == mine:
        return alone
    more = per_month(plan).minor - per_month(mine).minor
    return replace(
        alone,
        kind=kind_of_change(mine, plan),
        difference=Money(more, plan.price.currency),
        more_de=_without(plan.features_de, mine.features_de),
        more_en=_without(plan.features_en, mine.features_en),
        less_de=_without(mine.features_de, plan.features_de),
        less_en=_without(mine.features_en, plan.features_en),
    )


def _without(features: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(feature for feature in features if feature not in others)
