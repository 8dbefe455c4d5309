"""What may be asked about promises and questions (`conversations.owed`)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from handoff.adapters.sql import tables as t
from handoff.adapters.sql import tables_promises as p
from handoff.conversations.effects import About, PromiseKind
from handoff.conversations.model import Author, Controller

_c, _p, _s = t.conversation.c, p.promise.c, p.satisfaction.c
_WISHED = (
    _p.kind.in_([PromiseKind.CALLBACK.value, PromiseKind.WRITTEN.value]),
    _p.reference.is_(None),
    _p.ended_at.is_(None),
)
FEWEST = 2
"""Answers of the bot in a talk about which somebody is asked."""


class OwedReads:
    """Queries on one connection."""

    _connection: sa.Connection

    def left_wishes(self, before: datetime, limit: int) -> list[str]:
        """Chats with the bot that rest, in which a call or a written answer was wished for."""
        wished = sa.exists().where(_p.conversation == _c.id, *_WISHED)
        silent = (_c.controller == Controller.BOT.value, _c.updated_at <= before)
        query = sa.select(_c.id).where(*silent, wished).order_by(_c.updated_at).limit(limit)
        return list(self._connection.execute(query).scalars())

    def owes_wish(self, conversation: str) -> bool:
        """Whether a call or a written answer was wished for here and has no time yet."""
        return self._any(sa.select(_p.id).where(_p.conversation == conversation, *_WISHED))

    def intents_of(self, conversation: str) -> frozenset[str]:
        """What the cases of this conversation were about."""
        case = t.support_case.c
        packets = sa.select(case.packet).where(case.conversation == conversation)
        found: set[str] = set()
        for packet in self._connection.execute(packets).scalars():
            found |= {packet.get("intent") or "", *packet.get("open", ())}
        return frozenset(found - {""})

    def spoke(self, conversation: str, author: Author, epoch: int) -> int:
        """How many messages they wrote in this epoch."""
        e = t.event.c
        theirs = (e.conversation == conversation, e.kind == "message", e.author == author.value)
        query = sa.select(sa.func.count()).where(*theirs, e.epoch == epoch)
        return self._connection.execute(query).scalar_one()

    def rating_asked(
        self, conversation: str, about: About, *, episode: str, since: datetime
    ) -> bool:
        """Whether it was asked in this episode, or since then."""
        lately = sa.or_(_s.asked_at >= since, _s.episode == episode)
        asked = (_s.conversation == conversation, _s.about == about, lately)
        return self._any(sa.select(_s.id).where(*asked))

    def rating_open(self, rating: str) -> bool:
        """Whether that question was asked and is not answered yet."""
        return self._any(sa.select(_s.id).where(_s.id == rating, _s.answer == ""))

    def ended_talks(
        self, after: datetime, before: datetime, *, asked_since: datetime, limit: int
    ) -> list[str]:
        """Chats with the bot that fell silent between the two, the newest first, in which it was not asked since then or in this episode."""
        b = t.bot_turn.c
        answered = (b.conversation == _c.id, b.epoch == _c.epoch, b.done_at.is_not(None))
        turns = sa.select(sa.func.count()).where(*answered).scalar_subquery()
        asked = sa.exists().where(
            _s.conversation == _c.id,
            _s.about == "bot",
            sa.or_(
                _s.asked_at >= asked_since,
                _s.episode == sa.literal("e") + sa.cast(_c.epoch, sa.String),
            ),
        )
        silent = (_c.updated_at > after, _c.updated_at <= before)
        query = sa.select(_c.id).where(_c.controller == Controller.BOT.value, *silent)
        query = query.where(_c.case_number.is_(None), ~asked, turns >= FEWEST)
        return list(
            self._connection.execute(query.order_by(_c.updated_at.desc()).limit(limit)).scalars()
        )

    def transcripts_wanted(self, conversation: str, *, since: datetime) -> int:
        """How many transcripts were asked for since then."""
        m = p.transcript_mail.c
        query = sa.select(sa.func.count()).where(m.conversation == conversation, m.asked_at > since)
        return self._connection.execute(query).scalar_one()

    def settled_asked(self, case_number: str) -> bool:
        """Whether it was asked already."""
        q = p.settled_question.c
        asked = sa.select(q.case_number).where(q.case_number == case_number)
        return self._any(asked.where(q.asked_at.is_not(None)))

    def _any(self, query: sa.Select[Any]) -> bool:
        return self._connection.execute(query.limit(1)).first() is not None
