"""What one transaction may change (`conversations.storage.Writing`); it runs on the committer's thread.

Invariants: a conversation is changed only after `lock`; several rows are locked in the order of their
ids; a claim is given to one node only.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from handoff.adapters.sql import tables as t
from handoff.adapters.sql.queries import SqlReading
from handoff.adapters.sql.rows import conversation_of, conversation_row, event_of, event_row
from handoff.conversations.model import Controller, Conversation, Event, Step, numbered
from handoff.conversations.storage import ClaimedTurn, Session


class SqlWriting(SqlReading):
    """One transaction on one connection."""

    def lock(self, conversation: str) -> Conversation:
        """The row, held until the commit (SQLite holds the whole file already)."""
        query = sa.select(t.conversation).where(t.conversation.c.id == conversation)
        return self._conversation(query.with_for_update())

    def serialise_contact(self, subscriber_id: str) -> None:
        """Hold off other transactions of this subscriber; SQLite has one writer anyway."""
        if self._connection.dialect.name == "postgresql":
            key = sa.func.hashtextextended(subscriber_id, 0)
            self._connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))

    def create(self, conversation: Conversation) -> None:
        """Store a new conversation."""
        self._connection.execute(t.conversation.insert().values(conversation_row(conversation)))

    def apply(self, before: Conversation, step: Step) -> Conversation:
        """Store all that the step causes; returns the row as it is now."""
        now = self.now()
        after, events = numbered(before, step, now)
        self._connection.execute(
            t.conversation.update()
            .where(t.conversation.c.id == before.id)
            .values(conversation_row(after))
        )
        if events:
            self._connection.execute(t.event.insert(), [event_row(event) for event in events])
        self._settle_turns(after, step, now)
        if step.asks_bot:
            self._add_turn(after, events[0], now)
        self._settle_case(after, step, now)
        return after

    def _settle_turns(self, after: Conversation, step: Step, now: datetime) -> None:
        b = t.bot_turn.c
        owed = t.bot_turn.update().where(b.conversation == after.id, b.done_at.is_(None))
        if step.ends_all_turns:
            self._connection.execute(owed.values(done_at=now))
        elif step.ends_turn is not None:
            self._connection.execute(owed.where(b.seq == step.ends_turn).values(done_at=now))

    def _add_turn(self, after: Conversation, event: Event, now: datetime) -> None:
        b = t.bot_turn.c
        earlier = sa.select(b.seq).where(b.conversation == after.id).limit(1)
        first = self._connection.execute(earlier).first() is None
        self._connection.execute(
            t.bot_turn.insert().values(
                conversation=after.id,
                seq=event.seq,
                epoch=after.epoch,
                first=first,
                attempts=0,
                created_at=now,
            )
        )

    def _settle_case(self, after: Conversation, step: Step, now: datetime) -> None:
        if step.closed is not None:
            self._connection.execute(
                t.support_case.update()
                .where(t.support_case.c.number == step.closed.number)
                .values(closed_at=now, outcome=step.closed.outcome[:500])
            )
        if step.opened is not None:
            self._connection.execute(
                t.support_case.insert().values(
                    number=step.opened.number,
                    conversation=after.id,
                    reason=step.opened.reason,
                    skill=step.opened.skill,
                    packet=step.opened.packet.model_dump(mode="json"),
                    opened_at=now,
                    outcome="",
                )
            )

    def put_session(self, digest: str, session: Session, *, expires: datetime) -> None:
        """Store a session, or let it live longer."""
        self.drop_session(digest)
        self._connection.execute(
            t.session.insert().values(
                digest=digest,
                conversation=session.conversation,
                subscriber_id=session.subscriber_id,
                expires_at=expires,
            )
        )

    def drop_session(self, digest: str) -> None:
        """Revoke a session; unknown ones are ignored."""
        self._connection.execute(t.session.delete().where(t.session.c.digest == digest))

    def put_presence(self, agent: str, *, available: bool | None, until: datetime) -> None:
        """The agent is there until then; None leaves the availability as it is (at first: away)."""
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        insert = dialect.insert(t.agent_presence).values(
            agent=agent, available=bool(available), seen_until=until
        )
        changed: dict[str, object] = {"seen_until": until}
        if available is not None:
            changed["available"] = available
        self._connection.execute(
            insert.on_conflict_do_update(index_elements=["agent"], set_=changed)
        )

    def renew_leases(self, agent: str, *, until: datetime) -> None:
        """All chats of this agent stay theirs until then."""
        c = t.conversation.c
        owned = (c.agent == agent, c.controller == Controller.AGENT.value)
        mine = sa.select(c.id).where(*owned).order_by(c.id).with_for_update()
        ids = list(self._connection.execute(mine).scalars())
        if ids:
            self._connection.execute(
                t.conversation.update().where(c.id.in_(ids), *owned).values(lease_until=until)
            )

    def claim_turns(self, *, until: datetime, limit: int) -> list[ClaimedTurn]:
        """Claim the first open turn of each conversation unless it is claimed already."""
        b, earlier = t.bot_turn.c, t.bot_turn.alias("earlier")
        waits = sa.exists().where(
            earlier.c.conversation == b.conversation,
            earlier.c.done_at.is_(None),
            earlier.c.seq < b.seq,
        )
        due = (
            sa.select(b.conversation, b.seq)
            .where(
                b.done_at.is_(None),
                sa.or_(b.claimed_until.is_(None), b.claimed_until <= self.now()),
                ~waits,
            )
            .order_by(b.created_at, b.conversation)
            .limit(limit)
            .with_for_update(of=t.bot_turn, skip_locked=True)
        )
        found = [(row.conversation, row.seq) for row in self._connection.execute(due)]
        for conversation, seq in found:
            self._connection.execute(
                t.bot_turn.update()
                .where(b.conversation == conversation, b.seq == seq)
                .values(claimed_until=until, attempts=b.attempts + 1)
            )
        return [self._claimed(conversation, seq) for conversation, seq in found]

    def _claimed(self, conversation: str, seq: int) -> ClaimedTurn:
        b, c, e = t.bot_turn.c, t.conversation.c, t.event.c
        one = self._connection.execute
        turn = one(sa.select(t.bot_turn).where(b.conversation == conversation, b.seq == seq)).one()
        event = one(sa.select(t.event).where(e.conversation == conversation, e.seq == seq)).one()
        row = one(sa.select(t.conversation).where(c.id == conversation)).one()
        return ClaimedTurn(
            conversation=conversation_of(row),
            event=event_of(event),
            epoch=turn.epoch,
            attempts=turn.attempts,
            first=turn.first,
        )
