"""Settled matters, ratings and transcripts to send, in the database (`desk.promises.ports.AftercareStore`).

Invariants: what stood in the way is kept as it was at the first look; a rating and a comment are stored once for a question; a
transcript is claimed by one node at a time.
"""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from handoff.adapters.sql import tables as t
from handoff.adapters.sql import tables_promises as p
from handoff.adapters.sql.store import SqlStore
from handoff.adapters.sql.upsert import insert
from handoff.conversations.model import Controller
from handoff.desk.promises.ports import Matter, Rated, Wanted

CLAIM = timedelta(minutes=1)
LONGEST_COMMENT = 1000

_c, _q = t.conversation.c, p.settled_question.c
_s, _m = p.satisfaction.c, p.transcript_mail.c


class SqlAftercare:
    """All of it, beside the conversations in the same database."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def matters(self, limit: int) -> list[Matter]:
        """Cases that wait: not looked at yet, or with something in the way that may be gone and was not asked about."""
        waits = (
            _c.controller == Controller.QUEUE.value,
            _c.case_number.is_not(None),
            _c.subscriber_id.is_not(None),
            sa.or_(_q.case_number.is_(None), sa.and_(_q.asked_at.is_(None), _q.answer == "")),
        )
        query = (
            sa.select(_c.id, _c.case_number, _c.subscriber_id, _c.level, _c.skill, _q.troubles)
            .outerjoin(p.settled_question, _q.case_number == _c.case_number)
            .where(*waits)
            .order_by(_q.looked_at.is_not(None), _q.looked_at, _c.waiting_since)
            .limit(limit)
        )
        return await self._store.ask(lambda db: [_matter(row) for row in db.execute(query)])

    async def looked(self, matter: Matter, troubles: frozenset[str]) -> None:
        """Keep what stood in the way at the first look, and when it was looked at last. Without troubles it is done."""

        def work(db: sa.Connection) -> None:
            now = self._store.clock(db)
            row = {
                "case_number": matter.case_number,
                "conversation": matter.conversation,
                "troubles": sorted(troubles),
                "answer": "" if troubles else "nothing",
                "looked_at": now,
            }
            first = insert(db, p.settled_question).values(row)
            again = {"looked_at": now}
            db.execute(first.on_conflict_do_update(index_elements=["case_number"], set_=again))

        await self._store.change(work)

    async def rated_between(self, since: datetime, until: datetime) -> list[Rated]:
        """Questions asked from then on and before then, oldest first."""
        asked = (_s.asked_at >= since, _s.asked_at < until)
        query = sa.select(p.satisfaction).where(*asked).order_by(_s.asked_at, _s.id)
        return await self._store.ask(lambda db: [_rated(row) for row in db.execute(query)])

    async def comment(self, rating: str, text: str) -> bool:
        """Keep what somebody wrote about their answer."""
        update = p.satisfaction.update().where(_s.id == rating)
        words = update.values(comment=text[:LONGEST_COMMENT])
        return await self._store.change(lambda db: db.execute(words).rowcount > 0)

    async def wanted(self, limit: int) -> list[Wanted]:
        """Transcripts that are due to be sent, claimed for `CLAIM`."""

        def work(db: sa.Connection) -> list[Wanted]:
            now = self._store.clock(db)
            free = sa.or_(_m.tried_at.is_(None), _m.tried_at <= now - CLAIM)
            due = sa.select(p.transcript_mail).where(_m.ended_at.is_(None), free)
            due = due.order_by(_m.asked_at, _m.id).limit(limit)
            rows = db.execute(due.with_for_update(skip_locked=True)).all()
            for row in rows:
                claim = p.transcript_mail.update().where(_m.id == row.id)
                db.execute(claim.values(tried_at=now))
            return [
                Wanted(row.id, row.conversation, row.subscriber_id, row.level, row.locale)
                for row in rows
            ]

        return await self._store.change(work)

    async def sent(self, wanted: str, outcome: str) -> None:
        """How the sending ended."""

        def work(db: sa.Connection) -> None:
            ends = p.transcript_mail.update().where(_m.id == wanted, _m.ended_at.is_(None))
            db.execute(ends.values(ended_at=self._store.clock(db), outcome=outcome))

        await self._store.change(work)


def _matter(row: Any) -> Matter:
    return Matter(
        conversation=row.id,
        case_number=row.case_number,
        subscriber_id=row.subscriber_id,
        level=row.level,
        skill=row.skill,
        troubles=None if row.troubles is None else frozenset(row.troubles),
    )


def _rated(row: sa.Row[Any]) -> Rated:
    found = dict(row._mapping)
    return Rated(**{**found, "answer": found["answer"] or None})
