"""What a plan costs over time: its price history, and the phases a contract starts with."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from subscriptions.model.base import Money


@dataclass(frozen=True, slots=True)
class Price:
    """The price of a plan from a day on, and the reason that subscribers were given for the change."""

    plan: str
    valid_from: date
    price: Money
    reason_de: str | None = None
    reason_en: str | None = None


class PhaseKind(StrEnum):
    """What a part of a contract's life is."""

    TRIAL = "trial"
    DISCOUNT = "discount"
    EVERGREEN = "evergreen"


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of a plan. `days` of a trial, `months` of a discount; an evergreen phase has no end."""

    plan: str
    position: int
    kind: PhaseKind
    price: Money
    days: int | None = None
    months: int | None = None
