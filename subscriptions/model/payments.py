"""Why payments fail and what became of another try."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from subscriptions.model.base import Money


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
