"""The bot as the core knows it: a question, who answers it, and who asks it in this process.

Invariant: a question belongs to whoever claimed it, for as long as its claim holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from handoff.contract import BotReply, TurnMetadata


@dataclass(frozen=True, slots=True)
class BotTurn:
    """Work for the bot: one subscriber message, with the epoch under which an answer is still wanted."""

    conversation: str
    seq: int
    epoch: int
    text: str
    metadata: TurnMetadata
    attempts: int


class Bot(Protocol):
    """The assistant behind one HTTP call."""

    async def answer(self, turn: BotTurn) -> Sequence[BotReply]:
        """Raises `BotUnavailable` after its own retries within the time limit."""
        ...

    async def ready(self) -> bool:
        """Whether the assistant has a model loaded and answers."""
        ...


class BotUnavailable(Exception):
    """The bot gave no usable answer in time."""


class TurnTaker(Protocol):
    """Asks the bot in this process. A message that is stored here is claimed for it with the same commit."""

    def has_room(self) -> bool:
        """Whether it would begin with another turn now. Never waits."""
        ...

    def begin(self, turn: BotTurn) -> None:
        """Ask what was just committed and claimed. Never waits."""
        ...
