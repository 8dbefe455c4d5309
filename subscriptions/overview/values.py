"""The values of the 360° view: plain data, nested and frozen, for `dataclasses.asdict` and JSON.

Invariants: addresses, phone numbers and methods are masked already; lists are newest first; no text that a
person wrote is here.
"""

from dataclasses import dataclass
from datetime import date, datetime

from subscriptions.model.base import Money
from subscriptions.model.catalogue import Plan
from subscriptions.model.contracts import Entitlement, SubscriptionState
from subscriptions.model.plans import AddonStatus, Notice, PauseStatus, Payer
from subscriptions.overview.money_values import MoneyPart
from subscriptions.policy.leaving import Risk, Trend
from subscriptions.policy.next_action import NextAction
from subscriptions.policy.segments import Segment


@dataclass(frozen=True, slots=True)
class HoldLine:
    """Why collection rests, since when and until when (None: until a person ends it), for one invoice or all."""

    kind: str
    since: datetime
    until: datetime | None
    invoice: str | None
    case: str | None


@dataclass(frozen=True, slots=True)
class Header:
    """Who this is. `since` is the first day as a customer; `login` says what keeps them out, else `free`."""

    number: str
    name: str
    locale: str
    address_form: str
    email: str
    since: date
    segment: Segment
    phone: str | None
    company: str | None
    holds: tuple[HoldLine, ...]
    deceased_on: date | None
    login: str
    channel: str
    less_contact: bool


@dataclass(frozen=True, slots=True)
class Someone:
    """A customer whom an agent looked for; the address is masked.

    `since`: None where only the account tells it; `invoice`: its number, when that was what led there.
    """

    number: str
    name: str
    locale: str
    email: str
    since: date | None
    invoice: str | None = None


@dataclass(frozen=True, slots=True)
class People:
    """A page of them; `more` is where the next one begins, None on the last."""

    people: tuple[Someone, ...]
    more: str | None


@dataclass(frozen=True, slots=True)
class NextPrice:
    """Another price that is decided already, from the first debit that asks it, with the reason that was given."""

    valid_from: date
    price: Money
    reason_de: str | None
    reason_en: str | None


@dataclass(frozen=True, slots=True)
class Devices:
    """Devices that are signed in, and how many may be."""

    count: int
    limit: int


@dataclass(frozen=True, slots=True)
class SuspensionLine:
    """Delivery rests or goes elsewhere on these days, both included. `kind`: interrupt, redirect, donate."""

    kind: str
    from_on: date
    until_on: date
    running: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """The printed issue: the next one that arrives, what is planned, and problems of the last 30 days."""

    next_on: date | None
    suspensions: tuple[SuspensionLine, ...]
    problems: int


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """A voucher of the contract. `left` counts billing periods, or months for a voucher of months."""

    code: str
    redeemed_at: datetime
    left: int


@dataclass(frozen=True, slots=True)
class Contract:
    """The contract with its plan; `renews_on` is None when it ends.

    `price` is the plan's price in force for one interval, `total` with all add-ons; `method` is masked.
    """

    id: str
    plan: Plan
    state: SubscriptionState
    entitlement: Entitlement
    started_on: date
    renews_on: date | None
    ends_on: date | None
    pending_plan: Plan | None
    pending_from: date | None
    price: Money
    total: Money
    next_price: NextPrice | None
    addons: tuple[AddonStatus, ...]
    vouchers: tuple[VoucherLine, ...]
    notice: Notice | None
    fixed_until: date | None
    trial_ends_on: date | None
    pause: PauseStatus | None
    payer: Payer
    channel: str
    method: str | None
    devices: Devices
    delivery: Delivery | None


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One message that went out."""

    at: datetime
    channel: str
    reason: str
    template: str


@dataclass(frozen=True, slots=True)
class CapsLeft:
    """How many messages may still go out in 30 days; none about a benefit when it is not wanted."""

    payment: int
    benefit: int


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case that is not closed. `missed`: we owe an answer that was promised for earlier."""

    number: str
    kind: str
    skill: str
    state: str
    owner: str | None
    opened_at: datetime
    promised_at: datetime
    missed: bool


@dataclass(frozen=True, slots=True)
class CallbackLine:
    """A call that is promised, or was promised and did not come."""

    case: str
    from_at: datetime
    until_at: datetime
    missed: bool


@dataclass(frozen=True, slots=True)
class UseMonth:
    """On how many days of a month something was used; never what."""

    month: date
    days: int


@dataclass(frozen=True, slots=True)
class Use:
    """Aggregates of the last twelve months."""

    last_on: date | None
    trend: Trend
    months: tuple[UseMonth, ...]


@dataclass(frozen=True, slots=True)
class Purchase:
    """What was bought or redeemed beside the plan. `kind`: addon, voucher, change (of the plan)."""

    on: date
    kind: str
    text_de: str
    text_en: str
    amount: Money | None


@dataclass(frozen=True, slots=True)
class OutageLine:
    """What does not work right now and concerns one of the contracts."""

    product: str
    kind: str
    since: datetime
    expected_until: datetime | None
    text_de: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The 360° view as of a moment. `risk` is None when nobody may estimate it, or nothing can be left."""

    as_of: datetime
    header: Header
    contracts: tuple[Contract, ...]
    money: MoneyPart
    contacts: tuple[ContactLine, ...]
    next_action: NextAction | None
    caps: CapsLeft
    cases: tuple[CaseLine, ...]
    callbacks: tuple[CallbackLine, ...]
    use: Use
    purchases: tuple[Purchase, ...]
    outages: tuple[OutageLine, ...]
    risk: Risk | None
