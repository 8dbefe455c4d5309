"""Whether an agent is there: a fact from what their console tells, never a switch alone.

Invariants: presence and the leases of the agent's chats are renewed while the socket lives and somebody was at the
console lately; an open page at which nobody sits is nobody; whoever comes back is there with the next key.
"""

import asyncio
import time
from typing import Never

from handoff.contract import Wire
from handoff.conversations.ports import Agent
from handoff.protocol import (
    Active,
    AgentSend,
    AgentTyping,
    Available,
    Back,
    Decline,
    Release,
    Take,
    Transfer,
)
from handoff.web.door import unanswered
from handoff.web.services import Services

BEATS_IN_A_GRACE = 9
_DONE_BY_HAND = (
    Active,
    Take,
    AgentSend,
    Release,
    Transfer,
    Decline,
    Back,
    AgentTyping,
    Available,
)


class Attendance:
    """One console's signs of life."""

    def __init__(self, web: Services, agent: Agent, *, idle: int) -> None:
        """`idle`: seconds since somebody was last at the console, as it says itself."""
        self._flow = web.flow
        self._presence = web.presence
        self._agent = agent
        self._touched = time.monotonic() - idle

    def saw(self, frame: Wire) -> None:
        """A frame came; some only come from somebody's hand."""
        if isinstance(frame, _DONE_BY_HAND):
            self._touched = time.monotonic()

    async def renew(self) -> None:
        """The agent is there, if somebody was lately."""
        if time.monotonic() - self._touched < self._presence.idle:
            await unanswered(self._flow.heartbeat(self._agent))

    async def beat(self) -> Never:
        """Renew again and again."""
        while True:
            await asyncio.sleep(self._presence.grace / BEATS_IN_A_GRACE)
            await self.renew()
