"""What a plan costs over time and why, and what the caller pays."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection

from subscriptions.entities.contracts import Subscription
from subscriptions.model.base import Caller
from subscriptions.model.catalogue import Plan
from subscriptions.model.pricing import OwnPrice, PlanPrices, PriceStep
from subscriptions.policy.access import identified
from subscriptions.policy.calendar import business_date
from subscriptions.policy.pricing import PlanTerms, list_price, next_step, price_in_force
from subscriptions.store import contracts, pricing
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading


def price_history(backing: Backing, caller: Caller, plan: str | None) -> tuple[PlanPrices, ...]:
    """The prices of a plan; by default those of the caller's contracts, or of the catalogue for a stranger.

    The catalogue is open to all, level 0; the own price is added for an identified caller. Raises PLAN_UNKNOWN.
    """
    today = business_date(backing.clock())
    with reading(backing.engine) as db:
        own = _own(db, identified(caller))
        terms = pricing.terms_by_code(db, _wanted(db, plan, own))
    return tuple(_prices(t, own.get(t.plan.code), today) for t in terms.values())


def _own(db: Connection, number: str | None) -> Mapping[str, Subscription]:
    """The running contracts of an identified caller by plan, the newest of each."""
    found = contracts.all_of(db, number) if number else ()
    running = [contract for contract in found if not contracts.is_over(contract)]
    return {contract.plan: contract for contract in reversed(running)}


def _wanted(db: Connection, plan: str | None, own: Mapping[str, Subscription]) -> tuple[Plan, ...]:
    if plan is not None:
        return (contracts.plan(db, plan),)
    everything = contracts.catalogue(db)
    return tuple(p for p in everything if p.code in own) if own else everything


def _prices(terms: PlanTerms, contract: Subscription | None, today: date) -> PlanPrices:
    known = sorted(terms.prices, key=lambda price: price.valid_from)
    before = [None, *(price.price for price in known)]
    return PlanPrices(
        plan=terms.plan,
        price=list_price(terms, today),
        steps=tuple(
            PriceStep(price.valid_from, price.price, was, price.reason_de, price.reason_en)
            for price, was in zip(known, before, strict=False)
        ),
        own=_own_price(terms, contract, today) if contract else None,
    )


def _own_price(terms: PlanTerms, contract: Subscription, today: date) -> OwnPrice:
    ahead = next_step(contract, terms, today)
    return OwnPrice(
        subscription=contract.id,
        price=price_in_force(contract, terms, today),
        agreed=contract.price_minor is not None,
        next_on=ahead[0] if ahead else None,
        next_price=ahead[1] if ahead else None,
    )
