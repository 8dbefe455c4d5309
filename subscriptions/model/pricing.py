"""Prices over time, of the catalogue and of the caller."""

from dataclasses import dataclass
from datetime import date

from subscriptions.model.base import Money
from subscriptions.model.catalogue import Plan


@dataclass(frozen=True, slots=True)
class PriceStep:
    """A price of the catalogue from a day on; `was` is None for the first one that is known."""

    valid_from: date
    price: Money
    was: Money | None
    reason_de: str | None
    reason_en: str | None


@dataclass(frozen=True, slots=True)
class OwnPrice:
    """What the caller pays now, and the next other price that is already decided for them."""

    subscription: str
    price: Money
    agreed: bool  # a price of their own, which changes of the catalogue do not touch
    next_on: date | None
    next_price: Money | None


@dataclass(frozen=True, slots=True)
class PlanPrices:
    """The price of a plan over time, oldest first, and what the caller pays if it is theirs."""

    plan: Plan
    price: Money
    steps: tuple[PriceStep, ...]
    own: OwnPrice | None = None
