"""Looking for conversations in the database (`desk.work.search.SearchStore`), and who is mentioned where.

Invariants: PostgreSQL finds words by an index, SQLite reads the words of all conversations; both find the same.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from handoff.adapters.sql import tables as t
from handoff.adapters.sql import tables_work as w
from handoff.adapters.sql.audit import record
from handoff.adapters.sql.queries import SqlReading
from handoff.adapters.sql.rows import conversation_of, event_of
from handoff.adapters.sql.store import SqlStore
from handoff.conversations.model import Conversation, Event
from handoff.desk.audit import Entry
from handoff.desk.work.search import PAGE, Hit, Wanted, best_place

_LOOKED_THROUGH = 400
"""Messages and notes of a conversation, from the newest on, in which the place of a hit is looked for."""


class SqlSearch:
    """Search beside the conversations."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def search(self, wanted: Wanted, *, limit: int = PAGE) -> list[Hit]:
        """The newest first. Raises UNKNOWN_CONVERSATION for a `before` that does not exist."""

        def find(db: sa.Connection) -> list[Hit]:
            query = _query(db, wanted)
            if wanted.before is not None:
                last = SqlReading(db, self._store.clock).conversation(wanted.before)
                query = query.where(_behind(last))
            query = query.limit(limit)
            found = [conversation_of(row) for row in db.execute(query)]
            return [_hit(db, one, wanted) for one in found]

        return await self._store.ask(find)

    async def latest_of(self, subscribers: Sequence[str]) -> dict[str, str]:
        """The newest conversation of each of these subscribers who has one."""
        c = t.conversation.c
        query = (
            sa.select(c.subscriber_id, c.id)
            .where(c.subscriber_id.in_(list(subscribers)))
            .order_by(c.updated_at, c.id)
        )
        return await self._store.ask(lambda db: {row[0]: row[1] for row in db.execute(query)})

    async def read_mentions(self, conversation: str, agent: str) -> bool:
        """The agent has the conversation open: their mentions in it are read; whether there was an unread one."""
        m = w.mention.c
        unread = (m.conversation == conversation, m.agent == agent, m.read_at.is_(None))

        def work(db: sa.Connection) -> bool:
            read = w.mention.update().where(*unread).values(read_at=self._store.clock(db))
            return db.execute(read).rowcount > 0

        return await self._store.change(work)

    async def told(self, entry: Entry) -> None:
        """That somebody searched."""
        await self._store.change(lambda db: record(db, entry, at=self._store.clock(db)))


def _query(db: sa.Connection, wanted: Wanted) -> sa.Select[Any]:
    c = t.conversation.c
    query = sa.select(t.conversation).order_by(c.updated_at.desc(), c.id)
    if wanted.words:
        query = query.join(w.search_entry, w.search_entry.c.conversation == c.id)
        query = query.where(_holds(db, wanted.words))
    return query.where(*_filters(wanted))


def _behind(last: Conversation) -> sa.ColumnElement[bool]:
    c = t.conversation.c
    earlier = sa.and_(c.updated_at == last.updated_at, c.id > last.id)
    return sa.or_(c.updated_at < last.updated_at, earlier)


def _filters(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    c, on, m = t.conversation.c, w.conversation_label.c, w.mention.c
    found: list[sa.ColumnElement[bool]] = [c.last_seq > 0]
    if wanted.controllers:
        found.append(c.controller.in_([one.value for one in wanted.controllers]))
    for column, value in (
        (c.skill, wanted.skill),
        (c.locale, wanted.locale),
        (c.agent, wanted.agent),
        (c.subscriber_id, wanted.subscriber),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.label is not None:
        found.append(sa.exists().where(on.conversation == c.id, on.label == wanted.label))
    if wanted.mentions is not None:
        found.append(sa.exists().where(m.conversation == c.id, m.agent == wanted.mentions))
    return found


def _holds(db: sa.Connection, words: Sequence[str]) -> sa.ColumnElement[bool]:
    """Every word is the beginning of one of the conversation. Words hold letters and digits only, so nothing needs quoting."""
    kept = w.search_entry.c.words
    if db.dialect.name == "postgresql":
        lexemes = sa.func.array_to_tsvector(sa.func.string_to_array(kept, " "))
        asked = " & ".join(f"'{word}':*" for word in words)
        return lexemes.bool_op("@@")(sa.cast(asked, postgresql.TSQUERY))
    return sa.and_(*((" " + kept).like(f"% {word}%") for word in words))


def _hit(db: sa.Connection, c: Conversation, wanted: Wanted) -> Hit:
    if wanted.words:
        seq, text = best_place(_said(db, c.id), wanted.words)
        return Hit(c, seq, text)
    if wanted.mentions is not None:
        return _mentioned(db, c, wanted.mentions)
    return Hit(c, None, c.snippet)


def _mentioned(db: sa.Connection, c: Conversation, agent: str) -> Hit:
    m = w.mention.c
    newest = sa.select(sa.func.max(m.seq)).where(m.conversation == c.id, m.agent == agent)
    seq = db.execute(newest).scalar_one_or_none()
    note = next((event for event in _said(db, c.id) if event.seq == seq), None)
    return Hit(c, seq, " ".join(note.body["text"].split())[:120] if note else "")


def _said(db: sa.Connection, conversation: str) -> list[Event]:
    """What people and the bot said last, oldest first."""
    e = t.event.c
    query = (
        sa.select(t.event)
        .where(e.conversation == conversation, e.kind.in_(("message", "note")))
        .order_by(e.seq.desc())
        .limit(_LOOKED_THROUGH)
    )
    return [event_of(row) for row in db.execute(query)][::-1]
