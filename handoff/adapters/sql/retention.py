"""Forgets conversations, and everything that hangs on them: what was said long ago, and what was said by somebody who was erased.

Invariants: a chat that waits for a person or is with one is never forgotten before it ended; a conversation goes as a whole, with
every row of every table that names it (but the desk's audit, which holds no words), and its name stays until the assistant has
forgotten it too; a transaction takes few of them, so that nobody waits for it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from handoff.adapters.sql import tables as t
from handoff.adapters.sql import (  # noqa: F401  # what names a conversation must be known
    tables_approvals,
    tables_promises,
    tables_routing,
    tables_work,
)
from handoff.adapters.sql import tables_forgetting as f
from handoff.adapters.sql.store import SqlStore
from handoff.adapters.sql.upsert import insert
from handoff.conversations.model import Controller

AT_ONCE = 50
"""Conversations in one transaction."""

_c = t.conversation.c
_left_alone = _c.controller.in_([Controller.BOT.value, Controller.CLOSED.value])

Which = Callable[[datetime], sa.ColumnElement[bool]]
"""Which conversations, at a moment of the database's time."""


class SqlRetention:
    """What jobs ask to forget (`handoff.desk.forgetting`)."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def forget(self, days: int) -> int:
        """Drop conversations in which nothing happened for that many days; returns how many, at most `AT_ONCE`."""
        return await self._forget(lambda now: _c.updated_at < now - timedelta(days=days))

    async def forget_subscribers(self, numbers: Sequence[str]) -> int:
        """Drop the conversations of these subscribers, however young; returns how many, at most `AT_ONCE`."""
        theirs = _theirs(numbers)
        return await self._forget(lambda _now: theirs)

    async def told(self, limit: int) -> list[str]:
        """Conversations that were forgotten here, and perhaps not yet by the assistant."""
        names = sa.select(f.forgotten.c.conversation).order_by(f.forgotten.c.at).limit(limit)
        return await self._store.ask(lambda db: list(db.execute(names).scalars()))

    async def gone(self, conversations: Sequence[str]) -> None:
        """The assistant has forgotten them too."""
        names = f.forgotten.delete().where(f.forgotten.c.conversation.in_(conversations))
        await self._store.change(lambda db: db.execute(names))

    async def _forget(self, which: Which) -> int:
        def work(db: sa.Connection) -> int:
            now = self._store.clock(db)
            ended = sa.select(_c.id).where(_left_alone, which(now)).order_by(_c.updated_at)
            rows = db.execute(ended.limit(AT_ONCE).with_for_update(skip_locked=True))
            gone = [row.id for row in rows]
            _drop(db, gone, now)
            return len(gone)

        return await self._store.change(work)


def _theirs(numbers: Sequence[str]) -> sa.ColumnElement[bool]:
    """Conversations that are theirs, or in which something of theirs was done before somebody else was confirmed."""
    found = [_c.subscriber_id.in_(numbers)]
    for table in t.metadata.sorted_tables:
        whose = table.c.get("subscriber", table.c.get("subscriber_id"))
        if "conversation" in table.c and whose is not None:
            found.append(_c.id.in_(sa.select(table.c.conversation).where(whose.in_(numbers))))
    return sa.or_(*found)


def _drop(db: sa.Connection, conversations: Sequence[str], now: datetime) -> None:
    for table in reversed(t.metadata.sorted_tables):
        if "conversation" in table.c and table.info.get("outlives") != "conversation":
            db.execute(table.delete().where(table.c.conversation.in_(conversations)))
    db.execute(t.conversation.delete().where(_c.id.in_(conversations)))
    if conversations:
        names = [{"conversation": name, "at": now} for name in conversations]
        db.execute(insert(db, f.forgotten).values(names).on_conflict_do_nothing())
