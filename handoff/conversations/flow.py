"""Read this first: every step a conversation can take, and the only door through which it is written.

Each step runs as one transaction: lock the row, answer a known `cid` with its first receipt, let the pure
functions of `steps` and `takeover` decide, store all they cause, commit; only then a hint goes round.
Invariants: nothing is acknowledged before its commit; nothing is done twice for one `cid`; a refused step
changes nothing.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from handoff.contract import Button, Locale
from handoff.conversations import desk_buttons, entrance, instead, questions, steps, takeover
from handoff.conversations.amending import Amending
from handoff.conversations.answering import Answering
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.gathering import Gathering
from handoff.conversations.listing import Listing
from handoff.conversations.machinery import waiting
from handoff.conversations.model import Author, Controller, Conversation, Event, Step
from handoff.conversations.passing_on import PassingOn
from handoff.conversations.ports import (
    Agent,
    DeskRules,
    Entered,
    Hint,
    Hints,
    Receipt,
    Visitor,
)
from handoff.conversations.sending import Sending
from handoff.conversations.steps import Said
from handoff.conversations.storage import Reading, Store, Timing, Writing
from handoff.conversations.takeover import agent_key
from handoff.conversations.telling import Telling
from handoff.conversations.text import not_empty

RESUMED = 32
"""Sessions that come back in one question; what follows for each is done in one turn of the loop, and chats should not wait for it."""


class Flow(Answering, Amending, PassingOn, Telling, Sending, Listing):
    """Every step a conversation can take, over a store, hints and the desk's rules; the bot's are in `answering`,
    corrections in `amending`, how an agent gives a chat away in `passing_on`, what the desk asks by itself in `asking`, the console's list in `listing`."""

    def __init__(
        self, store: Store, hints: Hints, *, desk: DeskRules, timing: Timing | None = None
    ) -> None:
        super().__init__(store, hints, desk=desk, timing=timing)
        self._resuming: Gathering[str, Entered | None] = Gathering(self._resumed, at_once=RESUMED)

    async def _resumed(self, sessions: Sequence[str]) -> list[Entered | None]:
        fresh = self._timing.session - self._timing.renewal
        return await self._store.read(lambda db: entrance.resumed(db, sessions, fresh=fresh))

    # --- the subscriber

    async def enter(self, visitor: Visitor, *, session: str | None) -> Entered:
        """Resume the session's conversation, the subscriber's open one, or begin one with the welcome."""
        if session and visitor.subscriber_id is None:
            known = await self._resuming.answer(session)
            if known is not None:
                return known
        entered = await self._store.write(
            lambda tx: entrance.enter(tx, visitor, session=session, ttl=self._timing.session),
            about=None,
        )
        if entered.is_new:
            chat = entered.conversation
            await self._hints.publish(Hint(chat.id, chat.last_seq))
        return entered

    async def keep_session(self, session: str) -> bool:
        """Whether the subscriber's session still stands; being asked is use, so it lives on."""
        digest, timing = entrance.digest(session), self._timing

        def left(db: Reading) -> timedelta | None:
            until = db.session_until(digest)
            return until - db.now() if until else None

        idle = await self._store.read(left)
        if idle is not None and idle <= timing.session - timing.renewal:
            await self._store.write(
                lambda tx: tx.prolong_session(digest, expires=tx.now() + timing.session),
                about=None,
            )
        return idle is not None

    async def end_session(self, session: str) -> None:
        """Revoke a subscriber's session."""
        digest = entrance.digest(session)
        await self._store.write(lambda tx: tx.drop_session(digest), about=None)

    async def receive(self, conversation: str, *, cid: str, text: str) -> Receipt:
        """A subscriber's message: kept, and under BOT or CLOSED work for the bot. Raises EMPTY_TEXT."""
        said = Said(text=not_empty(text), cid=cid, key=f"s:{cid}")
        return await self._step(conversation, said.key, lambda tx, c: steps.received(c, said))

    async def press(self, conversation: str, *, cid: str, seq: int, index: int) -> Receipt:
        """A press of a button the bot showed; its meaning comes from our own log, not from the browser."""

        def decide(tx: Writing, c: Conversation) -> Step:
            button = _button(tx.event(c.id, seq), index)
            meaning = {"intent": button.intent, "pressed": button.value}
            said = Said(text=button.title, cid=cid, key=f"s:{cid}", private=meaning)
            if button.intent in questions.OURS:
                link = partial(self._desk.link, now=tx.now())
                return desk_buttons.pressed(tx, c, button, said, link=link)
            if c.controller is Controller.QUEUE and instead.ends_waiting(c, button):
                return steps.left_queue(c, said, instead.kind_of(button), tx.now())
            return steps.received(c, said)

        return await self._step(conversation, f"s:{cid}", decide)

    async def ask_person(self, conversation: str, *, cid: str) -> Receipt:
        """The button "Talk to a person": straight to the queue. Who waits or has a person is told how things stand."""
        key = f"s:{cid}"

        def decide(tx: Writing, c: Conversation) -> Step:
            if c.controller is Controller.AGENT:
                return Step(after=c, drafts=(questions.already_here(c, key=key),))
            if c.controller is Controller.QUEUE:
                return steps.reassured(c, self._desk.notice(waiting(tx, c)), key=key)
            return steps.queued(c, self._arrival(tx, c, "asked"), author=Author.SUBSCRIBER, key=key)

        return await self._step(conversation, key, decide)

    async def mark_read(self, conversation: str, *, author: Author, up_to: int) -> None:
        """Logged only when it covers a new message of the other side, so that reads never answer reads."""

        def decide(tx: Writing, c: Conversation) -> Step | None:
            known = c.read_agent if author is Author.AGENT else c.read_subscriber
            reached = min(up_to, c.last_seq)
            if reached <= known or not tx.others_wrote(c.id, author, after=known, up_to=reached):
                return None
            return steps.read(c, author, reached)

        await self._changed(conversation, decide)

    async def set_locale(self, conversation: str, *, locale: Locale) -> None:
        """The subscriber switched the language; the bot's next turn is told."""
        await self._changed(conversation, lambda _tx, c: Step(after=replace(c, locale=locale)))

    # --- people

    async def take(self, conversation: str, *, agent: Agent, epoch: int, cid: str) -> Receipt:
        """Take over, from the queue or from the bot; TAKEN(agent_name) when somebody was faster."""
        key = agent_key(agent, cid)

        def decide(tx: Writing, c: Conversation) -> Step:
            takeover.check_takeable(c, epoch)
            lease = takeover.Lease(secrets.token_hex(8), tx.now() + self._timing.lease)
            arrival = None
            if c.controller is Controller.BOT:
                arrival = self._arrival(tx, c, "taken_over")
            return takeover.taken(c, agent, lease, key=key, arrival=arrival)

        return await self._step(conversation, key, decide)

    async def note(self, conversation: str, *, agent: Agent, cid: str, text: str) -> Receipt:
        """A private note; no subscriber ever sees it."""
        words, key = not_empty(text), agent_key(agent, cid)
        return await self._step(
            conversation, key, lambda tx, c: takeover.noted(c, agent, words, key=key)
        )

    async def heartbeat(self, agent: Agent) -> None:
        """The agent is there: renews presence and the leases of all chats they own."""
        await self._presence(agent, available=None)

    async def set_available(self, agent: Agent, *, on: bool) -> None:
        """The agent takes chats, or is away."""
        await self._presence(agent, available=on)

    async def is_available(self, agent: str) -> bool:
        """Whether the agent said so and is still there."""
        return await self._store.read(lambda db: db.is_available(agent))

    async def _presence(self, agent: Agent, *, available: bool | None) -> None:
        def work(tx: Writing) -> None:
            until = tx.now() + self._timing.lease
            tx.put_presence(agent.id, available=available, until=until)
            tx.renew_leases(agent.id, until=until)

        await self._store.write(work, about=None)


def _button(event: Event | None, index: int) -> Button:
    """The button the bot or a notice showed there; UNKNOWN_BUTTON if neither did."""
    ours = event is not None and event.author in (Author.BOT, Author.SYSTEM)
    shown = event.private.get("buttons", []) if event and ours else []
    if not 0 <= index < len(shown):
        raise ConversationError(Refusal.UNKNOWN_BUTTON)
    return Button.model_validate(shown[index])
