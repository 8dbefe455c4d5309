"""Promises and handling times in the database (`desk.promises.ports.PromiseStore`).

Invariants: nothing here makes a promise, steps of conversations do; what is over is decided by the database's time, with the row
locked, and rows that somebody else holds are left for the next look.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from handoff.adapters.sql import tables_promises as p
from handoff.adapters.sql.effects import end
from handoff.adapters.sql.store import SqlStore
from handoff.conversations.effects import Ending, Fact, Promise, PromiseKind, PromiseState
from handoff.desk.promises.ports import Told
from handoff.desk.promises.waiting_time import Handled

AT_ONCE = 20
MOST_HANDLED = 5000
OWED_LATE = timedelta(days=14)
"""So long a broken promise of an answer is looked after: it may still be kept late."""

_p, _f, _h = p.promise.c, p.promise_fact.c, p.handling.c


class SqlPromises:
    """Promises beside the conversations, in the same database."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def now(self) -> datetime:
        """The database's time."""
        return await self._store.ask(self._store.clock)

    async def of(self, conversation: str) -> list[Told]:
        """The promises of a conversation with all that happened to them, oldest first."""
        query = sa.select(p.promise).where(_p.conversation == conversation)
        facts = sa.select(p.promise_fact).where(_f.conversation == conversation).order_by(_f.id)

        def work(db: sa.Connection) -> list[Told]:
            told: dict[str, list[Fact]] = {}
            for row in db.execute(facts):
                told.setdefault(row.promise, []).append(Fact(row.what, row.at, row.facts))
            found = {row.id: promise_of(row) for row in db.execute(query)}
            # Two of one moment stand in the order in which they were made: that of their first facts.
            return [Told(found[name], tuple(happened)) for name, happened in told.items()]

        return await self._store.ask(work)

    async def between(self, since: datetime, until: datetime) -> list[Promise]:
        """Promises made from then on and before then, oldest first."""
        query = sa.select(p.promise).where(_p.made_at >= since, _p.made_at < until)
        return await self._found(query.order_by(_p.made_at, _p.id))

    async def firm(self, limit: int) -> list[Promise]:
        """Promises that are kept elsewhere and owed, open ones first, by their time; what was broken for long is let be."""

        def work(db: sa.Connection) -> list[Promise]:
            late = self._store.clock(db) - OWED_LATE
            owed = (_p.ended_at.is_(None), _p.reference.is_not(None), _p.due_at > late)
            still_open = _p.state == PromiseState.OPEN.value
            query = sa.select(p.promise).where(*owed).order_by(still_open.desc(), _p.due_at, _p.id)
            return [promise_of(row) for row in db.execute(query.limit(limit))]

        return await self._store.ask(work)

    async def _found(self, query: sa.Select[Any]) -> list[Promise]:
        return await self._store.ask(lambda db: [promise_of(row) for row in db.execute(query)])

    async def break_overdue(self) -> int:
        """Note that the time of promises is over; at most `AT_ONCE`, returns how many."""

        def work(db: sa.Connection) -> int:
            now = self._store.clock(db)
            over = (_p.state == PromiseState.OPEN.value, _p.due_at < now, _p.reference.is_(None))
            query = sa.select(p.promise).where(*over).order_by(_p.due_at, _p.id).limit(AT_ONCE)
            late = db.execute(query.with_for_update(skip_locked=True)).all()
            for row in late:
                end(db, row, Ending("broken"), now)
            return len(late)

        return await self._store.change(work)

    async def end(self, promise: str, ending: Ending, *, at: datetime | None = None) -> bool:
        """End a promise that is owed; whether that changed anything."""

        def work(db: sa.Connection) -> bool:
            owed = sa.select(p.promise).where(_p.id == promise, _p.ended_at.is_(None))
            row = db.execute(owed.with_for_update()).one_or_none()
            return row is not None and end(db, row, ending, at or self._store.clock(db))

        return await self._store.change(work)

    async def handled(self, days: int) -> Sequence[Handled]:
        """How long people were busy with the chats of the last days, the newest first."""

        def work(db: sa.Connection) -> list[Handled]:
            since = self._store.clock(db) - timedelta(days=days)
            query = sa.select(_h.skill, _h.taken_at, _h.ended_at).where(_h.ended_at > since)
            rows = db.execute(query.order_by(_h.ended_at.desc()).limit(MOST_HANDLED))
            return [Handled(r.skill, (r.ended_at - r.taken_at).total_seconds()) for r in rows]

        return await self._store.ask(work)


def promise_of(row: sa.Row[Any]) -> Promise:
    """The value of a promise's row."""
    found = dict(row._mapping)
    kind, state = PromiseKind(found.pop("kind")), PromiseState(found.pop("state"))
    return Promise(**found, kind=kind, state=state)
