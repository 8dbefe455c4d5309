"""Plans, and the quotes and receipts of changing them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from subscriptions.model.base import Money


class Interval(StrEnum):
    """How often a plan is billed."""

    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Plan:
    """A row of the catalogue. `rank` orders plans of a product from small to big."""

    code: str
    product: str
    name_de: str
    name_en: str
    price: Money
    interval: Interval
    rank: int
    features_de: tuple[str, ...]
    features_en: tuple[str, ...]
    available: bool = True
    print_delivery: bool = False
    device_limit: int = 5
    min_months: int = 0


class ChangeKind(StrEnum):
    """Direction of a plan change."""

    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"


@dataclass(frozen=True, slots=True)
class Quote:
    """A priced offer to change the plan, bound to one subscriber and valid until `expires_at`.

    `credit` is the unused rest of the old plan (negative), `charge` the new plan for the same days,
    `due_now` their sum. UPGRADE is what needs the order button (§ 312j(3) BGB), DOWNGRADE is what a typed
    yes may confirm. A downgrade and a change of the interval cost nothing now and become effective at
    period end: all three amounts are zero.
    """

    token: str
    kind: ChangeKind
    old: Plan
    new: Plan
    credit: Money
    charge: Money
    due_now: Money
    days_left: int
    days_in_period: int
    effective_on: date
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ChangeReceipt:
    """A plan change that was executed (upgrade) or scheduled (downgrade)."""

    kind: ChangeKind
    old: Plan
    new: Plan
    due_now: Money
    effective_on: date
    reference: str
    at: datetime
