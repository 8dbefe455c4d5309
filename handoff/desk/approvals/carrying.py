"""Carrying out what was begun, and telling the chat: what every way to an action ends in.

Invariants: the use case is asked with the action's own key, so it acts once however often this runs; the chat is told
before the action ends, under a key as well; what nobody knows yet (a lost answer, a database that is away) is tried again, and
what breaks again and again ends as failed, so that nothing is begun for ever.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

import structlog

from handoff.contract import Link, Locale
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.proof import level_at
from handoff.conversations.telling import Told
from handoff.desk import audit
from handoff.desk.approvals.action import (
    MOST_BROKEN,
    MOST_TRIES,
    Action,
    Outcome,
    State,
    pause_after,
    step_to,
)
from handoff.desk.approvals.action import (
    Refusal as Why,
)
from handoff.desk.approvals.doing import Doing, Order, Seen
from handoff.desk.approvals.kinds import KINDS
from handoff.desk.approvals.limits import InForce
from handoff.desk.approvals.ports import ActionStore, Chat
from handoff.desk.approvals.wishes import Wish, wish_of
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.port import Business

T = TypeVar("T")

SUBSCRIBER = "subscriber"
"""Who decided when it was the subscriber; no login, because an agent's login never decides for them."""

_NOT_KNOWN = frozenset({Code.STORE_UNAVAILABLE, Code.PAYMENT_UNKNOWN, Code.REFUND_UNKNOWN})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class House:
    """What the actions stand on. `limits` gives those in force; `secret` signs the links that subscribers confirm with."""

    business: Business
    chat: Chat
    store: ActionStore
    limits: InForce
    clock: Callable[[], datetime]
    secret: str


class Carrying:
    """Foreseeing and doing, for whichever way an action came."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def _foresee(self, wish: Wish, subscriber: str, agent: str) -> Seen:
        """What the wish would do now, masked as for level 1 whoever looks; raises as the use case does."""
        doing = KINDS[wish.kind]
        caller = Caller(subscriber, Level.IDENTIFIED, f"agent:{agent}")
        return await self._ask(lambda: doing.foresee(self.house.business, caller, wish))

    async def _foresee_again(self, action: Action) -> Seen:
        """What a wish that waited would do by now."""
        wish = wish_of.validate_python(dict(action.wish))
        return await self._foresee(wish, action.subscriber, action.agent)

    async def _ask(self, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(call)

    async def _caller(self, action: Action) -> Caller:
        """The agent, as sure of the subscriber as the chat is, or as the subscriber's own confirmation made it."""
        actor, decision = f"agent:{action.agent}", action.decision
        if decision is not None and decision.who == SUBSCRIBER:
            return Caller(action.subscriber, Level.CONFIRMED, actor, decision.at)
        try:
            c = await self.house.chat.get(action.conversation)
        except ConversationError as error:
            if error.code is not Refusal.UNKNOWN_CONVERSATION:
                raise
            return Caller(action.subscriber, Level.IDENTIFIED, actor)
        level = Level(max(1, level_at(c, self.house.clock())))
        return Caller(action.subscriber, level, actor, c.proven_at)

    async def carry_out(self, action: Action) -> Action:
        """Do what was begun; returns it done, failed, or still begun when nobody knows yet."""
        wish, caller = wish_of.validate_python(dict(action.wish)), await self._caller(action)
        order = Order(action.prepared, f"desk:{action.id}")
        doing: Doing = KINDS[action.kind]
        try:
            outcome = await self._ask(lambda: doing.act(self.house.business, caller, wish, order))
        except SubscriptionError as refused:
            if refused.code in _NOT_KNOWN and action.tries < MOST_TRIES:
                return await self._again_later(action, refused.code.value)
            return await self._failed(action, refused.code.value)
        await self._tell(action, "action_done", outcome)
        return await self._end(action, State.DONE, outcome=outcome)

    async def broke(self, action: Action, error: Exception) -> Action:
        """It broke in a way nobody foresaw: again later, and after too many tries it has failed, told or not."""
        if action.tries < MOST_BROKEN:
            return await self._again_later(action, type(error).__name__)
        log.error("action_given_up", action=action.id, error=type(error).__name__)
        try:
            await self._tell(action, "action_failed")
        except Exception as deaf:  # noqa: BLE001  # telling may be what breaks
            log.warning("action_not_told", action=action.id, error=type(deaf).__name__)
        return await self._end(action, State.FAILED, refusal=Why.BROKEN.value)

    async def _again_later(self, action: Action, why: str) -> Action:
        log.warning("action_not_known", action=action.id, code=why, tries=action.tries)
        at = self.house.clock() + pause_after(action.tries)

        def step(now: Action) -> Action:
            return now if now.state is not State.BEGUN else replace(now, next_at=at)

        return await self.house.store.change(action.id, step)

    async def _failed(self, action: Action, code: str) -> Action:
        await self._tell(action, "action_failed")
        return await self._end(action, State.FAILED, refusal=code)

    async def _end(
        self, action: Action, state: State, *, outcome: Outcome | None = None, refusal: str = ""
    ) -> Action:
        """The end, once; whoever comes second finds it ended."""
        at = self.house.clock()

        def step(now: Action) -> Action:
            if now.state is state:
                return now
            return step_to(
                now, state, outcome=outcome, refusal=refusal, finished_at=at, next_at=None
            )

        facts = {"action": action.id, "kind": action.kind, "refusal": refusal}
        entry = audit.entry(
            action.agent, f"action_{state.value}", conversation=action.conversation, **facts
        )
        return await self.house.store.change(action.id, step, entry)

    async def _tell(self, action: Action, code: str, outcome: Outcome | None = None) -> None:
        """Into the chat; a chat that is forgotten by now hears nothing."""
        try:
            await self.house.chat.tell(action.conversation, told(action, code, outcome))
        except ConversationError as error:
            if error.code is not Refusal.UNKNOWN_CONVERSATION:
                raise


def told(action: Action, code: str, outcome: Outcome | None = None) -> Told:
    """What the chat is told: what was done to everybody, everything else, and who decided with which words, to agents alone."""
    decision = None if outcome else action.decision
    said = outcome.told if outcome else action.foreseen.title
    facts = {
        "agent": action.agent_name,
        "who": decision.name if decision else "",
        "comment": decision.comment if decision else "",
        "de": said.de,
        "en": said.en,
    }
    return Told(
        key=f"x:{action.id}:{code}",
        code=code,
        facts={name: value for name, value in facts.items() if value},
        text=said.in_(action.locale) if outcome else "",
        agent_name=action.agent_name,
        link=_link(outcome, action.locale) if outcome else None,
    )


def _link(outcome: Outcome, locale: Locale) -> Link | None:
    return Link(title=outcome.link.in_(locale), url=outcome.url) if outcome.link else None
