"""The desk's audit in the database (`desk.audit`): entries are added with the change they tell of, and read.

Invariant: nothing here changes or removes an entry.
"""

from datetime import datetime

import sqlalchemy as sa

from handoff.adapters.sql import tables_routing as r
from handoff.adapters.sql.store import SqlStore
from handoff.desk.audit import ALL, Entry, Kept, Wanted


def record(db: sa.Connection, entry: Entry, *, at: datetime) -> None:
    """Add an entry in this transaction."""
    db.execute(
        r.desk_audit.insert().values(
            at=at,
            who=entry.who,
            what=entry.what,
            conversation=entry.conversation,
            facts=entry.facts,
        )
    )


class SqlAudit:
    """The audit for whoever reads it, and for changes that are made elsewhere (the subscriptions, settings files)."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def write(self, entry: Entry) -> None:
        """Add an entry alone; where the change is in this database, use `record` in its transaction instead."""
        await self._store.change(lambda db: record(db, entry, at=self._store.clock(db)))

    async def entries(
        self, wanted: Wanted = ALL, *, before: int | None = None, limit: int = 100
    ) -> list[Kept]:
        """The newest entries first; `before`: older than the entry with that id."""
        a = r.desk_audit.c
        query = sa.select(r.desk_audit).order_by(a.id.desc()).limit(limit)
        asked = (
            (before, a.id.__lt__),
            (wanted.who, a.who.__eq__),
            (wanted.what, a.what.__eq__),
            (wanted.since, a.at.__ge__),
            (wanted.until, a.at.__lt__),
        )
        query = query.where(*(compare(value) for value, compare in asked if value))
        return await self._store.ask(lambda db: [_kept(row) for row in db.execute(query)])


def _kept(row: sa.Row[tuple[object, ...]]) -> Kept:
    found = row._mapping
    return Kept(
        id=found["id"],
        at=found["at"],
        entry=Entry(found["who"], found["what"], found["conversation"], found["facts"]),
    )
