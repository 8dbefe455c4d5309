"""What one transaction may change (`conversations.storage.Writing`); it runs on the committer's thread.

Invariants: a conversation is changed only after `lock`; several rows are locked in the order of their
ids; a claim is given to one node only.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from handoff.adapters.sql import effects, line
from handoff.adapters.sql import statements as hot
from handoff.adapters.sql import tables as t
from handoff.adapters.sql.queries import SqlReading
from handoff.adapters.sql.rows import conversation_row, event_of, event_row
from handoff.conversations.model import (
    Controller,
    Conversation,
    Event,
    OpenedCase,
    Rewrite,
    Step,
    numbered,
)
from handoff.conversations.storage import ClaimedTurn, Session


class SqlWriting(SqlReading):
    """One transaction on one connection."""

    def lock(self, conversation: str) -> Conversation:
        """The row, held until the commit (SQLite holds the whole file already)."""
        return self._conversation(hot.CONVERSATION_LOCKED, conversation)

    def serialise_contact(self, subscriber_id: str) -> None:
        """Hold off other transactions of this subscriber; SQLite has one writer anyway."""
        if self._connection.dialect.name == "postgresql":
            key = sa.func.hashtextextended(subscriber_id, 0)
            self._connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))

    def create(self, conversation: Conversation) -> None:
        """Store a new conversation."""
        self._connection.execute(hot.ADD_CONVERSATION, conversation_row(conversation))

    def apply(self, before: Conversation, step: Step) -> tuple[Conversation, list[Event]]:
        """Store all that the step causes; returns the row as it is now, and what the log gained."""
        now = self.now()
        after, events = numbered(before, step, now)
        self._update(before, after)
        if step.rewrite is not None:
            self._rewrite(after.id, step.rewrite)
        if events:
            self._add_events(events)
        self._settle_turns(after, step, now)
        if step.asks_bot:
            self._add_turn(after, events[0], now)
        self._settle_case(after, step, now)
        if line.moves_in_line(before, after):
            line.settle(self._connection, before, after, to=step.passed_to, now=now)
        if (
            Controller.AGENT in {before.controller, after.controller}
            and before.epoch != after.epoch
        ):
            effects.settle_handling(self._connection, before, after, now=now)
        for effect in step.also:
            effects.store(self._connection, after, effect, now=now)
        return after, events

    def _update(self, before: Conversation, after: Conversation) -> None:
        """Write what has changed; the row is locked, so `before` is what is stored."""
        old, new = conversation_row(before), conversation_row(after)
        changed = {name: value for name, value in new.items() if value != old[name]}
        if changed:
            update = hot.update_conversation(frozenset(changed))
            self._connection.execute(update, {**changed, "_id": before.id})

    def _add_events(self, events: Sequence[Event]) -> None:
        self._connection.execute(hot.ADD_EVENT, [event_row(event) for event in events])

    def _rewrite(self, conversation: str, rewrite: Rewrite) -> None:
        """Replace the words at a place; a deletion also takes its links, and what corrections of it told and kept."""
        place = {"conversation": conversation, "seq": rewrite.seq}
        said = event_of(self._connection.execute(hot.EVENT, place).one())
        gone: dict[str, Any] = (
            {"links": []} if rewrite.text is None and "links" in said.body else {}
        )
        body = {**said.body, "text": rewrite.text or "", **gone}
        self._store_words(replace(said, body=body))
        if rewrite.text is None:
            edits = [event_of(row) for row in self._connection.execute(hot.EDITS, place)]
            for edit in edits:
                if edit.body["seq"] == rewrite.seq:
                    self._store_words(replace(edit, body={**edit.body, "text": None}, private={}))

    def _store_words(self, event: Event) -> None:
        row = {"_conversation": event.conversation, "_seq": event.seq}
        given = {**row, "body": event.body, "private": event.private}
        self._connection.execute(hot.REWRITE_EVENT, given)

    def _settle_turns(self, after: Conversation, step: Step, now: datetime) -> None:
        given = {"_conversation": after.id, "done_at": now}
        if step.ends_all_turns:
            self._connection.execute(hot.END_ALL_TURNS, given)
        elif step.ends_turn is not None:
            self._connection.execute(hot.END_TURN, {**given, "_seq": step.ends_turn})

    def _add_turn(self, after: Conversation, event: Event, now: datetime) -> None:
        turn = {
            "conversation": after.id,
            "seq": event.seq,
            "epoch": after.epoch,
            "created_at": now,
        }
        self._connection.execute(hot.ADD_TURN, turn)

    def _settle_case(self, after: Conversation, step: Step, now: datetime) -> None:
        if step.closed is not None:
            self._connection.execute(
                t.support_case.update()
                .where(t.support_case.c.number == step.closed.number)
                .values(closed_at=now, outcome=step.closed.outcome[:500])
            )
        if step.opened is not None:
            self._open_case(after.id, step.opened, now)

    def _open_case(self, conversation: str, opened: OpenedCase, now: datetime) -> None:
        """A new case, or one that was held while something else was arranged: that one gets the new packet."""
        told = {
            "reason": opened.reason,
            "skill": opened.skill,
            "packet": opened.packet.model_dump(mode="json"),
        }
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        case = {"number": opened.number, "conversation": conversation, "opened_at": now}
        insert = dialect.insert(t.support_case).values(**case, **told, outcome="")
        self._connection.execute(insert.on_conflict_do_update(index_elements=["number"], set_=told))

    def put_session(self, digest: str, session: Session, *, expires: datetime) -> None:
        """Store a session, or let it live longer; expired ones are swept out on the way."""
        expired = t.session.delete().where(t.session.c.expires_at <= self.now())
        self._connection.execute(expired)
        self.drop_session(digest)
        self._connection.execute(
            t.session.insert().values(
                digest=digest,
                conversation=session.conversation,
                subscriber_id=session.subscriber_id,
                expires_at=expires,
            )
        )

    def prolong_session(self, digest: str, *, expires: datetime) -> None:
        """Let a session live longer; one that was revoked meanwhile stays revoked."""
        standing = t.session.update().where(t.session.c.digest == digest)
        self._connection.execute(standing.values(expires_at=expires))

    def drop_session(self, digest: str) -> None:
        """Revoke a session; unknown ones are ignored."""
        self._connection.execute(t.session.delete().where(t.session.c.digest == digest))

    def put_presence(self, agent: str, *, available: bool | None, until: datetime) -> None:
        """The agent is there until then; None leaves the availability as it is (at first: away).

        Who says that they take chats is back, if an offer ran out before.
        """
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        insert = dialect.insert(t.agent_presence).values(
            agent=agent, available=bool(available), seen_until=until
        )
        changed: dict[str, object] = {"seen_until": until}
        if available is not None:
            changed["available"] = available
        if available:
            changed["unresponsive_since"] = None
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
        due = self._connection.execute(hot.DUE_TURNS, {"now": self.now(), "most": limit})
        found = [(row.conversation, row.seq) for row in due]
        for conversation, seq in found:
            given = {"_conversation": conversation, "_seq": seq, "claimed_until": until}
            self._connection.execute(hot.CLAIM_TURN, given)
        return [self._claimed(conversation, seq) for conversation, seq in found]

    def claim_turn(
        self, after: Conversation, event: Event, *, until: datetime
    ) -> ClaimedTurn | None:
        """Claim the turn that this transaction has added for the event; None when another one is before it."""
        given = {"_conversation": after.id, "_seq": event.seq, "claimed_until": until}
        turn = self._connection.execute(hot.CLAIM_NEW_TURN, given).one_or_none()
        return ClaimedTurn(after, event, *turn) if turn is not None else None

    def renew_turns(self, claims: Sequence[tuple[str, int, int]], *, until: datetime) -> None:
        """Hold claims that still stand as they were given out; an attempt more is another's claim."""
        given = [{**claim, "claimed_until": until} for claim in _claims(claims)]
        self._connection.execute(hot.RENEW_TURN, given)

    def release_turns(self, claims: Sequence[tuple[str, int, int]]) -> None:
        """Undo claims that still stand as they were given out; an attempt more is another's claim."""
        self._connection.execute(hot.RELEASE_TURN, _claims(claims))

    def _claimed(self, conversation: str, seq: int) -> ClaimedTurn:
        place = {"conversation": conversation, "seq": seq}
        turn = self._connection.execute(hot.TURN, place).one()
        event = self._connection.execute(hot.EVENT, place).one()
        return ClaimedTurn(
            conversation=self.conversation(conversation),
            event=event_of(event),
            epoch=turn.epoch,
            attempts=turn.attempts,
            first=turn.first,
        )


def _claims(claims: Sequence[tuple[str, int, int]]) -> list[dict[str, object]]:
    """In one order, so that two nodes do not block each other."""
    names = ("_conversation", "_seq", "_attempts")
    return [dict(zip(names, claim, strict=True)) for claim in sorted(claims)]
