"""What of a subscriber runs out soon: the next debit or block, from the overview that agents see.

Invariants: only what lies ahead counts; a debit of today cannot be changed any more. The view is asked under the desk's own
name, so that the audit shows who looked and why.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from handoff.desk.routing.ports import Due
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.overview.values import Overview
from subscriptions.policy.calendar import midnight
from subscriptions.port import Business

log = structlog.get_logger(__name__)

ROUTING = "agent:routing"
_NOT_A_BLOCK = ("message", "retry")
"""Steps of dunning that take nothing away from the subscriber."""


class BusinessDates:
    """Asks the business, in a thread."""

    def __init__(self, subscriptions: Business, clock: Callable[[], datetime]) -> None:
        self._subscriptions = subscriptions
        self._clock = clock

    async def due(self, subscriber_id: str) -> Due | None:
        """The next debit or block; None when the business does not answer, nothing for a number nobody has."""
        caller = Caller(subscriber=subscriber_id, level=Level.CONFIRMED, actor=ROUTING)
        try:
            seen = await asyncio.to_thread(self._subscriptions.overview.of, caller, subscriber_id)
        except SubscriptionError as refused:
            log.info("dates_not_known", code=refused.code.value)
            return None if refused.code is Code.STORE_UNAVAILABLE else Due()
        return due_of(seen, self._clock())


def due_of(seen: Overview, now: datetime) -> Due:
    """The earlier of the next debit and the next block."""
    found = [Due(_debit(seen), "debit"), Due(_block(seen), "block")]
    ahead = [due for due in found if due.at is not None and due.at > now]
    return min(ahead, key=lambda due: due.at or now, default=Due())


def _debit(seen: Overview) -> datetime | None:
    """Until the day of the debit begins, something can still be done about it."""
    day = seen.money.balance.next_on
    return midnight(day) if day else None


def _block(seen: Overview) -> datetime | None:
    dunning = seen.money.dunning
    if dunning is None or not dunning.next_step or dunning.next_step.startswith(_NOT_A_BLOCK):
        return None
    return dunning.next_at
