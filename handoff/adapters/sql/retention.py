"""Forgets what was said long ago: conversations, and everything that hangs on them.

Invariants: a chat that waits for a person or is with one is never forgotten; a conversation goes as a whole, with every
row of every table that names it (but the desk's audit, which holds no words); a transaction takes few of them, so that nobody waits for it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from handoff.adapters.sql import tables as t
from handoff.adapters.sql import (  # noqa: F401  # what names a conversation must be known
    tables_approvals,
    tables_promises,
    tables_routing,
    tables_work,
)
from handoff.adapters.sql.store import SqlStore
from handoff.conversations.model import Controller

AT_ONCE = 50
"""Conversations in one transaction."""


class SqlRetention:
    """What a job asks to forget (`handoff.wiring.forgetting_loop`)."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def forget(self, days: int) -> int:
        """Drop conversations in which nothing happened for that many days; returns how many, at most `AT_ONCE`."""

        def work(db: sa.Connection) -> int:
            before = self._store.clock(db) - timedelta(days=days)
            gone = [row.id for row in db.execute(_old(before))]
            _drop(db, gone)
            return len(gone)

        return await self._store.change(work)


def _old(before: datetime) -> sa.Select[tuple[str]]:
    c = t.conversation.c
    left_alone = c.controller.in_([Controller.BOT.value, Controller.CLOSED.value])
    query = sa.select(c.id).where(left_alone, c.updated_at < before).order_by(c.updated_at)
    return query.limit(AT_ONCE).with_for_update(skip_locked=True)


def _drop(db: sa.Connection, conversations: Sequence[str]) -> None:
    for table in reversed(t.metadata.sorted_tables):
        if "conversation" in table.c and table.info.get("outlives") != "conversation":
            db.execute(table.delete().where(table.c.conversation.in_(conversations)))
    db.execute(t.conversation.delete().where(t.conversation.c.id.in_(conversations)))
