"""Hints inside one process: the default when no Redis is configured, and the local half of the Redis one.

Invariants: publishing never waits and never raises; a subscriber that does not keep up loses its oldest
hints (a sweep repairs that), never its neighbours'.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from typing_extensions import override

from handoff.conversations.ports import Hint

BACKLOG = 1000


class MemoryHints:
    """Fans hints out to the subscriptions of this process; to be used from one event loop."""

    def __init__(self) -> None:
        self._subscriptions: set[_Subscription] = set()

    async def publish(self, hint: Hint) -> None:
        """Wake everybody here."""
        self.fan_out(hint)

    def fan_out(self, hint: Hint) -> None:
        """Put the hint into every subscription."""
        for subscription in tuple(self._subscriptions):
            subscription.put(hint)

    def subscribe(self) -> AsyncIterator[Hint]:
        """All hints from this call on; `aclose()` ends it."""
        return _Subscription(self._subscriptions)

    async def run(self, stop: asyncio.Event) -> None:
        """Nothing to keep alive; ends with `stop`."""
        await stop.wait()


class _Subscription(AsyncIterator[Hint]):
    """One listener's bounded backlog; it listens from the moment it exists."""

    def __init__(self, register: "set[_Subscription]") -> None:
        self._hints: deque[Hint] = deque(maxlen=BACKLOG)
        self._wake = asyncio.Event()
        self._register = register
        self._register.add(self)

    def put(self, hint: Hint) -> None:
        self._hints.append(hint)
        self._wake.set()

    @override
    async def __anext__(self) -> Hint:
        while not self._hints:
            if self not in self._register:
                raise StopAsyncIteration
            self._wake.clear()
            await self._wake.wait()
        return self._hints.popleft()

    async def aclose(self) -> None:
        self._register.discard(self)
        self._wake.set()
