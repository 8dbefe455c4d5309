"""Receipts of declarations that end a contract, and what may follow them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from subscriptions.model.base import Money
from subscriptions.model.catalogue import Plan
from subscriptions.model.contracts import SubscriptionState


class DeclarationOutcome(StrEnum):
    """What a declaration to cancel did; the receipt is the same in weight for all of them."""

    SCHEDULED = "scheduled"
    ENDED_ALREADY = "ended_already"
    WHICH_CONTRACT = "which_contract"  # several run, a person asks which one is meant
    PERSON = "person"  # nobody is identified, or nothing runs that could end by itself


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
    outcome: DeclarationOutcome = DeclarationOutcome.SCHEDULED
    subscription: str | None = None
    case: str | None = None


class CauseReason(StrEnum):
    """Why somebody ends a contract at once (§ 314 BGB)."""

    CONTENT_GONE = "content_gone"
    MOVED = "moved"
    ILLNESS = "illness"
    PRICE = "price"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CauseReceipt:
    """Receipt of a declaration to cancel for cause. A person decides by `promised_at`; nothing has ended yet."""

    reference: str
    received_at: datetime
    matched: bool
    reason: CauseReason
    plan: Plan | None
    case: str
    promised_at: datetime
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class WithdrawalReceipt:
    """Receipt of a withdrawal, § 356a BGB.

    `in_time` None: a person finds the order. `refund` is what goes back, zero when nothing was paid; None
    while a person decides. `awaited` goes back as well once the debit under way has brought it, and not if it fails:
    nobody knows yet. The same withdrawal said again tells both as they are then.
    """

    reference: str
    received_at: datetime
    matched: bool
    in_time: bool | None
    plan: Plan | None
    refund: Money | None
    case: str | None
    repeated: bool = False
    awaited: Money | None = None


class EndingKind(StrEnum):
    """In which way somebody declared an end."""

    ORDINARY = "ordinary"
    CAUSE = "cause"
    WITHDRAWAL = "withdrawal"


class EndingState(StrEnum):
    """Where a declared end stands."""

    SCHEDULED = "scheduled"
    ENDED = "ended"
    TAKEN_BACK = "taken_back"
    WITHDRAWN = "withdrawn"
    WITH_PERSON = "with_person"


@dataclass(frozen=True, slots=True)
class EndingStatus:
    """What became of one declaration. `ends_on` is the first day without the contract."""

    reference: str
    kind: EndingKind
    received_at: datetime
    state: EndingState
    plan: Plan | None
    subscription: str | None
    ends_on: date | None
    case: str | None
    can_take_back: bool


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A scheduled end that was undone; the contract goes on and renews on `renews_on`."""

    reference: str
    subscription: str
    plan: Plan
    state: SubscriptionState
    renews_on: date
    at: datetime


class OfferKind(StrEnum):
    """What may be offered to somebody who cancelled."""

    SMALLER_PLAN = "smaller_plan"
    PAUSE = "pause"
    DISCOUNT = "discount"


@dataclass(frozen=True, slots=True)
class Offer:
    """The one offer after a cancellation; no answer, or a click on no, is the end of it.

    `plan` of SMALLER_PLAN, `months` of PAUSE and DISCOUNT, `percent` of DISCOUNT.
    """

    id: str
    cancellation: str
    kind: OfferKind
    plan: Plan | None
    months: int | None
    percent: int | None
    reason_de: str
    reason_en: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OfferAnswer:
    """The answer to an offer; accepted, the contract goes on under the terms from `effective_on` on."""

    offer: str
    kind: OfferKind
    accepted: bool
    effective_on: date | None
    at: datetime


class BetterKind(StrEnum):
    """What may cost a subscriber less."""

    YEARLY_PLAN = "yearly_plan"
    SMALLER_PLAN = "smaller_plan"
    VOUCHER = "voucher"


@dataclass(frozen=True, slots=True)
class BetterOffer:
    """What would cost less, at most one. `saving` is for twelve months, None for a voucher."""

    kind: BetterKind
    plan: Plan | None
    voucher: str | None
    saving: Money | None
    reason_de: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class BereavementReceipt:
    """What everybody hears who reports a death or a guardian; never whether a number exists."""

    reference: str
    received_at: datetime
    promised_at: datetime
