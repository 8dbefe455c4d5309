"""What promises, questions and transcripts need outward: where they are stored, as values and protocols."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handoff.contract import Locale
from handoff.conversations.effects import About, Ending, Fact, Promise, Rating
from handoff.desk.promises.waiting_time import Handled


@dataclass(frozen=True, slots=True)
class Told:
    """A promise with all that happened to it, oldest first."""

    promise: Promise
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """A case that waits for a person, of a known subscriber.

    `troubles` stood in the way at the first look; None: nobody looked yet.
    """

    conversation: str
    case_number: str
    subscriber_id: str
    level: int
    skill: str | None
    troubles: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Rated:
    """How somebody answered; `answer` is empty while they did not."""

    id: str
    conversation: str
    about: About
    episode: str
    skill: str | None
    agent: str | None
    asked_at: datetime
    answer: Rating | None
    answered_at: datetime | None
    comment: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A transcript to be sent by mail."""

    id: str
    conversation: str
    subscriber_id: str
    level: int
    locale: Locale


class PromiseStore(Protocol):
    """Promises as they are stored. All methods raise UNAVAILABLE when the database does not answer."""

    async def of(self, conversation: str) -> list[Told]:
        """The promises of a conversation, oldest first: for the case packet."""
        ...

    async def between(self, since: datetime, until: datetime) -> list[Promise]:
        """Promises made from then on and before then, oldest first: for reports."""
        ...

    async def break_overdue(self) -> int:
        """Note that the time of promises is over, by the database's clock; at most a handful, returns how many."""
        ...

    async def firm(self, limit: int) -> list[Promise]:
        """Promises of a call or an answer that are owed and kept elsewhere, open ones first, by their time."""
        ...

    async def end(self, promise: str, ending: Ending, *, at: datetime | None = None) -> bool:
        """End a promise that is owed (`at` that time, by default now); whether that changed anything."""
        ...

    async def handled(self, days: int) -> Sequence[Handled]:
        """How long people were busy with the chats of the last days."""
        ...

    async def now(self) -> datetime:
        """The database's time."""
        ...


class AftercareStore(Protocol):
    """Questions to subscribers and transcripts as they are stored; raises UNAVAILABLE likewise."""

    async def matters(self, limit: int) -> list[Matter]:
        """Waiting cases which nobody looked at yet, or which may be settled and were not asked about."""
        ...

    async def looked(self, matter: Matter, troubles: frozenset[str]) -> None:
        """Keep what stood in the way at the first look."""
        ...

    async def rated_between(self, since: datetime, until: datetime) -> list[Rated]:
        """Questions asked from then on and before then, answered or not, oldest first: for reports."""
        ...

    async def comment(self, rating: str, text: str) -> bool:
        """Keep what somebody wrote about their answer; the last words count. False for an unknown question."""
        ...

    async def wanted(self, limit: int) -> list[Wanted]:
        """Transcripts that are due to be sent, the oldest first; claimed for a while."""
        ...

    async def sent(self, wanted: str, outcome: str) -> None:
        """How the sending ended."""
        ...
