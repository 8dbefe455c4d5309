"""The printed issue as it is told: what came, what is being put right, what rests, and what is disturbed."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from subscriptions.model.base import Money, Words


class DeliveryState(StrEnum):
    """What became of one issue: `delivered` is presumed until somebody says otherwise."""

    DELIVERED = "delivered"
    MISSING = "missing"
    LATE = "late"
    DAMAGED = "damaged"
    REDELIVERED = "redelivered"
    CREDITED = "credited"
    SUSPENDED = "suspended"


class ProblemKind(StrEnum):
    """What was wrong with an issue."""

    MISSING = "missing"
    LATE = "late"
    DAMAGED = "damaged"


class Remedy(StrEnum):
    """How it is put right: another copy, or money off the next invoice."""

    REDELIVERY = "redelivery"
    CREDIT = "credit"


class SuspensionKind(StrEnum):
    """What happens to the issues meanwhile: none is made, they go elsewhere, or to a charity."""

    INTERRUPT = "interrupt"
    REDIRECT = "redirect"
    DONATE = "donate"


class SuspensionState(StrEnum):
    """Where an interruption or redirection stands."""

    SCHEDULED = "scheduled"
    RUNNING = "running"
    OVER = "over"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue of the last weeks. `reference` is the number of a report about it."""

    issue_on: date
    state: DeliveryState
    redirected: bool = False
    reference: str | None = None
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True)
class Deliveries:
    """The last issues of a printed contract, newest first, and the day of the next one."""

    subscription: str
    issues: tuple[Issue, ...]
    next_on: date | None


@dataclass(frozen=True, slots=True)
class ProblemOffer:
    """How an issue would be put right now: another copy on a day, or money off the next invoice."""

    issue_on: date
    redelivery_on: date
    credit: Money
    reported: int  # within 30 days, this one included


@dataclass(frozen=True, slots=True)
class ProblemReceipt:
    """What is done about an issue: another copy on a day, or money off the next invoice.

    `case_number`: it went wrong so often in 30 days that a person looks after it by `promised_at`.
    """

    reference: str
    issue_on: date
    kind: ProblemKind
    remedy: Remedy
    redelivery_on: date | None
    credit: Money | None
    reported: int  # within 30 days, this one included
    case_number: str | None = None
    promised_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SuspensionQuote:
    """What a change of the delivery would mean: how many issues, what comes off, and when they come again."""

    kind: SuspensionKind
    from_on: date
    until_on: date
    issues: int
    credit: Money | None
    resumes_on: date | None
    city: str | None = None  # where redirected issues would go


@dataclass(frozen=True, slots=True)
class SuspensionReceipt:
    """Days, both included, on which the issues rest or go elsewhere; and what that takes off the next invoice."""

    reference: str
    subscription: str
    kind: SuspensionKind
    state: SuspensionState
    from_on: date
    until_on: date
    issues: int
    credit: Money | None
    resumes_on: date | None
    city: str | None = None  # where redirected issues go


@dataclass(frozen=True, slots=True)
class Outage:
    """A disturbance that runs, or maintenance that is planned. `late`: it lasts longer than was expected."""

    product: str
    kind: str  # outage, maintenance, late_issue
    planned: bool
    started_at: datetime
    expected_until: datetime | None
    late: bool
    text: Words
