"""Receipts of declarations that end a contract."""

from dataclasses import dataclass
from datetime import date, datetime

from subscriptions.model.catalogue import Plan


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
