"""Frozen values that the subscription business takes and gives: callers, answers, receipts.

Invariants: money is integer minor units with a currency; a moment is aware UTC, a date is a day in
Europe/Berlin; a value never changes. What lives on and makes steps is in `entities`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum

Clock = Callable[[], datetime]
"""Where the current moment (aware UTC) comes from; tests set it."""


class Level(IntEnum):
    """How sure we are who is speaking."""

    ANONYMOUS = 0
    IDENTIFIED = 1
    CONFIRMED = 2


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for a use case. `actor` is `bot` or `agent:<login>` and ends in the audit."""

    subscriber: str | None
    level: Level
    actor: str
    proven_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents) of one currency."""

    minor: int
    currency: str = "EUR"


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


class SubscriptionState(StrEnum):
    """Billing state; what may be used is `Entitlement`, never this."""

    PENDING = "pending"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAUSED = "paused"
    PAST_DUE = "past_due"
    SUSPENDED = "suspended"
    CANCEL_SCHEDULED = "cancel_scheduled"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class Entitlement(StrEnum):
    """What the subscriber may use now; derived by policy, never set by chat."""

    FULL = "full"
    LIMITED = "limited"
    NONE = "none"


class FailureClass(StrEnum):
    """What a raw decline or return code means for us."""

    SOFT_FUNDS = "soft_funds"
    SOFT_BANK = "soft_bank"
    SOFT_MASKED = "soft_masked"
    TECH = "tech"
    NEEDS_SCA = "needs_sca"
    UPDATE_METHOD = "update_method"
    HARD_METHOD = "hard_method"
    NEW_MANDATE = "new_mandate"
    CUSTOMER_STOP = "customer_stop"
    RISK = "risk"
    STOP_ALL = "stop_all"
    OWN_ERROR = "own_error"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One item of an invoice; `tax_minor` is contained in `amount`."""

    text_de: str
    text_en: str
    amount: Money
    tax_minor: int
    period_start: date
    period_end: date


@dataclass(frozen=True, slots=True)
class Charge:
    """The answer to "what is this charge for": one invoice, itemised."""

    invoice: str
    issued_on: date
    due_on: date
    total: Money
    status: str
    method: str
    lines: tuple[InvoiceLine, ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """What is open now and what will be debited next."""

    open: Money
    overdue: Money
    next_on: date | None
    next_amount: Money | None
    method: str | None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the last payment of an open invoice did not go through, and what may be done."""

    invoice: str
    amount: Money
    failed_on: date
    raw_code: str
    kind: FailureClass
    method: str
    retry_allowed: bool
    retries_left: int
    needs_person: bool


@dataclass(frozen=True, slots=True)
class RetryOutcome:
    """The result of a retry that was executed once for its key.

    A SEPA debit that was accepted is `succeeded` but not `final`: the bank may still return it, and the
    money is expected by `settles_on`.
    """

    invoice: str
    amount: Money
    succeeded: bool
    kind: FailureClass | None
    reference: str
    at: datetime
    final: bool = True
    settles_on: date | None = None


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


@dataclass(frozen=True, slots=True)
class CancellationReceipt:
    """Receipt of a declaration to cancel, § 312k BGB: time-stamped, given before anything else.

    `matched` is false when nobody is identified: then a person assigns it, and `ends_on` is None.
    """

    reference: str
    received_at: datetime
    matched: bool
    plan: Plan | None
    ends_on: date | None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class ResetReceipt:
    """What may be said after a reset was asked for: never whether an account exists.

    `sent_to` is the masked address, only for an identified caller.
    """

    sent_to: str | None
    valid_minutes: int


@dataclass(frozen=True, slots=True)
class Profile:
    """Whom we address, and in which language (`de` or `en`)."""

    number: str
    name: str
    locale: str


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """A customer of the demo data, with the story that the demo page tells about them."""

    number: str
    name: str
    locale: str
    story_de: str
    story_en: str
