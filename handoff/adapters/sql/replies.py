"""Saved replies in the database (`desk.work.replies.ReplyStore`).

Invariant: a change and its entry in the audit are one transaction.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from handoff.adapters.sql import tables_work as w
from handoff.adapters.sql.audit import record
from handoff.adapters.sql.store import SqlStore
from handoff.desk.audit import entry
from handoff.desk.work.replies import MOST_REPLIES, SavedReply, Worded

FIRST = "seed"
"""Who changed what came with the demo."""


class SqlReplies:
    """Saved replies beside the conversations, through the same committer."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def replies(self) -> list[SavedReply]:
        """All of them, by name in German."""
        query = sa.select(w.saved_reply).order_by(w.saved_reply.c.name_de, w.saved_reply.c.id)
        return await self._store.ask(lambda db: [_reply(row) for row in db.execute(query)])

    async def reply(self, id: str) -> SavedReply | None:  # noqa: A002
        """One of them."""
        query = sa.select(w.saved_reply).where(w.saved_reply.c.id == id)

        def find(db: sa.Connection) -> SavedReply | None:
            row = db.execute(query).one_or_none()
            return _reply(row) if row else None

        return await self._store.ask(find)

    async def put_reply(self, id: str, words: Worded, *, by: str) -> bool:  # noqa: A002
        """Add or replace; False, and nothing is kept, when there are `MOST_REPLIES` already."""

        def work(db: sa.Connection) -> bool:
            now = self._store.clock(db)
            known = w.saved_reply.update().where(w.saved_reply.c.id == id)
            row = _row(words) | {"changed_at": now, "changed_by": by}
            if db.execute(known.values(row)).rowcount == 0:
                count = sa.select(sa.func.count()).select_from(w.saved_reply)
                if db.execute(count).scalar_one() >= MOST_REPLIES:
                    return False
                db.execute(w.saved_reply.insert().values(row | {"id": id}))
            record(db, entry(by, "reply_saved", reply=id), at=now)
            return True

        return await self._store.change(work)

    async def drop_reply(self, id: str, *, by: str) -> bool:  # noqa: A002
        """Remove; False when there is none."""

        def work(db: sa.Connection) -> bool:
            gone = w.saved_reply.delete().where(w.saved_reply.c.id == id)
            if db.execute(gone).rowcount == 0:
                return False
            record(db, entry(by, "reply_removed", reply=id), at=self._store.clock(db))
            return True

        return await self._store.change(work)

    async def first_replies(self, replies: Sequence[tuple[str, Worded]]) -> None:
        """Keep these if there are none at all."""

        def work(db: sa.Connection) -> None:
            if not replies or db.execute(sa.select(w.saved_reply.c.id).limit(1)).first():
                return
            kept = {"changed_at": self._store.clock(db), "changed_by": FIRST}
            db.execute(
                w.saved_reply.insert(),
                [_row(words) | kept | {"id": id_} for id_, words in replies],
            )

        await self._store.change(work)


def _row(words: Worded) -> dict[str, Any]:
    return {
        "name_de": words.name_de,
        "name_en": words.name_en,
        "text_de": words.text_de,
        "text_en": words.text_en,
        "cues": words.cues,
    }


def _reply(row: sa.Row[Any]) -> SavedReply:
    words = Worded(row.name_de, row.name_en, row.text_de, row.text_en, row.cues)
    return SavedReply(row.id, words, row.changed_at, row.changed_by)
