"""One conversation an agent's socket watches, and how that ends.

Invariant: after `end` nothing of it is sent, heard or shown as typing.
"""

import asyncio
from contextlib import ExitStack
from typing import Never

from handoff.web.pump import Pump
from handoff.web.typing_echo import TypingEcho


class Watched:
    """One watched conversation: its pump, its task, its ear on hints, the agent's typing in it."""

    def __init__(self, pump: Pump, typing: TypingEcho) -> None:
        self.pump = pump
        self.typing = typing
        self.ears = ExitStack()
        self.task: asyncio.Task[Never] | None = None

    async def end(self) -> None:
        """Stop sending, and typing."""
        self.ears.close()
        if self.task is not None:
            self.task.cancel()
        await self.typing.tell(on=False)
