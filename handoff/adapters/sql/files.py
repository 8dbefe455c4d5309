"""Agents' files in the database (`desk.work.files.FileStore`): they are backed up, forgotten and served with the chat they belong to.

Invariants: a change and its entry in the audit are one transaction; what was never sent goes after a day.
"""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from handoff.adapters.sql import tables as t
from handoff.adapters.sql import tables_work as w
from handoff.adapters.sql.audit import record
from handoff.adapters.sql.store import SqlStore
from handoff.conversations.errors import ConversationError, Refusal
from handoff.desk.audit import entry
from handoff.desk.work.files import MOST_IN_A_CHAT, File, FileRefused, Kept

UNSENT_KEPT = timedelta(days=1)

_SHOWN = [column for column in w.attachment.c if column.name != "content"]


class SqlFiles:
    """Files beside the conversations, through the same committer."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def add_file(self, id: str, conversation: str, file: File, *, by: str) -> Kept:  # noqa: A002
        """Keep it. Raises `FileRefused` (too_many) and UNKNOWN_CONVERSATION."""

        def work(db: sa.Connection) -> Kept:
            now = self._store.clock(db)
            a = w.attachment.c
            stale = sa.and_(a.seq.is_(None), a.added_at < now - UNSENT_KEPT)
            db.execute(w.attachment.delete().where(stale))
            _check_room(db, conversation)
            kept = Kept(
                id, conversation, None, file.name, file.media_type, len(file.content), by, now
            )
            db.execute(w.attachment.insert().values(content=file.content, **_row(kept)))
            facts = {"file": id, "media_type": file.media_type, "size": kept.size}
            record(db, entry(by, "file_added", conversation=conversation, **facts), at=now)
            return kept

        return await self._store.change(work)

    async def unsent(self, conversation: str, *, by: str) -> list[Kept]:
        """The files this agent added and has not sent yet."""
        return [kept for kept in await self.added(conversation, by=by) if kept.seq is None]

    async def added(self, conversation: str, *, by: str) -> list[Kept]:
        """All files this agent added, sent or not."""
        a = w.attachment.c
        query = sa.select(*_SHOWN).where(a.conversation == conversation, a.added_by == by)
        return await self._store.ask(
            lambda db: [
                Kept(**row._mapping) for row in db.execute(query.order_by(a.added_at, a.id))
            ]
        )

    async def drop_file(self, id: str, *, by: str) -> bool:  # noqa: A002
        """Remove one's own file that was not sent; False when there is none."""
        a = w.attachment.c

        def work(db: sa.Connection) -> bool:
            own = w.attachment.delete().where(a.id == id, a.added_by == by, a.seq.is_(None))
            if db.execute(own).rowcount == 0:
                return False
            record(db, entry(by, "file_removed", file=id), at=self._store.clock(db))
            return True

        return await self._store.change(work)

    async def file(self, id: str) -> File | None:  # noqa: A002
        """A file with its bytes, once it was sent."""
        a = w.attachment.c
        query = sa.select(a.name, a.media_type, a.content).where(a.id == id, a.seq.is_not(None))

        def find(db: sa.Connection) -> File | None:
            row = db.execute(query).one_or_none()
            return File(row.name, row.media_type, bytes(row.content)) if row else None

        return await self._store.ask(find)


def _check_room(db: sa.Connection, conversation: str) -> None:
    known = sa.select(t.conversation.c.id).where(t.conversation.c.id == conversation)
    if db.execute(known).first() is None:
        raise ConversationError(Refusal.UNKNOWN_CONVERSATION)
    count = sa.select(sa.func.count()).where(w.attachment.c.conversation == conversation)
    if db.execute(count).scalar_one() >= MOST_IN_A_CHAT:
        raise FileRefused("too_many")


def _row(kept: Kept) -> dict[str, Any]:
    return {column.name: getattr(kept, column.name) for column in _SHOWN}
