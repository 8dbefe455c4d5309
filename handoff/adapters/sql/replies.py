"""Saved replies in the database (`desk.work.replies.ReplyStore`).

Invariant: a change and its entry in the audit are one transaction.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from handoff.adapters.sql import tables_work as w
from handoff.adapters.sql.audit import record
from handoff.adapters.sql.keeping import keep, put_aside
from handoff.adapters.sql.store import SqlStore
from handoff.desk.audit import entry
from handoff.desk.work.replies import MOST_REPLIES, SavedReply, Worded
from handoff.desk.work.wording import Kept

FIRST = "seed"
"""Who changed what came with the demo."""


class SqlReplies:
    """Saved replies beside the conversations, through the same committer."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def replies(self, *, archived: bool = False) -> list[SavedReply]:
        """Those in use, or with the archived ones, by name in German."""
        query = sa.select(w.saved_reply).order_by(w.saved_reply.c.name_de, w.saved_reply.c.id)
        if not archived:
            query = query.where(w.saved_reply.c.archived_at.is_(None))
        return await self._store.ask(lambda db: [_reply(row) for row in db.execute(query)])

    async def reply(self, id: str) -> SavedReply | None:  # noqa: A002
        """One of them."""
        query = sa.select(w.saved_reply).where(w.saved_reply.c.id == id)

        def find(db: sa.Connection) -> SavedReply | None:
            row = db.execute(query).one_or_none()
            return _reply(row) if row else None

        return await self._store.ask(find)

    async def put_reply(
        self,
        id: str,  # noqa: A002
        words: Worded,
        *,
        by: str,
        seen: Worded | None = None,
    ) -> Kept:
        """Add or replace, if it is still as it was `seen`; there are at most `MOST_REPLIES`."""

        def work(db: sa.Connection) -> Kept:
            now = self._store.clock(db)
            row = _row(words) | {"id": id, "changed_at": now, "changed_by": by}
            before = None if seen is None else _row(seen)
            done = keep(db, w.saved_reply, row, seen=before, most=MOST_REPLIES)
            if done == "kept":
                record(db, entry(by, "reply_saved", reply=id, name=words.name_de), at=now)
            return done

        return await self._store.change(work)

    async def archive_reply(self, id: str, *, on: bool, by: str) -> bool:  # noqa: A002
        """Put it aside or take it back; False when there is none."""

        def work(db: sa.Connection) -> bool:
            now = self._store.clock(db)
            if not put_aside(db, w.saved_reply, id, now if on else None):
                return False
            what = "reply_archived" if on else "reply_taken_back"
            record(db, entry(by, what, reply=id), at=now)
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
    return SavedReply(row.id, words, row.changed_at, row.changed_by, row.archived_at is not None)
