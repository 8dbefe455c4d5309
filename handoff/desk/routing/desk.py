"""Routing as it runs: look, decide, store, tell; again and again, and sooner when something happened.

Invariants: level-triggered: everything a sweep does follows from what it sees, so a lost hint or a killed node costs a
sweep, never a chat; a business that does not answer costs a deadline, never the line.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from handoff.conversations.ports import Agent, Hint, Hints
from handoff.desk.routing.assign import assign
from handoff.desk.routing.planning import Choose, plan
from handoff.desk.routing.ports import Dates, RoutingStore
from handoff.protocol import Standing

DATED_AT_ONCE = 10
"""Subscribers looked at in a row."""

Show = Callable[[Mapping[str, Standing]], None]


def _nobody(_standings: Mapping[str, Standing]) -> None:
    return


class Routing:
    """What one node does for the line, and what agents say to it."""

    def __init__(
        self,
        store: RoutingStore,
        hints: Hints,
        dates: Dates,
        *,
        show: Show = _nobody,
        choose: Choose = assign,
    ) -> None:
        """`show` gets the standings of all who are there, after every sweep. `news`: a sweep is worth its while now."""
        self.store = store
        self._hints = hints
        self._dates = dates
        self._show = show
        self._choose = choose
        self._last: datetime | None = None
        self.news = asyncio.Event()

    def touch(self) -> None:
        """Something about the line or the agents changed."""
        self.news.set()

    async def sweep(self) -> int:
        """One look and what follows from it; returns how many chats changed."""
        look = await self.store.look()
        changes = plan(look, last=self._last, choose=self._choose)
        self._last = look.now
        changed = await self.store.store(changes, look.rules) if changes else []
        for conversation in changed:
            await self._hints.publish(Hint(conversation))
        self._show(look.standings)
        return len(changed)

    async def date(self) -> int:
        """Look at subscribers whose chats are new in the line; returns of how many the dates are known now."""
        known = 0
        for case in await self.store.undated(DATED_AT_ONCE):
            due = await self._dates.due(case.subscriber_id)
            if due is None:
                break
            await self.store.dated(case.case_number, due)
            known += 1
        return known

    async def decline(self, conversation: str, *, agent: Agent, epoch: int, cid: str) -> None:
        """Not this one: the offer ends; without such an offer nothing is left to decline."""
        if await self.store.decline(conversation, agent=agent.id, epoch=epoch, cid=cid):
            await self._hints.publish(Hint(conversation))
            self.touch()

    async def back(self, agent: Agent) -> None:
        """Offer chats to the agent again."""
        await self.store.back(agent.id)
        self.touch()
