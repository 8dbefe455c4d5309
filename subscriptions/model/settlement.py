"""What became of an event that a payment provider told, and of asking it."""

from dataclasses import dataclass
from enum import StrEnum

from subscriptions.model.base import Money


class Outcome(StrEnum):
    """What an event changed here."""

    APPLIED = "applied"
    STALE = "stale"  # something newer is known already
    UNKNOWN = (
        "unknown"  # about something that is not here yet; tried again when the provider is asked
    )
    IGNORED = "ignored"  # nothing to us
    CONFLICT = "conflict"  # contradicts what is stored; a person looks at it
    DUPLICATE = "duplicate"  # told before


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What asking the provider brought: how many charges were asked about, changed, and not answered.

    `retold` counts events that were unknown when they came and could be applied now; `more`: the next round has work.
    """

    asked: int
    changed: int
    unanswered: int
    retold: int
    more: bool = False


class PageState(StrEnum):
    """Whether something can still be done on a page of the provider."""

    OPEN = "open"
    DONE = "done"
    OVER = "over"  # ran out, or was replaced by a newer one


@dataclass(frozen=True, slots=True)
class PageAsked:
    """What a page of the provider asks for: money for these invoices, or without an amount a new way to pay."""

    state: PageState
    amount: Money | None = None
    invoices: tuple[str, ...] = ()
