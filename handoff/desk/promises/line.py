"""The line as the subscribers of one node are told it: looked at once for all of them, again after a moment.

Invariants: what is told is at most `FRESH` seconds old; however many ask, one look is under way at a time; measured times
are read again every few minutes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic

from handoff.desk.promises.waiting_time import Handled, Handling, Place, learned, places
from handoff.desk.routing.model import Look

FRESH = 1.0
MEASURED_FRESH = 120.0


class Line:
    """Places and ranges of everybody who waits."""

    def __init__(
        self,
        look: Callable[[], Awaitable[Look]],
        measured: Callable[[], Awaitable[Sequence[Handled]]],
        *,
        time: Callable[[], float] = monotonic,
    ) -> None:
        self._look, self._measured, self._time = look, measured, time
        self._places: Mapping[str, Place] = {}
        self._times: Mapping[str | None, Handling] = {}
        self._looked_at = self._measured_at = float("-inf")
        self._one = asyncio.Lock()

    async def place(self, conversation: str) -> Place | None:
        """Where it stands; None when it does not wait. Raises UNAVAILABLE."""
        asked_at = self._time()
        async with self._one:
            unseen = conversation not in self._places and self._looked_at < asked_at
            if unseen or asked_at - self._looked_at > FRESH:
                await self._refresh()
        return self._places.get(conversation)

    async def _refresh(self) -> None:
        now = self._time()
        if now - self._measured_at > MEASURED_FRESH:
            self._times = learned(await self._measured())
            self._measured_at = now
        self._places = places(await self._look(), self._times)
        self._looked_at = now
