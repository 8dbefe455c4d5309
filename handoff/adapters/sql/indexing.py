"""What is made from the log behind it: words to search, mentions, and the end of files whose message was deleted.

Invariants: level-triggered: whatever the log has beyond `search_entry.upto` is caught up, whoever missed the hint; made twice by
two nodes it is the same; words of deleted messages are no longer found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from handoff.adapters.sql import tables as t
from handoff.adapters.sql import tables_work as w
from handoff.adapters.sql.queries import PARAMETERS, SqlReading
from handoff.adapters.sql.rows import event_of
from handoff.adapters.sql.store import SqlStore
from handoff.adapters.sql.upsert import insert
from handoff.conversations.model import Conversation, Event
from handoff.desk.work.mentions import namings
from handoff.desk.work.search import words_kept

_READ = ("message", "note", "edit")
_SAID = ("message", "note")
AT_ONCE = 500
"""Events of one conversation that are read in one go; after a correction all that was ever said in it."""


@dataclass(frozen=True, slots=True)
class _News:
    """What one conversation's log says since it was last looked at."""

    conversation: str
    upto: int
    words: str
    named: dict[int, tuple[str, ...]]
    deleted: tuple[int, ...]


class SqlIndexing:
    """Catches up with the logs."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def index(self, only: Sequence[str] | None = None, *, limit: int = 50) -> list[str]:
        """Catch up with some conversations: of `only`, or of all; returns those it read, and is done when there are none."""
        clock = self._store.clock

        def look(db: sa.Connection) -> list[_News]:
            reading = SqlReading(db, clock)
            behind = db.execute(_behind(only).limit(limit)).all()
            return [
                _news(db, reading.conversation(row.id), row.upto or 0, row.words or "")
                for row in behind
            ]

        def keep(db: sa.Connection) -> None:
            now = clock(db)
            _keep_words(db, news)
            for one in news:
                _keep(db, one, now)

        news = await self._store.ask(look)
        if news:
            await self._store.keep_beside(keep)
        return [one.conversation for one in news]


def _behind(only: Sequence[str] | None) -> sa.Select[Any]:
    """Conversations whose log goes on behind what was read of it, with how far that was and its words."""
    c, e = t.conversation.c, w.search_entry.c
    query = (
        sa.select(c.id, e.upto, e.words)
        .outerjoin_from(t.conversation, w.search_entry, e.conversation == c.id)
        .where(c.last_seq > sa.func.coalesce(e.upto, 0))
    )
    return query if only is None else query.where(c.id.in_(only[:PARAMETERS]))


def _news(db: sa.Connection, c: Conversation, upto: int, words: str) -> _News:
    events = _events(db, c.id, upto)
    edits = [event for event in events if event.kind == "edit"]
    said = _events(db, c.id, 0, kinds=_SAID, most=None) if edits else events
    texts = [event.body["text"] for event in said if event.kind in _SAID]
    known = [] if edits else words.split()
    reached = events[-1].seq if len(events) == AT_ONCE else c.last_seq
    return _News(
        conversation=c.id,
        upto=reached,
        words=words_kept(known, c, (*texts, *_cases(db, c.id))),
        named=namings(events),
        deleted=tuple(event.body["seq"] for event in edits if event.body["text"] is None),
    )


def _events(
    db: sa.Connection,
    conversation: str,
    since: int,
    *,
    kinds: Sequence[str] = _READ,
    most: int | None = AT_ONCE,
) -> list[Event]:
    e = t.event.c
    query = (
        sa.select(t.event)
        .where(e.conversation == conversation, e.seq > since, e.kind.in_(kinds))
        .order_by(e.seq)
        .limit(most)
    )
    return [event_of(row) for row in db.execute(query)]


def _cases(db: sa.Connection, conversation: str) -> list[str]:
    its = t.support_case.c
    return list(db.execute(sa.select(its.number).where(its.conversation == conversation)).scalars())


def _keep_words(db: sa.Connection, news: Sequence[_News]) -> None:
    """Store words, all with one statement; what another node made of more of the log meanwhile stays."""
    add = insert(db, w.search_entry)
    newer = w.search_entry.c.upto < add.excluded.upto
    put = {"upto": add.excluded.upto, "words": add.excluded.words}
    rows = [{"conversation": n.conversation, "upto": n.upto, "words": n.words} for n in news]
    keep = add.on_conflict_do_update(index_elements=["conversation"], set_=put, where=newer)
    db.execute(keep, sorted(rows, key=lambda row: str(row["conversation"])))


def _keep(db: sa.Connection, news: _News, now: datetime) -> None:
    """Store who is named, and that files are gone with their messages."""
    for seq, named in news.named.items():
        _name(db, news.conversation, seq, named=named, now=now)
    if news.deleted:
        a = w.attachment.c
        gone = (a.conversation == news.conversation, a.seq.in_(news.deleted))
        db.execute(w.attachment.delete().where(*gone))


def _name(
    db: sa.Connection, conversation: str, seq: int, *, named: tuple[str, ...], now: datetime
) -> None:
    """The note names just these agents, as far as they exist; who had read it has."""
    m = w.mention.c
    place = (m.conversation == conversation, m.seq == seq)
    db.execute(w.mention.delete().where(*place, m.agent.not_in(named)))
    known = sa.select(t.agent.c.login).where(t.agent.c.login.in_(named))
    for login in db.execute(known).scalars().all():
        row = {"conversation": conversation, "seq": seq, "agent": login, "at": now}
        db.execute(insert(db, w.mention).values(row).on_conflict_do_nothing())
