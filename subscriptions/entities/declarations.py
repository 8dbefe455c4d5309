"""Declarations that end a contract as they were received: cancellations and withdrawals.

Invariants: what was received and when never changes; a declaration gets its contract at most once.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class DeclarationKind(StrEnum):
    """Whether the contract ends in the ordinary way, or at once for a special reason."""

    ORDINARY = "ordinary"
    CAUSE = "cause"


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declaration to cancel; `text` holds no card numbers, `ends_on` is None while a person decides."""

    reference: str
    customer: str | None
    subscription: str | None
    received_at: datetime
    text: str
    plan: str | None
    ends_on: date | None
    kind: DeclarationKind = DeclarationKind.ORDINARY
    reason: str | None = None
    taken_back_at: datetime | None = None
    case_number: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A withdrawal (§ 355 BGB); `in_time` is None while a person looks for the order."""

    reference: str
    customer: str | None
    subscription: str | None
    received_at: datetime
    text: str
    in_time: bool | None = None
    refund_minor: int | None = None
    case_number: str | None = None
