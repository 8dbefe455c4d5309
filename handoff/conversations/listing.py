"""What the console lists, read whole, for some conversations, or page by page.

Invariants: every chat that waits for a person or has one is listed, however many there are; of those with the bot and of the
closed ones the newest, and the others by pages.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from handoff.conversations.machinery import Machinery
from handoff.conversations.model import (
    MOST_COUNTED,
    Controller,
    Conversation,
    Inbox,
    InboxRow,
    Marks,
    Routed,
)
from handoff.conversations.storage import Reading

LISTED = 100
"""How many chats with the bot, and closed ones, the list holds; the others are asked for by pages of this length."""

ALONE = (Controller.BOT, Controller.CLOSED)
"""Nobody of the desk has or waits for these."""


class Listing(Machinery):
    """The console's list of conversations."""

    async def inbox(self, only: Sequence[str] | None = None) -> Inbox:
        """The whole list, or these conversations, whether listed or not, as far as they exist."""
        return await self._store.read(lambda db: self._inbox(db, only))

    async def older(self, controller: Controller, *, before: str | None) -> list[InboxRow]:
        """The chats with this controller behind the conversation `before`, or from the newest one on."""

        def query(db: Reading) -> list[InboxRow]:
            behind = db.conversation(before) if before is not None else None
            found = db.newest(controller, since=self._since(db), behind=behind, limit=LISTED)
            marks = db.marks([c.id for c in found])
            return [_listed(c, marks) for c in found]

        return await self._store.read(query)

    def _inbox(self, db: Reading, only: Sequence[str] | None) -> Inbox:
        now, since = db.now(), self._since(db)
        found = db.some(only) if only is not None else _whole(db, since)
        queued = [c for c in found if c.controller is Controller.QUEUE]
        routed = db.routed([c.id for c in queued] if only is not None else None)
        line = self._desk.order(queued, routed, now)
        rest = [c for c in found if c.controller is not Controller.QUEUE]
        counted = ALONE if only is None else ()
        totals = {one: db.count_newest(one, since=since, most=MOST_COUNTED) for one in counted}
        marks = db.marks(only)
        rows = [_listed(c, marks, routed.get(c.id)) for c in (*line, *rest)]
        return Inbox(rows, totals, db.agents_available())

    def _since(self, db: Reading) -> datetime:
        return db.now() - self._timing.inbox


def _whole(db: Reading, since: datetime) -> list[Conversation]:
    alone = [db.newest(one, since=since, behind=None, limit=LISTED) for one in ALONE]
    return [*db.with_people(), *alone[0], *alone[1]]


def _listed(c: Conversation, marks: Mapping[str, Marks], routed: Routed | None = None) -> InboxRow:
    return InboxRow(c, c.snippet, c.agent_name, routed, marks.get(c.id, Marks()))
