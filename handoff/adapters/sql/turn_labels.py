"""Labels on wrong turns of the bot in the database (`desk.work.turn_labels.TurnLabelStore`).

Invariant: a change and its entry in the audit are one transaction.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from handoff.adapters.sql import tables_work as w
from handoff.adapters.sql.audit import record
from handoff.adapters.sql.store import SqlStore
from handoff.adapters.sql.upsert import put
from handoff.desk.audit import entry
from handoff.desk.work.turn_labels import Meant, TurnLabel

_SAID = ("text", "locale", "intent", "confidence", "right_intent")


class SqlTurnLabels:
    """Labels beside the conversations, through the same committer."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def put_turn_label(self, meant: Meant, *, by: str) -> None:
        """Add, or replace the one of the same turn."""

        def work(db: sa.Connection) -> None:
            now = self._store.clock(db)
            said = {name: getattr(meant, name) for name in _SAID}
            place = {"conversation": meant.conversation, "seq": meant.seq}
            put(db, w.turn_label, place, said | {"put_by": by, "put_at": now})
            facts = {"seq": meant.seq, "intent": meant.intent, "right_intent": meant.right_intent}
            told = entry(by, "turn_labelled", conversation=meant.conversation, **facts)
            record(db, told, at=now)

        await self._store.change(work)

    async def drop_turn_label(self, conversation: str, seq: int, *, by: str) -> bool:
        """Take it back; False when there is none."""

        def work(db: sa.Connection) -> bool:
            if db.execute(_one(conversation, seq)).rowcount == 0:
                return False
            told = entry(by, "turn_unlabelled", conversation=conversation, seq=seq)
            record(db, told, at=self._store.clock(db))
            return True

        return await self._store.change(work)

    async def turn_labels(self, conversation: str) -> list[TurnLabel]:
        """Those of one conversation, in the order of its log."""
        its = w.turn_label.c
        query = sa.select(w.turn_label).where(its.conversation == conversation).order_by(its.seq)
        return await self._store.ask(lambda db: [_label(row) for row in db.execute(query)])

    async def all_turn_labels(
        self, *, after: tuple[datetime, str, int] | None, limit: int
    ) -> list[TurnLabel]:
        """All of them, oldest first, behind this time, conversation and seq."""
        its = w.turn_label.c
        query = sa.select(w.turn_label).order_by(its.put_at, its.conversation, its.seq).limit(limit)
        if after is not None:
            at, conversation, seq = after
            same = sa.and_(its.put_at == at, its.conversation == conversation, its.seq > seq)
            later = sa.and_(its.put_at == at, its.conversation > conversation)
            query = query.where(sa.or_(its.put_at > at, later, same))
        return await self._store.ask(lambda db: [_label(row) for row in db.execute(query)])


def _one(conversation: str, seq: int) -> sa.Delete:
    its = w.turn_label
    return its.delete().where(its.c.conversation == conversation, its.c.seq == seq)


def _label(row: sa.Row[Any]) -> TurnLabel:
    meant = Meant(**{name: row._mapping[name] for name in ("conversation", "seq", *_SAID)})
    return TurnLabel(meant, row.put_by, row.put_at)
