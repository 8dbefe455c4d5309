"""The price history and the phases of plans."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, select

from subscriptions.entities.contracts import Subscription
from subscriptions.entities.pricing import Phase, PhaseKind, Price
from subscriptions.model.base import Money
from subscriptions.model.catalogue import Plan
from subscriptions.policy.pricing import PlanTerms, price_in_force
from subscriptions.store import contracts
from subscriptions.store import tables as t


def terms_of(db: Connection, plan: Plan) -> PlanTerms:
    """A plan with its price history and phases."""
    return terms_by_code(db, (plan,))[plan.code]


def terms_by_code(db: Connection, plans: Collection[Plan]) -> Mapping[str, PlanTerms]:
    """Several plans with their price histories and phases, in two queries."""
    known = {plan.code: PlanTerms(plan) for plan in plans}
    prices = select(t.prices).where(t.prices.c.plan.in_(known)).order_by(t.prices.c.valid_from)
    for row in db.execute(prices):
        price = Price(
            row.plan,
            row.valid_from,
            Money(row.price_minor, row.currency),
            row.reason_de,
            row.reason_en,
        )
        terms = known[row.plan]
        known[row.plan] = replace(terms, prices=(*terms.prices, price))
    phases = select(t.phases).where(t.phases.c.plan.in_(known)).order_by(t.phases.c.position)
    for row in db.execute(phases):
        terms = known[row.plan]
        phase = Phase(
            row.plan,
            row.position,
            PhaseKind(row.kind),
            Money(row.price_minor, terms.plan.price.currency),
            row.days,
            row.months,
        )
        known[row.plan] = replace(terms, phases=(*terms.phases, phase))
    return known


def in_force(db: Connection, contract: Subscription, day: date, plan: str | None = None) -> Money:
    """What an interval costs the contract on `day`, with its own plan or with another one."""
    wanted = contracts.plan(db, plan or contract.plan)
    return price_in_force(contract, terms_of(db, wanted), day)
