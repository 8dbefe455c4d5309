"""Chats by their subscriber, for the copy of somebody's data (`desk.own_chats.ChatsOf`)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from handoff.adapters.sql import tables as t
from handoff.adapters.sql import tables_promises as p
from handoff.adapters.sql import tables_work as w
from handoff.adapters.sql.store import SqlStore
from handoff.desk.own_chats import OwnChat

_c, _a, _s = t.conversation.c, w.attachment.c, p.satisfaction.c
_FILES = (_a.name, _a.media_type, _a.size, _a.added_at)
_RATINGS = (_s.about, _s.answer, _s.comment, _s.asked_at, _s.answered_at)


class SqlOwnChats:
    """All chats of a subscriber with their files, as far as those were sent, and their feedback."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def of(self, number: str) -> list[OwnChat]:
        """Oldest first."""

        def look(db: sa.Connection) -> list[OwnChat]:
            mine = sa.select(_c.id, _c.locale).where(_c.subscriber_id == number)
            return [
                OwnChat(
                    row.id,
                    row.locale,
                    _rows(db, _FILES, _a.conversation == row.id, _a.seq.is_not(None)),
                    _rows(db, _RATINGS, _s.conversation == row.id, _s.answer != ""),
                )
                for row in db.execute(mine.order_by(_c.updated_at, _c.id)).all()
            ]

        return await self._store.ask(look)


def _rows(
    db: sa.Connection, columns: Sequence[sa.Column[Any]], *where: sa.ColumnElement[bool]
) -> list[dict[str, Any]]:
    return [
        {name: _plain(value) for name, value in row._mapping.items()}
        for row in db.execute(sa.select(*columns).where(*where))
    ]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
