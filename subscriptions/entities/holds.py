"""A hold: while it stands nothing is reminded, retried, blocked or ended automatically."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from subscriptions.errors import Code, SubscriptionError


class HoldKind(StrEnum):
    """Why collection rests (domain paper, section 4, HOLD)."""

    HARDSHIP = "hardship"
    DISPUTE = "dispute"
    DECEASED = "deceased"
    CLAIMS_PAID = "claims_paid"
    FRAUD = "fraud"


@dataclass(frozen=True, slots=True)
class Hold:
    """Collection rests for a customer, or for one invoice; `until_at` None: until a person releases it."""

    id: str
    customer: str
    kind: HoldKind
    placed_at: datetime
    invoice: str | None = None
    until_at: datetime | None = None
    released_at: datetime | None = None
    case_number: str | None = None

    def stands(self, now: datetime) -> bool:
        """Whether it still holds."""
        over = self.until_at is not None and self.until_at <= now
        return self.released_at is None and not over

    def covers(self, invoice: str) -> bool:
        """Whether it lets the collection of this invoice rest."""
        return self.invoice is None or self.invoice == invoice


def release(hold: Hold, at: datetime) -> Hold:
    """End a hold that still stands; ILLEGAL_STEP when it is over already."""
    if not hold.stands(at):
        raise SubscriptionError(Code.ILLEGAL_STEP, machine="hold", old="over", new="released")
    return replace(hold, released_at=at)
