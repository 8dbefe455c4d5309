"""Chats go when their time is over, and when the business has erased who spoke in them (Art. 5 (1) e and 17 GDPR).

Invariants: level-triggered: who was erased is asked of the business anew each time, so that a node that was away, a database that
was restored and a chat that had not ended yet are made up for; nothing goes while a person has it; the assistant forgets what is
forgotten here, asked until it says so.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from subscriptions.errors import Code, SubscriptionError
from subscriptions.port import Business

MADE_UP = timedelta(days=90)
"""For so long after chats are too old to be kept an erasure is asked for again: a backup may bring them back."""

AT_ONCE = 50
_AWAY = frozenset({Code.STORE_UNAVAILABLE, Code.NOT_OFFERED})

log = structlog.get_logger(__name__)


class Forgets(Protocol):
    """Where conversations are kept. All return how many went."""

    async def forget(self, days: int) -> int:
        """Drop those in which nothing happened for that many days."""
        ...

    async def forget_subscribers(self, numbers: Sequence[str]) -> int:
        """Drop those of these subscribers that ended."""
        ...

    async def told(self, limit: int) -> list[str]:
        """Those that are forgotten, and perhaps not yet by the assistant."""
        ...

    async def gone(self, conversations: Sequence[str]) -> None:
        """The assistant has forgotten them too."""
        ...


class Forgetting:
    """The jobs; `assistant` makes the assistant forget a conversation and says whether it did."""

    def __init__(
        self,
        store: Forgets,
        business: Business,
        assistant: Callable[[str], Awaitable[bool]],
        *,
        days: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._business = business
        self._assistant = assistant
        self._days = days
        self._clock = clock

    async def old(self) -> int:
        """Drop what is older than the operator may keep it; returns how many."""
        return _said("conversations_forgotten", await self._store.forget(self._days))

    async def erased(self) -> int:
        """Drop the chats of who was erased; returns how many."""
        since = self._clock() - timedelta(days=self._days) - MADE_UP
        try:
            numbers = await asyncio.to_thread(self._business.privacy.erased_since, since)
        except SubscriptionError as error:
            if error.code not in _AWAY:
                raise
            return 0
        gone = await self._store.forget_subscribers(numbers) if numbers else 0
        return _said("conversations_erased", gone)

    async def elsewhere(self) -> int:
        """Have the assistant forget; returns how many it did. The first one it does not ends the round."""
        names = await self._store.told(AT_ONCE)
        done = []
        for name in names:
            if not await self._assistant(name):
                break
            done.append(name)
        if done:
            await self._store.gone(done)
        return len(done)


def _said(what: str, chats: int) -> int:
    if chats:
        log.info(what, chats=chats)
    return chats
