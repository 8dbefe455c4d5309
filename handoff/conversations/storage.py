"""What the core needs from its database: queries, one transaction, and a store that runs both.

Invariants: everything a step causes is stored by one `apply`; a conversation is decided about only while
its row is locked; times of leases, claims and sessions are the database's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from handoff.conversations.model import (
    Author,
    Controller,
    Conversation,
    Destination,
    Event,
    Marks,
    Routed,
    Step,
)
from handoff.conversations.owed import OwedReading

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Session:
    """A subscriber's session as it is stored."""

    conversation: str
    subscriber_id: str | None


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things hold. A `claim` is renewed while its node works on it; `lease` is the agent's grace.

    `session` is how long a subscriber's session may idle; a session in use is renewed every `renewal`.
    """

    lease: timedelta = timedelta(seconds=45)
    claim: timedelta = timedelta(seconds=6)
    session: timedelta = timedelta(hours=24)
    renewal: timedelta = timedelta(hours=1)
    inbox: timedelta = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class ClaimedTurn:
    """A bot turn as the store hands it out."""

    conversation: Conversation
    event: Event
    epoch: int
    attempts: int
    first: bool


class Reading(OwedReading, Protocol):
    """Queries; synchronous, because the store runs them where blocking is allowed."""

    def now(self) -> datetime:
        """The database's time: leases of all nodes are measured by one clock."""
        ...

    def conversation(self, conversation: str) -> Conversation:
        """Raises UNKNOWN_CONVERSATION."""
        ...

    def log_name(self) -> str:
        """Which log this is; another name after a backup was restored."""
        ...

    def latest_of(self, subscriber_id: str) -> Conversation | None:
        """The subscriber's newest conversation that is not closed."""
        ...

    def event(self, conversation: str, seq: int) -> Event | None: ...

    def events(
        self, conversation: str, *, since: int, for_agents: bool, limit: int
    ) -> list[Event]: ...

    def last_messages(self, conversation: str, limit: int) -> list[Event]:
        """The newest messages, oldest first."""
        ...

    def others_wrote(self, conversation: str, author: Author, *, after: int, up_to: int) -> bool:
        """Whether the other side has a message in `after < seq <= up_to`."""
        ...

    def colleague_acted(self, conversation: str, agent: str, *, after: int) -> bool:
        """Whether another agent said something to the subscriber, took the chat or gave it away at a later place."""
        ...

    def queued(self) -> list[Conversation]: ...

    def routed(self, conversations: Sequence[str] | None = None) -> dict[str, Routed]:
        """How the chats that wait, or these of them, stand in the line; one that has just come may be missing."""
        ...

    def marks(self, conversations: Sequence[str] | None = None) -> dict[str, Marks]:
        """Labels and unread mentions of these conversations, or of all; those without any are left out."""
        ...

    def called(self, destination: Destination) -> str | None:
        """The name of a person or team; None when there is none such."""
        ...

    def with_people(self) -> list[Conversation]:
        """All chats that wait for a person or have one, newest first."""
        ...

    def newest(
        self, controller: Controller, *, since: datetime, behind: Conversation | None, limit: int
    ) -> list[Conversation]:
        """Those with this controller in which something was said since then, newest first; only what comes after `behind`."""
        ...

    def count_newest(self, controller: Controller, *, since: datetime, most: int) -> int:
        """How many `newest` would find in all, counted no further than `most`."""
        ...

    def some(self, conversations: Sequence[str]) -> list[Conversation]:
        """These conversations, as far as they exist."""
        ...

    def agents_available(self) -> int: ...

    def last_seqs(self, conversations: Sequence[str]) -> dict[str, int]: ...

    def is_available(self, agent: str) -> bool: ...

    def lapsed(self) -> list[str]:
        """Ids of chats whose owner's lease is over."""
        ...

    def session(self, digest: str) -> Session | None:
        """A session that has not expired."""
        ...

    def standing(self, digests: Sequence[str]) -> dict[str, tuple[Conversation, datetime]]:
        """Sessions that have not expired, by digest: their conversation, and when they will have idled too long."""
        ...

    def session_until(self, digest: str) -> datetime | None:
        """When the session will have idled too long; None when there is none, or no longer."""
        ...

    def turn_open(self, conversation: str, seq: int) -> bool: ...

    def turn_waits(self, conversation: str, *, behind: int) -> bool:
        """Whether there is an open turn behind this one."""
        ...

    def key_seq(self, conversation: str, key: str) -> int | None:
        """The place of the event with this key."""
        ...


class Writing(Reading, Protocol):
    """One transaction. `lock` comes before any decision about a conversation."""

    def lock(self, conversation: str) -> Conversation:
        """The row, held against every other writer until the commit. Raises UNKNOWN_CONVERSATION."""
        ...

    def serialise_contact(self, subscriber_id: str) -> None:
        """Hold off other transactions which look for or create a conversation of this subscriber."""
        ...

    def create(self, conversation: Conversation) -> None: ...

    def apply(self, before: Conversation, step: Step) -> tuple[Conversation, list[Event]]:
        """Store all that the step causes; returns the row as it is now, and what the log gained."""
        ...

    def put_session(self, digest: str, session: Session, *, expires: datetime) -> None: ...

    def prolong_session(self, digest: str, *, expires: datetime) -> None:
        """Let a session that stands live longer; one that was revoked stays revoked."""
        ...

    def drop_session(self, digest: str) -> None: ...

    def put_presence(self, agent: str, *, available: bool | None, until: datetime) -> None:
        """The agent is there until then; None leaves the availability as it is (at first: away)."""
        ...

    def renew_leases(self, agent: str, *, until: datetime) -> None: ...

    def claim_turns(self, *, until: datetime, limit: int) -> list[ClaimedTurn]:
        """Claim the first open turn of each conversation unless it is claimed already."""
        ...

    def claim_turn(
        self, after: Conversation, event: Event, *, until: datetime
    ) -> ClaimedTurn | None:
        """Claim the turn that this transaction has added for the event; None when another one is before it."""
        ...

    def renew_turns(self, claims: Sequence[tuple[str, int, int]], *, until: datetime) -> None:
        """Hold claims (conversation, seq, attempts) that still stand as they were given out."""
        ...

    def release_turns(self, claims: Sequence[tuple[str, int, int]]) -> None:
        """Undo claims (conversation, seq, attempts) that still stand as they were given out."""
        ...


class Store(Protocol):
    """Where conversations live. Both raise UNAVAILABLE when the database does not answer."""

    async def write(
        self, work: Callable[[Writing], T], *, about: str | None, key: str | None = None
    ) -> T:
        """Run `work` in a transaction and commit it; it may share the commit with others' work.

        `about` is the one conversation the work may lock; None: several, so it commits alone. `key` is the one that
        `work` asks for. `work` must have no effects of its own, because it may be run again.
        """
        ...

    async def events(
        self, conversation: str, *, since: int, for_agents: bool, limit: int
    ) -> list[Event]:
        """The log after `since`, in order, at least as new as this call."""
        ...

    async def read(self, query: Callable[[Reading], T]) -> T:
        """Run a query on a consistent view."""
        ...
