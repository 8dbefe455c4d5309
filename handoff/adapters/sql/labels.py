"""Labels in the database (`desk.work.labels.LabelStore`).

Invariant: a change and its entry in the audit are one transaction.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from handoff.adapters.sql import tables as t
from handoff.adapters.sql import tables_work as w
from handoff.adapters.sql.audit import record
from handoff.adapters.sql.keeping import keep, put_aside
from handoff.adapters.sql.marks import labels_of
from handoff.adapters.sql.store import SqlStore
from handoff.adapters.sql.upsert import insert
from handoff.desk.audit import entry
from handoff.desk.work.labels import MOST_LABELS, Label
from handoff.desk.work.wording import Kept


class SqlLabels:
    """Labels beside the conversations, through the same committer."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def labels(self) -> list[Label]:
        """All of them, by name in German, archived ones too."""
        query = sa.select(w.chat_label).order_by(w.chat_label.c.name_de, w.chat_label.c.id)
        return await self._store.ask(lambda db: [_label(row) for row in db.execute(query)])

    async def put_label(self, label: Label, *, by: str, seen: Label | None = None) -> Kept:
        """Add or replace, if it is still as it was `seen`; there are at most `MOST_LABELS`. Whether it is archived stays."""

        def work(db: sa.Connection) -> Kept:
            row = _row(label) | {"id": label.id}
            before = None if seen is None else _row(seen)
            done = keep(db, w.chat_label, row, seen=before, most=MOST_LABELS)
            if done == "kept":
                told = entry(by, "label_saved", label=label.id, name=label.name_de)
                record(db, told, at=self._store.clock(db))
            return done

        return await self._store.change(work)

    async def archive_label(self, id: str, *, on: bool, by: str) -> bool:  # noqa: A002
        """Put it aside or take it back; False when there is none."""

        def work(db: sa.Connection) -> bool:
            now = self._store.clock(db)
            if not put_aside(db, w.chat_label, id, now if on else None):
                return False
            what = "label_archived" if on else "label_taken_back"
            record(db, entry(by, what, label=id), at=now)
            return True

        return await self._store.change(work)

    async def drop_label(self, id: str, *, by: str) -> bool:  # noqa: A002
        """Remove it, also from every conversation; False when there is none."""
        on = w.conversation_label

        def work(db: sa.Connection) -> bool:
            db.execute(on.delete().where(on.c.label == id))
            gone = w.chat_label.delete().where(w.chat_label.c.id == id)
            if db.execute(gone).rowcount == 0:
                return False
            record(db, entry(by, "label_removed", label=id), at=self._store.clock(db))
            return True

        return await self._store.change(work)

    async def put_on(self, conversation: str, label: str, *, on: bool, by: str) -> bool:
        """Put a label on a conversation or take it off; False when it was so already or either does not exist."""

        def work(db: sa.Connection) -> bool:
            if on is _has(db, conversation, label):
                return False
            if on and not _exist(db, conversation, label):
                return False
            now = self._store.clock(db)
            _put(db, conversation, label, by=by, at=now if on else None)
            what = "label_put" if on else "label_taken"
            record(db, entry(by, what, conversation=conversation, label=label), at=now)
            return True

        return await self._store.change(work)

    async def on(self, conversations: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The labels of these conversations by their ids; those without are left out."""
        return await self._store.ask(lambda db: labels_of(db, conversations))

    async def first_labels(self, labels: Sequence[Label]) -> None:
        """Keep these if there are none at all."""

        def work(db: sa.Connection) -> None:
            if labels and not db.execute(sa.select(w.chat_label.c.id).limit(1)).first():
                rows = [_row(label) | {"id": label.id} for label in labels]
                db.execute(w.chat_label.insert(), rows)

        await self._store.change(work)


def _row(label: Label) -> dict[str, Any]:
    return {"name_de": label.name_de, "name_en": label.name_en, "colour": label.colour}


def _label(row: sa.Row[Any]) -> Label:
    return Label(row.id, row.name_de, row.name_en, row.colour, row.archived_at is not None)


def _has(db: sa.Connection, conversation: str, label: str) -> bool:
    on = w.conversation_label.c
    query = sa.select(on.label).where(on.conversation == conversation, on.label == label)
    return db.execute(query).first() is not None


def _exist(db: sa.Connection, conversation: str, label: str) -> bool:
    chat = sa.select(t.conversation.c.id).where(t.conversation.c.id == conversation)
    kind = sa.select(w.chat_label.c.id).where(
        w.chat_label.c.id == label, w.chat_label.c.archived_at.is_(None)
    )
    return bool(db.execute(chat).first() and db.execute(kind).first())


def _put(db: sa.Connection, conversation: str, label: str, *, by: str, at: object | None) -> None:
    """Put it on, at that time; None: take it off."""
    on = w.conversation_label
    if at is None:
        db.execute(on.delete().where(on.c.conversation == conversation, on.c.label == label))
        return
    row = {"conversation": conversation, "label": label, "put_by": by, "put_at": at}
    db.execute(insert(db, on).values(row).on_conflict_do_nothing())
