"""How likely somebody leaves, by signs that anybody can check; with the weightiest reasons in plain words.

Invariants: whole points, no learned part; never name, age, place, or what somebody watches or reads; it steers
what an agent offers, never what a customer owes, may use or is told about a failed payment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from subscriptions.model.base import Words

RECENT_MONTHS = 3
MOST_REASONS = 3
RAISED = 20
HIGH = 45


class Trend(StrEnum):
    """How the use of the last three full months compares with the three before."""

    RISING = "rising"
    STEADY = "steady"
    FALLING = "falling"
    NONE = "none"  # nothing was used
    UNKNOWN = "unknown"  # too short a time to compare


class RiskLevel(StrEnum):
    """How likely somebody leaves."""

    LOW = "low"
    RAISED = "raised"
    HIGH = "high"


class Sign(StrEnum):
    """What speaks for leaving."""

    CANCELLED = "cancelled"
    PROMISE_MISSED = "promise_missed"
    UNUSED = "unused"
    USE_FALLING = "use_falling"
    COMPLAINT = "complaint"
    PAYMENTS_FAILED = "payments_failed"
    ISSUES_MISSING = "issues_missing"
    PAUSED = "paused"
    GETTING_SMALLER = "getting_smaller"
    PRICE_RISES = "price_rises"


@dataclass(frozen=True, slots=True)
class Risk:
    """The level and its weightiest reasons, the weightiest first."""

    level: RiskLevel
    reasons: tuple[Words, ...]


_POINTS = {
    Sign.CANCELLED: (60, Words("Hat schon gekündigt.", "Has already cancelled.")),
    Sign.PROMISE_MISSED: (25, Words("Wir haben ein Versprechen verpasst.", "We missed a promise.")),
    Sign.UNUSED: (25, Words("Seit Monaten nichts genutzt.", "Has used nothing for months.")),
    Sign.USE_FALLING: (20, Words("Nutzt immer weniger.", "Uses it less and less.")),
    Sign.COMPLAINT: (20, Words("Hat eine offene Beschwerde.", "Has an open complaint.")),
    Sign.PAYMENTS_FAILED: (
        15,
        Words(
            "Mehrere Zahlungen in zwölf Monaten sind gescheitert.",
            "Several payments failed in twelve months.",
        ),
    ),
    Sign.ISSUES_MISSING: (15, Words("Mehrere Zeitungen fehlten.", "Several papers were missing.")),
    Sign.PAUSED: (15, Words("Der Vertrag pausiert.", "The contract is paused.")),
    Sign.GETTING_SMALLER: (
        10,
        Words("Wechselt in einen kleineren Tarif.", "Moves to a smaller plan."),
    ),
    Sign.PRICE_RISES: (10, Words("Der Preis steigt bald.", "The price goes up soon.")),
}


def trend(days_by_month: Sequence[int]) -> Trend:
    """The trend of the days used in full months, the newest first; a fifth more or less is a change."""
    recent, before = days_by_month[:RECENT_MONTHS], days_by_month[RECENT_MONTHS : 2 * RECENT_MONTHS]
    if len(before) < RECENT_MONTHS:
        return Trend.UNKNOWN
    if not sum(recent):
        return Trend.NONE
    if sum(recent) * 5 < sum(before) * 4:
        return Trend.FALLING
    return Trend.RISING if sum(recent) * 5 > sum(before) * 6 else Trend.STEADY


def risk(signs: frozenset[Sign]) -> Risk:
    """The risk that these signs make."""
    found = sorted((_POINTS[sign] for sign in signs), key=lambda one: (-one[0], one[1].en))
    points = sum(one[0] for one in found)
    level = RiskLevel.HIGH if points >= HIGH else RiskLevel.LOW
    if RAISED <= points < HIGH:
        level = RiskLevel.RAISED
    return Risk(level, tuple(words for _, words in found[:MOST_REASONS]))
