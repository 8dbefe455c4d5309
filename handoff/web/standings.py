"""Brings agents' standings to their sockets: a look at the line tells what everybody's is, each socket hears of its own.

Invariants: an agent who was told one standing is not told it again; who is not there is away.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from handoff.protocol import Standing


class StandingWatch:
    """What one socket knows of its agent's standing."""

    def __init__(self, told: Standing) -> None:
        self._told = told
        self._now = told
        self._news = asyncio.Event()

    def show(self, standing: Standing) -> None:
        """The standing as it is; the newest counts."""
        self._now = standing
        if standing != self._told:
            self._news.set()

    async def next(self) -> Standing:
        """The standing, as soon as it is another one than was told."""
        while self._now == self._told:
            self._news.clear()
            await self._news.wait()
        self._told = self._now
        return self._told


class Standings:
    """Who in this process wants to hear of whose standing."""

    def __init__(self) -> None:
        self._watches: dict[str, set[StandingWatch]] = {}

    @contextmanager
    def watched(self, agent: str, told: Standing) -> Iterator[StandingWatch]:
        """Watch an agent's standing while the block runs; `told` is known already."""
        watch = StandingWatch(told)
        watches = self._watches.setdefault(agent, set())
        watches.add(watch)
        try:
            yield watch
        finally:
            watches.discard(watch)
            if not watches:
                self._watches.pop(agent, None)

    def show(self, standings: Mapping[str, Standing]) -> None:
        """What was seen of everybody who is there."""
        for agent, watches in self._watches.items():
            for watch in watches:
                watch.show(standings.get(agent, "away"))
