"""What became of an event that a payment provider told, and of asking it."""

from dataclasses import dataclass
from enum import StrEnum


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

    `retold` counts events that were unknown when they came and could be applied now.
    """

    asked: int
    changed: int
    unanswered: int
    retold: int
