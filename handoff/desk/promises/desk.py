"""What the pages and sockets of subscribers and the console ask of promises, ratings and transcripts; in one value.

Invariants: a page is opened by its signed address alone, and shows what a subscriber may read; a comment belongs to a rating
that was asked for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handoff.contract import Locale
from handoff.conversations.model import Conversation, Event
from handoff.conversations.text import clean
from handoff.desk.promises.line import Line
from handoff.desk.promises.ports import AftercareStore, PromiseStore
from handoff.desk.promises.signing import Pages
from handoff.desk.promises.transcripts import Spoken, transcript

MOST_EVENTS = 2000


class Reads(Protocol):
    """How a conversation is read (`Flow`)."""

    async def get(self, conversation: str) -> Conversation: ...

    async def events(
        self, conversation: str, *, since: int, for_agents: bool, limit: int = 200
    ) -> Sequence[Event]: ...


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed to subscribers, and what they are told and asked about it; `informal`: German says "du" to them."""

    promises: PromiseStore
    aftercare: AftercareStore
    line: Line
    pages: Pages
    reads: Reads
    clock: Callable[[], datetime]
    informal: bool = False

    async def transcript(
        self, token: str, locale: Locale | None = None
    ) -> tuple[Locale, list[Spoken]]:
        """The transcript behind an address, in this language or the chat's. Raises LinkOverError, UNKNOWN_CONVERSATION."""
        name = self.pages.opened("transcripts", token, self.clock())
        found = await self.reads.get(name)
        events = await self.reads.events(name, since=0, for_agents=False, limit=MOST_EVENTS)
        wanted = locale or found.locale
        return wanted, transcript(events, wanted, informal=self.informal)

    def rating(self, token: str) -> str:
        """The rating behind an address. Raises LinkOverError."""
        return self.pages.opened("feedback", token, self.clock())

    async def comment(self, token: str, text: str) -> bool:
        """Keep a comment; False when nothing was written, or nobody asked. Raises LinkOverError."""
        rating, words = self.rating(token), clean(text)
        return bool(words) and await self.aftercare.comment(rating, words)
