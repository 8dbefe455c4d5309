"""What the steps ask the database about promises and questions; a part of `storage.Reading`."""

from datetime import datetime
from typing import Protocol

from handoff.conversations.effects import About
from handoff.conversations.model import Author


class OwedReading(Protocol):
    """Queries about what is owed to subscribers, and what they were asked."""

    def left_wishes(self, before: datetime, limit: int) -> list[str]:
        """Chats with the bot in which nothing was said since then and a call or a written answer was wished for."""
        ...

    def owes_wish(self, conversation: str) -> bool:
        """Whether a call or a written answer was wished for here and has no time yet."""
        ...

    def intents_of(self, conversation: str) -> frozenset[str]:
        """What the cases of this conversation were about."""
        ...

    def spoke(self, conversation: str, author: Author, epoch: int) -> int:
        """How many messages they wrote in this epoch."""
        ...

    def rating_asked(
        self, conversation: str, about: About, *, episode: str, since: datetime
    ) -> bool:
        """Whether it was asked in this episode, or since then, how content somebody is with the bot, or the person."""
        ...

    def rating_open(self, rating: str) -> bool:
        """Whether that question was asked and is not answered yet."""
        ...

    def ended_talks(
        self, after: datetime, before: datetime, *, asked_since: datetime, limit: int
    ) -> list[str]:
        """Chats with the bot that fell silent between the two, the newest first, in which it was not asked since then or in this episode."""
        ...

    def transcripts_wanted(self, conversation: str, *, since: datetime) -> int:
        """How many transcripts were asked for since then."""
        ...

    def settled_asked(self, case_number: str) -> bool:
        """Whether it was asked already if the matter of this case is settled."""
        ...
