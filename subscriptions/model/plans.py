"""What a subscriber has, what plans differ in, and the receipts of add-ons and pauses."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from subscriptions.model.base import Money
from subscriptions.model.catalogue import Addon, ChangeKind, Interval, Plan
from subscriptions.model.contracts import Entitlement, SubscriptionState


class Payer(StrEnum):
    """Who pays for a contract, seen from the one who uses it."""

    OWN = "own"
    GIFT = "gift"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class AddonStatus:
    """A booked add-on. `price` is for all pieces and one interval of the plan; `ends_on` if it was removed."""

    addon: Addon
    quantity: int
    price: Money
    since: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class PauseStatus:
    """A pause that runs or will: `until_on` is the first day on which the contract runs again.

    `fixed_until` is the end of the minimum term once the pause is over, None without such a term.
    """

    from_on: date
    until_on: date
    running: bool
    fixed_until: date | None = None


@dataclass(frozen=True, slots=True)
class PriceStep:
    """A price that is already decided for a later day."""

    valid_from: date
    price: Money


@dataclass(frozen=True, slots=True)
class Notice:
    """How the contract can be left.

    Declared on `cancel_by` at the latest it ends on `earliest_end`; with `cancel_by` None any day is right and
    the contract ends `notice_months` after it.
    """

    earliest_end: date
    cancel_by: date | None
    notice_months: int


@dataclass(frozen=True, slots=True)
class ContractStatus:
    """One contract as its subscriber should know it.

    `price` is the plan's price in force for one interval, `total` with all add-ons. `renews_on` is the day the
    next period begins, None when none will; `ends_on` is set once the end is certain; `notice` is None then.
    """

    subscription: str
    plan: Plan
    price: Money
    total: Money
    next_price: PriceStep | None
    addons: tuple[AddonStatus, ...]
    state: SubscriptionState
    entitlement: Entitlement
    since: date
    period_start: date
    period_end: date
    renews_on: date | None
    ends_on: date | None
    notice: Notice | None
    fixed_until: date | None
    pending_plan: Plan | None
    pending_from: date | None
    pause: PauseStatus | None
    trial_ends_on: date | None
    payer: Payer
    channel: str  # direct, partner, gift
    method: str | None  # masked


@dataclass(frozen=True, slots=True)
class ComparedPlan:
    """A plan beside the others. `plan` carries the price for this caller: their own if it is theirs.

    `difference` is what it costs more (or less) a month than the own plan; `more` and `less` are the features
    it has beyond the own plan, and those it lacks. All are empty without an own plan of the product.
    """

    plan: Plan
    per_month: Money
    per_year: Money
    current: bool
    kind: ChangeKind | None = None
    difference: Money | None = None
    more_de: tuple[str, ...] = ()
    more_en: tuple[str, ...] = ()
    less_de: tuple[str, ...] = ()
    less_en: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddonOffer:
    """An add-on that fits the plan. `price` is for one piece and one interval of the plan; `left` may be booked."""

    addon: Addon
    price: Money
    left: int


@dataclass(frozen=True, slots=True)
class AddonsOf:
    """What can be booked beside the plan of a contract, and what is booked."""

    subscription: str
    interval: Interval
    offers: tuple[AddonOffer, ...]
    booked: tuple[AddonStatus, ...]


@dataclass(frozen=True, slots=True)
class AddonReceipt:
    """An add-on that will end: `quantity` pieces can be used until the day before `ends_on`."""

    subscription: str
    addon: Addon
    quantity: int
    ends_on: date
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PauseTerms:
    """What a pause would mean: nothing is billed or delivered from `from_on` until the day before `until_on`.

    `next_debit_on` is the day of the next regular debit; what was paid for before the pause is used up after it.
    `fixed_until` is the end of the minimum term after the pause, None without such a term.
    """

    subscription: str
    plan: Plan
    months: int
    from_on: date
    until_on: date
    next_debit_on: date
    fixed_until: date | None = None


@dataclass(frozen=True, slots=True)
class PauseReceipt:
    """A pause that is scheduled, or began at once."""

    terms: PauseTerms
    running: bool
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ResumeReceipt:
    """A pause that ended early (`was_running`) or was called off before it began.

    `fixed_until` is the end of the minimum term now: it is longer by the days that were really paused.
    """

    subscription: str
    plan: Plan
    state: SubscriptionState
    was_running: bool
    next_debit_on: date
    reference: str
    at: datetime
    fixed_until: date | None = None


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """A change that was called off before it took effect: the plan stays, or the add-on does."""

    subscription: str
    plan: Plan
    dropped: Plan | None
    addon: Addon | None
    reference: str
    at: datetime
