"""Wake-ups between sockets, jobs and nodes, and what may ride along.

Invariants: a hint carries nothing that the database does not know, or nothing that is kept; any may be lost.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from handoff.conversations.model import Author, Event


@dataclass(frozen=True, slots=True)
class Onlooker:
    """An agent has a conversation before them, or (not `on`) no longer. `new`: whoever else has it, say so again."""

    agent: str
    name: str
    on: bool
    writing: bool = False
    new: bool = False


@dataclass(frozen=True, slots=True)
class Hint:
    """A wake-up. `seq` for the log; `turn` when it is the bot's turn or was; `due` when that is work nobody has claimed;
    `typing` and `onlooker` ride along and may be lost.

    `events`: what was committed just now, for listeners in the process that wrote it; other nodes read it.
    """

    conversation: str
    seq: int = 0
    typing_author: Author | None = None
    typing_name: str = ""
    typing_on: bool = False
    turn: bool = False
    due: bool = False
    onlooker: Onlooker | None = None
    events: tuple[Event, ...] = ()

    @property
    def of_log(self) -> bool:
        """Whether the conversation itself may have changed."""
        return self.typing_author is None and self.onlooker is None


class Hints(Protocol):
    """Wakes pumps here and on other nodes. Losing a hint costs a sweep, never a message."""

    async def publish(self, hint: Hint) -> None:
        """Never raises and never waits for the network: a lost hint is repaired by a sweep."""
        ...

    def subscribe(self) -> AsyncIterator[Hint]:
        """All hints from now on."""
        ...
