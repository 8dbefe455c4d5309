"""Who may ask for what: the level check of every use case.

Invariants: below level 1 nothing about an account is confirmed; level 2 ends after 10 minutes.
"""

from datetime import datetime, timedelta

from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level

CONFIRMED_FOR = timedelta(minutes=10)
JOB = Caller(None, Level.ANONYMOUS, "schedule")  # what the business does by itself


def require(caller: Caller, level: Level, now: datetime) -> str:
    """The customer number of the caller; raises IDENTITY_NEEDED or STEP_UP_NEEDED."""
    if caller.subscriber is None or caller.level < Level.IDENTIFIED:
        raise SubscriptionError(Code.IDENTITY_NEEDED)
    if level is Level.CONFIRMED and not _freshly_confirmed(caller, now):
        raise SubscriptionError(Code.STEP_UP_NEEDED)
    return caller.subscriber


def identified(caller: Caller) -> str | None:
    """The customer number if the caller is at least identified; for use cases of level 0."""
    return caller.subscriber if caller.level >= Level.IDENTIFIED else None


def is_confirmed(caller: Caller, now: datetime) -> bool:
    """Whether values may be shown unmasked: level 2, freshly proven."""
    return _freshly_confirmed(caller, now)


def is_agent(caller: Caller) -> bool:
    """Whether a person at the desk asks; the desk has checked their session."""
    return caller.actor.startswith("agent:")


def require_agent(caller: Caller) -> str:
    """The actor of a person at the desk; raises IDENTITY_NEEDED for everybody else."""
    if not is_agent(caller):
        raise SubscriptionError(Code.IDENTITY_NEEDED)
    return caller.actor


def _freshly_confirmed(caller: Caller, now: datetime) -> bool:
    return (
        caller.level is Level.CONFIRMED
        and caller.proven_at is not None
        and timedelta(0) <= now - caller.proven_at <= CONFIRMED_FOR
    )
