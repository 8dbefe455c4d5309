"""What the supervisor's board asks beside the line (`desk.reports.board.BoardStore`)."""

from datetime import datetime

import sqlalchemy as sa

from handoff.adapters.sql import tables as t
from handoff.adapters.sql import tables_routing as r
from handoff.adapters.sql.store import SqlStore
from handoff.conversations.model import Controller
from handoff.desk.reports.board import Colleague

_c, _o = t.conversation.c, r.offer.c


class SqlBoard:
    """Read only."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def colleagues(self, since: datetime) -> list[Colleague]:
        """All agents by name, with their chats now and the offers that ran out since then."""
        chats = (
            sa.select(sa.func.count())
            .where(_c.agent == t.agent.c.login, _c.controller == Controller.AGENT.value)
            .scalar_subquery()
        )
        unanswered = (
            sa.select(sa.func.count())
            .where(_o.agent == t.agent.c.login, _o.outcome == "timeout", _o.made_at >= since)
            .scalar_subquery()
        )
        query = sa.select(t.agent.c.login, t.agent.c.name, chats, unanswered).order_by(
            t.agent.c.name, t.agent.c.login
        )
        return await self._store.ask(lambda db: [Colleague(*row) for row in db.execute(query)])
