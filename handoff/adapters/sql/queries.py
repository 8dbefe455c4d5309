"""What may be asked of the database (`conversations.storage.Reading`); no query changes anything."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from handoff.adapters.sql import line
from handoff.adapters.sql import statements as hot
from handoff.adapters.sql import tables as t
from handoff.adapters.sql.marks import marks_of
from handoff.adapters.sql.owed import OwedReads
from handoff.adapters.sql.rows import conversation_of, event_of
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.model import (
    Author,
    Controller,
    Conversation,
    Destination,
    Event,
    Marks,
    Routed,
)
from handoff.conversations.storage import Session

Clock = Callable[[sa.Connection], datetime]

PARAMETERS = 500
"""Values in one IN list; databases limit them."""


class SqlReading(OwedReads):
    """Queries on one connection, at one time."""

    def __init__(self, connection: sa.Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._now: datetime | None = None

    def now(self) -> datetime:
        """The database's time, the same for all of one piece of work."""
        if self._now is None:
            self._now = self._clock(self._connection)
        return self._now

    def conversation(self, conversation: str) -> Conversation:
        """Raises UNKNOWN_CONVERSATION."""
        return self._conversation(hot.CONVERSATION, conversation)

    def _conversation(self, query: sa.Select[Any], conversation: str) -> Conversation:
        row = self._connection.execute(query, {"id": conversation}).one_or_none()
        if row is None:
            raise ConversationError(Refusal.UNKNOWN_CONVERSATION)
        return conversation_of(row)

    def log_name(self) -> str:
        """Which log this is."""
        name: str = self._connection.execute(hot.LOG_NAME).scalar_one()
        return name

    def latest_of(self, subscriber_id: str) -> Conversation | None:
        """The subscriber's newest conversation that is not closed."""
        c = t.conversation.c
        found = self._conversations(
            sa.select(t.conversation)
            .where(c.subscriber_id == subscriber_id, c.controller != Controller.CLOSED.value)
            .order_by(c.updated_at.desc(), c.id)
            .limit(1)
        )
        return found[0] if found else None

    def _conversations(self, query: sa.Select[Any]) -> list[Conversation]:
        return [conversation_of(row) for row in self._connection.execute(query)]

    def event(self, conversation: str, seq: int) -> Event | None:
        """The event at a place of the log."""
        place = {"conversation": conversation, "seq": seq}
        row = self._connection.execute(hot.EVENT, place).one_or_none()
        return event_of(row) if row else None

    def events(self, conversation: str, *, since: int, for_agents: bool, limit: int) -> list[Event]:
        """The log after `since`, in order."""
        query = hot.EVENTS if for_agents else hot.EVENTS_FOR_SUBSCRIBERS
        given = {"conversation": conversation, "since": since, "most": limit}
        return [event_of(row) for row in self._connection.execute(query, given)]

    def last_messages(self, conversation: str, limit: int) -> list[Event]:
        """The newest messages, oldest first."""
        e = t.event.c
        query = (
            sa.select(t.event)
            .where(e.conversation == conversation, e.kind == "message")
            .order_by(e.seq.desc())
            .limit(limit)
        )
        return [event_of(row) for row in self._connection.execute(query)][::-1]

    def others_wrote(self, conversation: str, author: Author, *, after: int, up_to: int) -> bool:
        """Whether the other side has a message in `after < seq <= up_to`."""
        e = t.event.c
        query = sa.select(e.seq).where(
            e.conversation == conversation,
            e.seq > after,
            e.seq <= up_to,
            e.kind == "message",
            e.author != author.value,
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def colleague_acted(self, conversation: str, agent: str, *, after: int) -> bool:
        """Whether another agent spoke, took the chat or gave it away at a later place: the keys tell whose step it was."""
        e = t.event.c
        query = sa.select(e.seq).where(
            e.conversation == conversation,
            e.seq > after,
            e.kind.in_(["message", "control"]),
            e.cid.startswith("a:"),
            ~e.cid.startswith(f"a:{agent}:", autoescape=True),
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def queued(self) -> list[Conversation]:
        """All chats that wait for a person."""
        c = t.conversation.c
        return self._conversations(
            sa.select(t.conversation).where(c.controller == Controller.QUEUE.value)
        )

    def routed(self, conversations: Sequence[str] | None = None) -> dict[str, Routed]:
        """How the chats that wait, or these of them, stand in the line."""
        return line.routed(self._connection, conversations)

    def marks(self, conversations: Sequence[str] | None = None) -> dict[str, Marks]:
        """Labels and unread mentions of these conversations, or of all."""
        return marks_of(self._connection, conversations)

    def called(self, destination: Destination) -> str | None:
        """The name of a person or team."""
        return line.called(self._connection, destination)

    def with_people(self) -> list[Conversation]:
        """All chats that wait for a person or have one, newest first."""
        c = t.conversation.c
        people = c.controller.in_([Controller.QUEUE.value, Controller.AGENT.value])
        return self._conversations(
            sa.select(t.conversation).where(people).order_by(c.updated_at.desc(), c.id)
        )

    def newest(
        self, controller: Controller, *, since: datetime, behind: Conversation | None, limit: int
    ) -> list[Conversation]:
        """Those with this controller in which something was said since then, newest first."""
        c = t.conversation.c
        query = sa.select(t.conversation).where(*_lively(controller, since))
        if behind is not None:
            earlier = sa.and_(c.updated_at == behind.updated_at, c.id > behind.id)
            query = query.where(sa.or_(c.updated_at < behind.updated_at, earlier))
        return self._conversations(query.order_by(c.updated_at.desc(), c.id).limit(limit))

    def count_newest(self, controller: Controller, *, since: datetime, most: int) -> int:
        """How many `newest` would find in all, counted no further than `most`."""
        found = sa.select(t.conversation.c.id).where(*_lively(controller, since)).limit(most)
        count = sa.select(sa.func.count()).select_from(found.subquery())
        return self._connection.execute(count).scalar_one()

    def some(self, conversations: Sequence[str]) -> list[Conversation]:
        """These conversations, as far as they exist."""
        c = t.conversation.c
        found: list[Conversation] = []
        for start in range(0, len(conversations), PARAMETERS):
            ids = conversations[start : start + PARAMETERS]
            found += self._conversations(sa.select(t.conversation).where(c.id.in_(ids)))
        return found

    def last_seqs(self, conversations: Sequence[str]) -> dict[str, int]:
        """The last seq of each of these conversations."""
        c = t.conversation.c
        found: dict[str, int] = {}
        for start in range(0, len(conversations), PARAMETERS):
            ids = conversations[start : start + PARAMETERS]
            rows = self._connection.execute(sa.select(c.id, c.last_seq).where(c.id.in_(ids)))
            found |= {row.id: row.last_seq for row in rows}
        return found

    def agents_available(self) -> int:
        """How many agents take chats now."""
        p = t.agent_presence.c
        query = (
            sa.select(sa.func.count())
            .select_from(t.agent_presence)
            .outerjoin(t.agent, t.agent.c.login == p.agent)
            .where(
                p.available.is_(True),
                p.seen_until > self.now(),
                p.unresponsive_since.is_(None),
                sa.func.coalesce(t.agent.c.capacity, 1) > 0,
            )
        )
        return self._connection.execute(query).scalar_one()

    def is_available(self, agent: str) -> bool:
        """Whether this agent takes chats now."""
        p = t.agent_presence.c
        query = sa.select(p.agent).where(
            p.agent == agent, p.available.is_(True), p.seen_until > self.now()
        )
        return self._connection.execute(query).first() is not None

    def lapsed(self) -> list[str]:
        """Ids of chats whose owner's lease is over."""
        c = t.conversation.c
        query = sa.select(c.id).where(
            c.controller == Controller.AGENT.value, c.lease_until <= self.now()
        )
        return list(self._connection.execute(query.order_by(c.id)).scalars())

    def session(self, digest: str) -> Session | None:
        """A session that has not expired."""
        s = t.session.c
        query = sa.select(s.conversation, s.subscriber_id).where(
            s.digest == digest, s.expires_at > self.now()
        )
        row = self._connection.execute(query).one_or_none()
        return Session(row.conversation, row.subscriber_id) if row else None

    def standing(self, digests: Sequence[str]) -> dict[str, tuple[Conversation, datetime]]:
        """Sessions that have not expired: their conversation, and when they will have idled too long."""
        given = {"digests": list(digests), "now": self.now()}
        rows = self._connection.execute(hot.STANDING_SESSIONS, given).all()
        chats = {chat.id: chat for chat in self.some([row.conversation for row in rows])}
        return {row.digest: (chats[row.conversation], row.expires_at) for row in rows}

    def session_until(self, digest: str) -> datetime | None:
        """When a session will have idled too long; None when there is none, or no longer."""
        s = t.session.c
        query = sa.select(s.expires_at).where(s.digest == digest, s.expires_at > self.now())
        return self._connection.execute(query).scalar_one_or_none()

    def turn_open(self, conversation: str, seq: int) -> bool:
        """Whether the bot still owes an answer to this message."""
        place = {"conversation": conversation, "seq": seq}
        return self._connection.execute(hot.OPEN_TURN, place).first() is not None

    def turn_waits(self, conversation: str, *, behind: int) -> bool:
        """Whether there is an open turn behind this one."""
        place = {"conversation": conversation, "seq": behind}
        return self._connection.execute(hot.TURN_BEHIND, place).first() is not None

    def key_seq(self, conversation: str, key: str) -> int | None:
        """The place of the event with this key."""
        given = {"conversation": conversation, "cid": key}
        found: int | None = self._connection.execute(hot.KEY_SEQ, given).scalar_one_or_none()
        return found


def _lively(controller: Controller, since: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Conversations with this controller in which something was said since then."""
    c = t.conversation.c
    return c.controller == controller.value, c.updated_at >= since, c.snippet != ""
