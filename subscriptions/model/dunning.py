"""What went out about open money, what comes next, and what may be used meanwhile."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from subscriptions.model.base import Money, Words
from subscriptions.model.contracts import Entitlement
from subscriptions.model.payments import FREE, WayOut


class DunningState(StrEnum):
    """Where the collection of a customer's open money stands."""

    NEW = "new"
    SILENT_RETRY = "silent_retry"
    REMINDED = "reminded"
    GRACE = "grace"
    PROMISE = "promise"
    PLAN = "plan"
    PAUSE = "pause"
    HOLD = "hold"
    FIRM = "firm"
    HUMAN_REVIEW = "human_review"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Reminder:
    """One message about open money that went out."""

    at: datetime
    tone: str | None


@dataclass(frozen=True, slots=True)
class RestingHold:
    """Why collection rests, and until when if nobody ends it sooner."""

    kind: str
    invoice: str | None
    until: date | None
    case: str | None


@dataclass(frozen=True, slots=True)
class DunningStatus:
    """Answer to "why did I get this reminder": what is due, what went out, what comes next and why.

    The fee is always 0 (§§ 286, 288 BGB). `state` is None when no money is being collected.
    """

    due: Money
    state: DunningState | None
    reminders: tuple[Reminder, ...]
    next_step: str | None
    next_at: datetime | None
    why: Words | None
    holds: tuple[RestingHold, ...]
    ways: tuple[WayOut, ...]
    fee: Money = FREE


class AccessReason(StrEnum):
    """Why somebody may use what they may use."""

    RUNNING = "running"
    NOT_STARTED = "not_started"
    PAUSED = "paused"
    UNPAID = "unpaid"
    OVER = "over"


class AgainstPolicy(StrEnum):
    """Why a block should not be: a person must look."""

    ON_HOLD = "on_hold"
    DISPUTED = "disputed"
    PAID = "paid"
    TRIVIAL = "trivial"
    LOYAL = "loyal"


@dataclass(frozen=True, slots=True)
class AccessStatus:
    """What may be used of one contract, why, since when, and what opens it again.

    `against_policy` is set when it is blocked although the rules forbid it; then only a person helps.
    """

    subscription: str
    entitlement: Entitlement
    reason: AccessReason
    words: Words
    since: date | None
    open: Money
    reopens: tuple[WayOut, ...]
    against_policy: AgainstPolicy | None
