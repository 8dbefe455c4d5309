"""Why payments fail, what became of another try, and what was arranged about open money."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from subscriptions.model.base import Money, Words

FREE = Money(0)


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


class WayOut(StrEnum):
    """What a customer may do about open money; the values are intents of the catalogue."""

    RETRY = "retry_payment"
    PAY_NOW = "pay_now"
    OTHER_METHOD = "change_payment_method"
    OTHER_ACCOUNT = "change_bank_account"
    PROMISE = "promise_to_pay"
    INSTALMENTS = "instalments"
    DOWNGRADE = "downgrade_plan"
    PAUSE = "pause_subscription"
    RESUME = "cancellation_status"
    CANCEL = "cancel_subscription"
    DISPUTE = "dispute_claim"
    PERSON = "request_human"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the last payment of an open invoice did not go through, and what may be done.

    `amount` is what is still open of the invoice; `others` are further invoices that failed, each without
    others of its own; `scheduled_on` is the day of a retry that is already arranged.
    """

    invoice: str
    amount: Money
    failed_on: date
    raw_code: str
    kind: FailureClass
    method: str
    retry_allowed: bool
    retries_left: int
    needs_person: bool
    reason: Words | None = None
    todo: Words | None = None
    ways: tuple[WayOut, ...] = ()
    scheduled_on: date | None = None
    others: tuple["Failure", ...] = ()


@dataclass(frozen=True, slots=True)
class RetryOutcome:
    """The result of a retry that was executed, or scheduled, once for its key.

    A SEPA debit that was accepted is `succeeded` but not `final`: the bank may still return it, and the
    money is expected by `settles_on`. With `scheduled_on` nothing was collected yet.
    """

    invoice: str
    amount: Money
    succeeded: bool
    kind: FailureClass | None
    reference: str
    at: datetime
    final: bool = True
    settles_on: date | None = None
    scheduled_on: date | None = None


@dataclass(frozen=True, slots=True)
class PlannedOutcome:
    """What became of a planned try on its day: made, with its outcome, or called off for a reason."""

    reference: str
    made: bool
    reason: str
    outcome: RetryOutcome | None = None


class PaymentRequestState(StrEnum):
    """Where a pay link stands."""

    OPEN = "open"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class PayLink:
    """One link for what is open; whoever has it may pay, without a login, and see nothing more.

    `url` is the provider's page, `token` proves the right to ask about this link; both are empty in what is
    stored, and `url` is empty when there is nothing left to pay with it.
    """

    reference: str
    amount: Money
    invoices: tuple[str, ...]
    expires_at: datetime
    url: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class PayLinkState:
    """All that the holder of a pay link may know."""

    amount: Money
    invoices: tuple[str, ...]
    state: PaymentRequestState


@dataclass(frozen=True, slots=True)
class PromiseTerms:
    """What a promise made today would be about, and the last day it may name, `days` from today. Free."""

    amount: Money
    invoices: tuple[str, ...]
    days: int
    until: date
    fee: Money = FREE


@dataclass(frozen=True, slots=True)
class PromiseReceipt:
    """A date by which the customer pays. Free. `counts_until` is the last day on which the money is in time."""

    reference: str
    amount: Money
    invoices: tuple[str, ...]
    on: date
    counts_until: date
    fee: Money = FREE


@dataclass(frozen=True, slots=True)
class InstalmentPart:
    """One part of an amount and its day."""

    due_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class InstalmentTerms:
    """Whether and how the open amount may be paid in parts; `refusal` is a code when it may not.

    Free of interest and fees. `most` parts within `days` days; `options` from few to many parts.
    """

    open: Money
    refusal: str | None
    most: int
    days: int
    options: tuple[tuple[InstalmentPart, ...], ...]


@dataclass(frozen=True, slots=True)
class InstalmentReceipt:
    """The parts that were agreed; free of interest and fees."""

    reference: str
    total: Money
    parts: tuple[InstalmentPart, ...]
    invoices: tuple[str, ...]
    fee: Money = FREE


class PaidBy(StrEnum):
    """How somebody says they paid."""

    TRANSFER = "transfer"
    DEBIT = "debit"
    CARD = "card"
    LINK = "link"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Paid:
    """What somebody says about a payment of theirs; all of it may be unknown."""

    on: date | None = None
    amount: Money | None = None
    by: PaidBy | None = None
    text: str = ""


class Found(StrEnum):
    """What was found of a payment that somebody says they made."""

    PAID = "paid"
    PROCESSING = "processing"
    UNASSIGNED = "unassigned"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class ClaimReceipt:
    """What was found; when that does not settle it, collection rests until `rests_until` and `case` looks.

    `amount` and `received_on` are those of the money that was found.
    """

    found: Found
    amount: Money | None = None
    received_on: date | None = None
    invoice: str | None = None
    case: str | None = None
    rests_until: date | None = None


@dataclass(frozen=True, slots=True)
class HoldReceipt:
    """Collection rests and a person looks by `promised_at`; `repeated`: it was so already.

    `resting` is false when nobody is identified: then a person assigns it. `invoice` None: all of it rests.
    """

    case: str
    promised_at: datetime
    resting: bool
    invoice: str | None = None
    repeated: bool = False
