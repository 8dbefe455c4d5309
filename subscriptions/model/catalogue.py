"""Plans, and the quotes and receipts of changing them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from subscriptions.model.base import Money
from subscriptions.model.billing import InvoiceLine


class Interval(StrEnum):
    """How often a plan is billed."""

    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Plan:
    """A row of the catalogue. `rank` orders plans of a product from small to big.

    `print_weekdays` are the weekdays on which an issue is printed, as digits from 0, Monday.
    """

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
    print_weekdays: str = "012345"


@dataclass(frozen=True, slots=True)
class Addon:
    """What can be booked beside a plan. `price` is for one piece and one interval, tax contained.

    `most` is how many pieces one contract may have.
    """

    code: str
    product: str
    name_de: str
    name_en: str
    price: Money
    interval: Interval
    tax_percent: int
    most: int = 1


class ChangeKind(StrEnum):
    """Direction of a plan change, or an add-on beside the plan."""

    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    ADDON = "addon"


@dataclass(frozen=True, slots=True)
class Quote:
    """A priced offer to change the plan or to book an add-on, bound to one contract until `expires_at`.

    `credit` is the unused rest of the old plan (negative), `charge` the new plan for the same days,
    `due_now` their sum; `lines` are both with the tax they contain, as they will be invoiced. UPGRADE and
    ADDON need the order button (§ 312j(3) BGB), DOWNGRADE is what a typed yes may confirm. A downgrade and
    a change of the interval cost nothing now and become effective at period end: all three amounts are zero,
    and there are no lines. In a trial nothing is due either.

    `old` and `new` carry the prices of this contract: `old` what it pays now, `new` what it will pay for a
    whole interval from `next_on` on. With an add-on the plan stays, and `price` is that of the add-on for an
    interval of the plan. `fixed_until` is set when the new plan has a minimum term.
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
    subscription: str = ""
    lines: tuple[InvoiceLine, ...] = ()
    price: Money | None = None
    next_on: date | None = None
    fixed_until: date | None = None
    addon: Addon | None = None
    quantity: int = 0


@dataclass(frozen=True, slots=True)
class ChangeReceipt:
    """A change that was executed (upgrade, add-on) or scheduled (downgrade)."""

    kind: ChangeKind
    old: Plan
    new: Plan
    due_now: Money
    effective_on: date
    reference: str
    at: datetime
    subscription: str = ""
    price: Money | None = None
    addon: Addon | None = None
    quantity: int = 0
