"""An agent asks for an action in a chat they own: what it would do, then doing it, or proposing it.

Invariants: only the owner of the chat under its present epoch; what is done was shown in the same words before
(`seen`), else CHANGED; above the agent's limit it is a proposal, and what only the subscriber may confirm is asked of
them; the same client key gives the first action again.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from handoff.conversations.model import Conversation
from handoff.conversations.ports import Agent
from handoff.conversations.takeover import check_owner
from handoff.desk.approvals.action import CLAIM, Action, ActionRefused, Foreseen, State
from handoff.desk.approvals.action import Refusal as Why
from handoff.desk.approvals.agreeing import Agreeing
from handoff.desk.approvals.contracts import OfferedPlan, offered
from handoff.desk.approvals.deciding import Deciding
from handoff.desk.approvals.doing import Seen
from handoff.desk.approvals.limits import COUNTED, Limits, within
from handoff.desk.approvals.wishes import Wish

NEWEST = 20


class Way(StrEnum):
    """How an action would go on when it is confirmed."""

    AT_ONCE = "at_once"
    SECOND_PERSON = "second_person"
    SUBSCRIBER = "subscriber"


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish in a chat as its owner saw it; `cid` is the client's key, `seen` the digest of what was shown."""

    conversation: str
    epoch: int
    wish: Wish
    cid: str = ""
    seen: str = ""


class Actions(Agreeing, Deciding):
    """Everything about actions; approving is in `deciding`, the subscriber's part in `agreeing`."""

    async def foresee(self, agent: Agent, asked: Asked) -> tuple[Foreseen, Way]:
        """What it would do and how it would go on; nothing changes.

        Raises STALE_EPOCH, NOT_OWNER, `ActionRefused(NO_SUBSCRIBER)` and what the use case refuses.
        """
        c = await self.house.chat.get(asked.conversation)
        check_owner(c, agent, asked.epoch)
        seen = await self._foresee(asked.wish, _about(c), agent.id)
        given = await self.house.store.given(
            agent.id, _about(c), asked.wish.kind, since=self._since()
        )
        limits = await self.house.limits()
        return seen.foreseen, _way(_state(limits, agent, (asked, seen), given))

    async def start(self, agent: Agent, asked: Asked) -> Action:
        """Do it, propose it, or ask the subscriber; raises as `foresee` does, CHANGED and KEY_REUSED."""
        known = await self.house.store.known(agent.id, asked.cid)
        if known is not None:
            return await self._again(known, asked)
        c = await self.house.chat.get(asked.conversation)
        check_owner(c, agent, asked.epoch)
        seen = await self._foresee(asked.wish, _about(c), agent.id)
        if seen.foreseen.digest != asked.seen:
            raise ActionRefused(Why.CHANGED)
        limits = await self.house.limits()

        def admit(locked: Conversation, given: int) -> Action:
            check_owner(locked, agent, asked.epoch)
            return replace(wanted, state=_state(limits, agent, (asked, seen), given))

        wanted = self._wanted(c, agent, asked, seen, open_for=limits.open_for)
        action = await self.house.store.add(wanted, admit, since=self._since())
        if action.id != wanted.id:  # the same key came at the same moment
            return await self._again(action, asked)
        return await self._go_on(action)

    async def plans(self) -> list[OfferedPlan]:
        """What is sold, for the choice of another plan."""
        found = await self._ask(self.house.business.plans.catalogue)
        return [offered(plan) for plan in found if plan.available]

    async def of(self, conversation: str) -> list[Action]:
        """The newest actions of a conversation."""
        return list(await self.house.store.of(conversation, NEWEST))

    async def _again(self, known: Action, asked: Asked) -> Action:
        """The first action of a key; raises KEY_REUSED for another wish."""
        same = known.conversation == asked.conversation
        if not same or dict(known.wish) != asked.wish.model_dump(mode="json"):
            raise ActionRefused(Why.KEY_REUSED)
        return known if known.state is State.BEGUN else await self._go_on(known)

    async def _go_on(self, action: Action) -> Action:
        if action.state is State.BEGUN:
            return await self.carry_out(action)
        if action.state is State.ASKED:
            await self._ask_subscriber(action)
        elif action.state is State.PROPOSED:
            await self._tell(action, "action_proposed")
        return action

    def _since(self) -> datetime:
        return self.house.clock() - COUNTED

    def _wanted(
        self, c: Conversation, agent: Agent, asked: Asked, seen: Seen, *, open_for: timedelta
    ) -> Action:
        now = self.house.clock()
        return Action(
            id=secrets.token_urlsafe(12),
            conversation=c.id,
            subscriber=_about(c),
            locale=c.locale,
            agent=agent.id,
            agent_name=agent.name,
            key=asked.cid,
            wish=asked.wish.model_dump(mode="json"),
            foreseen=seen.foreseen,
            state=State.BEGUN,
            asked_at=now,
            expires_at=now + open_for,
            prepared=seen.prepared,
            next_at=now + CLAIM,
        )


def _about(c: Conversation) -> str:
    if c.subscriber_id is None:
        raise ActionRefused(Why.NO_SUBSCRIBER)
    return c.subscriber_id


def _state(limits: Limits, agent: Agent, what: tuple[Asked, Seen], given: int) -> State:
    """How it begins under these limits, when `given` was given before."""
    asked, seen = what
    if seen.foreseen.customer:
        return State.ASKED
    gift = (asked.wish.kind, seen.foreseen.minor)
    return State.BEGUN if within(limits, agent.role, gift, given) else State.PROPOSED


def _way(state: State) -> Way:
    return {State.ASKED: Way.SUBSCRIBER, State.PROPOSED: Way.SECOND_PERSON}.get(state, Way.AT_ONCE)
