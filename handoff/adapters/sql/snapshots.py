"""The 360° views of handed over cases in the database (`desk.snapshots.keeping.SnapshotStore`).

Invariant: the first snapshot of a case stays; two nodes that take one keep one.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from handoff.adapters.sql import tables as t
from handoff.adapters.sql.store import SqlStore
from handoff.adapters.sql.tables_approvals import case_snapshot
from handoff.desk.snapshots.keeping import Due, Snapshot

_S, _C = case_snapshot.c, t.support_case.c


class SqlSnapshots:
    """Snapshots beside the cases, through the same committer."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def without(self, limit: int, *, behind: str = "") -> Sequence[Due]:
        """Open cases of known subscribers that have none, by number, those behind this one."""
        query = _without().where(_C.number > behind).order_by(_C.number).limit(limit)
        return await self._store.ask(lambda db: [Due(*row) for row in db.execute(query)])

    async def missing(self, conversation: str) -> Due | None:
        """The open case of this conversation, if it has none."""
        query = _without().where(_C.conversation == conversation)

        def one(db: sa.Connection) -> Due | None:
            row = db.execute(query).one_or_none()
            return Due(*row) if row else None

        return await self._store.ask(one)

    async def put(self, due: Due, overview: dict[str, Any] | None) -> None:
        """Keep it, unless there is one or the conversation is forgotten by now."""

        def work(db: sa.Connection) -> None:
            known = sa.select(_C.number).where(_C.number == due.case_number)
            if db.execute(known).first() is None:
                return
            dialect = postgresql if db.dialect.name == "postgresql" else sqlite
            insert = dialect.insert(case_snapshot).values(
                case_number=due.case_number,
                conversation=due.conversation,
                subscriber=due.subscriber,
                taken_at=self._store.clock(db),
                overview=overview,
            )
            db.execute(insert.on_conflict_do_nothing())

        await self._store.change(work)

    async def of(self, conversation: str) -> Snapshot | None:
        """That of the conversation's newest case."""
        newest = (
            sa.select(_C.number)
            .where(_C.conversation == conversation)
            .order_by(_C.opened_at.desc(), _C.number)
            .limit(1)
        ).scalar_subquery()
        query = sa.select(_S.case_number, _S.subscriber, _S.taken_at, _S.overview).where(
            _S.case_number == newest
        )

        def one(db: sa.Connection) -> Snapshot | None:
            row = db.execute(query).one_or_none()
            return Snapshot(*row) if row else None

        return await self._store.ask(one)


def _without() -> sa.Select[Any]:
    chat = t.conversation.c
    return (
        sa.select(_C.number, _C.conversation, chat.subscriber_id)
        .join(t.conversation, chat.id == _C.conversation)
        .outerjoin(case_snapshot, _S.case_number == _C.number)
        .where(_C.closed_at.is_(None), chat.subscriber_id.is_not(None))
        .where(_S.case_number.is_(None))
    )
