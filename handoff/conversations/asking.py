"""What the desk does by itself about a chat: it takes up what was left half-way, asks whether it is settled, and how it was.

Invariants: each is decided again under the lock of its conversation, so that any number of nodes may look at once; what was asked
is not asked again.
"""

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import cast

from handoff.contract import Skill
from handoff.conversations import instead, questions, steps
from handoff.conversations.effects import Effect, Page, RatingAsked, SettledAsked
from handoff.conversations.machinery import Machinery
from handoff.conversations.model import Author, Controller, Conversation, Step
from handoff.conversations.pledging import SILENCE
from handoff.conversations.storage import Reading, Writing

AT_ONCE = 50
AGAIN = timedelta(hours=24)
"""How somebody found the bot is asked once within it."""

TALK_OVER = timedelta(minutes=5)
"""A talk with the bot in which nothing was said for so long has ended."""

TOO_LATE = timedelta(hours=1)
"""Whoever left longer ago is not asked any more."""

_CALLS: Skill = "CMP"


class Asking(Machinery):
    """The steps that the desk's jobs cause."""

    async def sweep_wishes(self) -> int:
        """Who wished for a call or a written answer and fell silent waits for a person; returns how many."""
        left = await self._store.read(lambda db: db.left_wishes(db.now() - SILENCE, AT_ONCE))
        return await self._in_each(left, self._taken_up)

    def _taken_up(self, tx: Writing, c: Conversation) -> Step | None:
        silent = c.updated_at <= tx.now() - SILENCE
        if c.controller is not Controller.BOT or not silent or not tx.owes_wish(c.id):
            return None
        arrival = self._arrival(tx, c, "asked", skill=cast("Skill", c.skill or _CALLS))
        return steps.queued(c, arrival, author=Author.SYSTEM)

    async def ask_settled(
        self, conversation: str, *, case_number: str, what: questions.Settling
    ) -> bool:
        """Ask whether it is settled, once for a case that waits still; whether it was asked now."""

        def decide(tx: Writing, c: Conversation) -> Step | None:
            waits = c.controller is Controller.QUEUE and c.case_number == case_number
            if not waits or instead.needs_a_person(c) or tx.settled_asked(case_number):
                return None
            return Step(
                after=c, drafts=(questions.settled(c, what),), also=(SettledAsked(case_number),)
            )

        return await self._changed(conversation, decide)

    async def sweep_talks(self) -> int:
        """Ask how the bot was in talks that have ended; returns how many were asked."""

        def ended(db: Reading) -> list[str]:
            now = db.now()
            return db.ended_talks(
                now - TOO_LATE, now - TALK_OVER, asked_since=now - AGAIN, limit=AT_ONCE
            )

        over = await self._store.read(ended)
        return await self._in_each(over, self._bot_rated)

    def _bot_rated(self, tx: Writing, c: Conversation) -> Step | None:
        """Of a talk that was about nothing grave and of which was not asked lately."""
        now = tx.now()
        if c.controller is not Controller.BOT or c.updated_at > now - TALK_OVER:
            return None
        episode = f"e{c.epoch}"
        asked = tx.rating_asked(c.id, "bot", episode=episode, since=now - AGAIN)
        if asked or tx.owes_wish(c.id) or not questions.tactful(c, tx.intents_of(c.id)):
            return None
        rating = RatingAsked(secrets.token_urlsafe(16), "bot", episode)
        drafts = questions.at_the_end(c, questions.Ending(rating.id, "bot"))
        return Step(after=c, drafts=drafts, also=(rating,))

    def _with_questions(self, tx: Reading, before: Conversation, step: Step) -> Step:
        """The step by which a person ends a case, with what is asked and offered below it."""
        after = step.after
        ending = questions.Ending(
            name=before.agent_name, page=self._link(tx, "transcripts", after.id)
        )
        asked: tuple[Effect, ...] = ()
        case = before.case_number or ""
        answered = tx.spoke(before.id, Author.AGENT, before.epoch) > 0
        if case and answered and questions.tactful(before, tx.intents_of(before.id)):
            rating = RatingAsked(
                secrets.token_urlsafe(16), "person", case, before.skill, before.agent
            )
            ending, asked = replace(ending, rating=rating.id), (rating,)
        drafts = (*step.drafts, *questions.at_the_end(after, ending))
        return replace(step, drafts=drafts, also=(*step.also, *asked))

    def _link(self, tx: Reading, page: Page, name: str) -> str:
        return self._desk.link(page, name, tx.now())
