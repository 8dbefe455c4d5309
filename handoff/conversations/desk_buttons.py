"""Presses of the desk's own buttons (`questions`): what a subscriber answers, and what follows at once.

Invariants: none of them is work for the bot or opens a chat again; the first answer to how it was stands; "settled" ends the
waiting of the very case it was asked about, anything else keeps the place; a transcript is sent to somebody who is known, and
not twice in a row.
"""

import secrets
from collections.abc import Callable

from handoff.contract import Button
from handoff.conversations import questions, steps
from handoff.conversations.effects import (
    Ending,
    Page,
    Rated,
    SettledAnswered,
    TranscriptWanted,
)
from handoff.conversations.instead import ends_waiting
from handoff.conversations.model import ClosedCase, Controller, Conversation, Step
from handoff.conversations.proof import level_at
from handoff.conversations.steps import Said
from handoff.conversations.storage import Reading

Link = Callable[[Page, str], str]
"""The address of a page about a conversation or a rating, good for a while; empty when there are no pages."""


def pressed(tx: Reading, c: Conversation, button: Button, said: Said, *, link: Link) -> Step:
    """What a press of a button of ours causes."""
    if button.intent == questions.RATES:
        return _rated(tx, c, button, said, link=link)
    if button.intent == questions.TRANSCRIPT:
        return _transcript(tx, c, button, said)
    return _settled(c, button, said)


def _rated(tx: Reading, c: Conversation, button: Button, said: Said, *, link: Link) -> Step:
    """The first answer stands; nobody is thanked for another one that is not kept."""
    rating, answer = button.value["rating"], questions.rating_of(button)
    # The buttons of a message go when the next one comes: the transcript is offered still.
    page = link("transcripts", c.id) if "transcript" in button.value else ""
    words = steps.spoken(c, said)
    if not tx.rating_open(rating):
        return Step(after=c, drafts=(words, questions.answered_before(c, page)))
    thanks = questions.thanks(c, answer, link("feedback", rating), page=page)
    return Step(after=c, drafts=(words, thanks), also=(Rated(rating, answer),))


def _transcript(tx: Reading, c: Conversation, button: Button, said: Said) -> Step:
    rating = button.value.get("rating", "")
    still = rating if rating and tx.rating_open(rating) else ""
    level = level_at(c, tx.now())
    known = c.subscriber_id is not None and level > 0
    drafts = (steps.spoken(c, said), questions.mailed(c, still, known=known))
    since = tx.now() - questions.MAIL_PAUSE
    if c.subscriber_id is None or not known or tx.transcripts_wanted(c.id, since=since):
        return Step(after=c, drafts=drafts)
    wanted = TranscriptWanted(secrets.token_urlsafe(16), c.subscriber_id, level)
    return Step(after=c, drafts=drafts, also=(wanted,))


def _settled(c: Conversation, button: Button, said: Said) -> Step:
    """Only the case that was asked about, and only while it waits."""
    words = steps.spoken(c, said)
    number = c.case_number
    if c.controller is not Controller.QUEUE or not ends_waiting(c, button) or number is None:
        return Step(after=c, drafts=(words,))
    if button.value["answer"] != "settled":
        kept = SettledAnswered(number, "person")
        return Step(after=c, drafts=(words, questions.place_kept(c)), also=(kept,))
    after = steps.ended(c)
    drafts = (
        words,
        steps.control(after, words.author),
        steps.notice(after, "case_closed", {"case_number": number}),
    )
    also = (SettledAnswered(number, "settled"), Ending("withdrawn", why="settled"))
    return Step(after=after, drafts=drafts, closed=ClosedCase(number, "settled"), also=also)
