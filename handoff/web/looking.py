"""Which conversation an agent has before them, told to the colleagues who have it before them too.

Invariants: ephemeral, kept nowhere and never a right: a lost hint costs the next repetition; one's own other tab is no
colleague; after `at(None)` nothing is told any more.
"""

import asyncio
from contextlib import suppress
from typing import Never

from handoff.conversations.hints import Hint, Hints, Onlooker
from handoff.conversations.ports import Agent
from handoff.protocol import LooksFrame

AGAIN_SECONDS = 10.0
"""A third of the time after which a console that heard nothing takes the colleague for gone."""


class Looking:
    """One console's look."""

    def __init__(self, hints: Hints, agent: Agent) -> None:
        self._hints = hints
        self._agent = agent
        self._conversation: str | None = None
        self._writing = False
        self._asked = asyncio.Event()

    async def at(self, conversation: str | None, *, writing: bool = False) -> None:
        """Look at a conversation, or at none; the former one is left."""
        before, new = self._conversation, conversation != self._conversation
        self._conversation, self._writing = conversation, writing
        if before is not None and new:
            await self._tell(before, on=False)
        if conversation is not None:
            await self._tell(conversation, on=True, new=new)

    async def beat(self) -> Never:
        """Say it again now and then, and when somebody asks who else is here."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(AGAIN_SECONDS):
                    await self._asked.wait()
            self._asked.clear()
            if self._conversation is not None:
                await self._tell(self._conversation, on=True)

    def hear(self, hint: Hint) -> LooksFrame | None:
        """What this console is to be shown of a hint."""
        look = hint.onlooker
        if look is None or look.agent == self._agent.id:
            return None
        if look.new and hint.conversation == self._conversation:
            self._asked.set()
        return LooksFrame(
            conversation=hint.conversation,
            agent=look.agent,
            name=look.name,
            on=look.on,
            writing=look.writing,
        )

    async def _tell(self, conversation: str, *, on: bool, new: bool = False) -> None:
        its = self._agent
        onlooker = Onlooker(its.id, its.name, on=on, writing=self._writing and on, new=new)
        await self._hints.publish(Hint(conversation, onlooker=onlooker))
