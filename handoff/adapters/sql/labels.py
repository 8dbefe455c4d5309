"""Labels in the database (`desk.work.labels.LabelStore`).

Invariant: a change and its entry in the audit are one transaction.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from handoff.adapters.sql import tables as t
from handoff.adapters.sql import tables_work as w
from handoff.adapters.sql.audit import record
from handoff.adapters.sql.marks import labels_of
from handoff.adapters.sql.store import SqlStore
from handoff.adapters.sql.upsert import insert
from handoff.desk.audit import entry
from handoff.desk.work.labels import MOST_LABELS, Label


class SqlLabels:
    """Labels beside the conversations, through the same committer."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def labels(self) -> list[Label]:
        """All of them, by name in German."""
        query = sa.select(w.chat_label).order_by(w.chat_label.c.name_de, w.chat_label.c.id)
        return await self._store.ask(lambda db: [Label(*row) for row in db.execute(query)])

    async def put_label(self, label: Label, *, by: str) -> bool:
        """Add or replace; False, and nothing is kept, when there are `MOST_LABELS` already."""
        row = {"name_de": label.name_de, "name_en": label.name_en, "colour": label.colour}

        def work(db: sa.Connection) -> bool:
            known = w.chat_label.update().where(w.chat_label.c.id == label.id)
            if db.execute(known.values(row)).rowcount == 0:
                count = sa.select(sa.func.count()).select_from(w.chat_label)
                if db.execute(count).scalar_one() >= MOST_LABELS:
                    return False
                db.execute(w.chat_label.insert().values(row | {"id": label.id}))
            record(db, entry(by, "label_saved", label=label.id), at=self._store.clock(db))
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
                columns = ("id", "name_de", "name_en", "colour")
                rows = [{name: getattr(label, name) for name in columns} for label in labels]
                db.execute(w.chat_label.insert(), rows)

        await self._store.change(work)


def _has(db: sa.Connection, conversation: str, label: str) -> bool:
    on = w.conversation_label.c
    query = sa.select(on.label).where(on.conversation == conversation, on.label == label)
    return db.execute(query).first() is not None


def _exist(db: sa.Connection, conversation: str, label: str) -> bool:
    chat = sa.select(t.conversation.c.id).where(t.conversation.c.id == conversation)
    kind = sa.select(w.chat_label.c.id).where(w.chat_label.c.id == label)
    return bool(db.execute(chat).first() and db.execute(kind).first())


def _put(db: sa.Connection, conversation: str, label: str, *, by: str, at: object | None) -> None:
    """Put it on, at that time; None: take it off."""
    on = w.conversation_label
    if at is None:
        db.execute(on.delete().where(on.c.conversation == conversation, on.c.label == label))
        return
    row = {"conversation": conversation, "label": label, "put_by": by, "put_at": at}
    db.execute(insert(db, on).values(row).on_conflict_do_nothing())
