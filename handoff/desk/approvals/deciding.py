"""A second person approves or refuses what somebody proposed, or its proposer withdraws it.

Invariants: never one's own; only who may (`limits.may_decide`); what is approved is what the approver saw: if it would do
something else by now, it is shown anew and nothing happens; an approval is used once.
"""

from collections.abc import Callable
from dataclasses import replace

from handoff.conversations.ports import Agent
from handoff.desk import audit
from handoff.desk.approvals.action import (
    CLAIM,
    WAITING,
    Action,
    ActionRefused,
    Decision,
    Refusal,
    State,
    step_to,
)
from handoff.desk.approvals.carrying import Carrying
from handoff.desk.approvals.limits import may_decide
from handoff.desk.audit import Entry

MOST = 100


class Deciding(Carrying):
    """What happens to proposals."""

    async def proposed(self) -> list[Action]:
        """Everything that waits for a second person, the oldest first."""
        return list(await self.house.store.proposed(MOST))

    async def decider(self, agent: Agent) -> Callable[[Action], bool]:
        """Whether this agent may approve or refuse an action, under the limits as they are now."""
        limits = await self.house.limits()
        return lambda action: may_decide(limits, action.agent, who=agent.id, role=agent.role)

    async def approve(self, action: str, agent: Agent, *, seen: str, comment: str = "") -> Action:
        """Agree, and it is done. Raises NOT_OPEN, OWN_PROPOSAL, NOT_ALLOWED, CHANGED, and what the use case refuses."""
        found = await self._open_to(action, agent)
        if found.state is State.BEGUN:  # by the same person, whose answer was lost
            return await self.carry_out(found)
        now_seen = await self._foresee_again(found)
        foreseen = now_seen.foreseen
        if foreseen.digest != seen:
            await self.house.store.change(
                found.id, lambda now: replace(now, foreseen=foreseen) if _waits(now) else now
            )
            raise ActionRefused(Refusal.CHANGED)
        at = self.house.clock()
        decision = Decision(agent.id, agent.name, at, comment)
        begun = await self.house.store.change(
            found.id,
            lambda now: step_to(
                self._not_late(now),
                State.BEGUN,
                decision=decision,
                prepared=now_seen.prepared,
                next_at=at + CLAIM,
            ),
            _entry(agent, "action_approved", found),
        )
        await self._tell(begun, "action_approved")
        return await self.carry_out(begun)

    async def refuse(self, action: str, agent: Agent, *, comment: str = "") -> Action:
        """Say no. Raises as `approve` does, but for CHANGED."""
        found = await self._open_to(action, agent)
        decision = Decision(agent.id, agent.name, self.house.clock(), comment)
        ended = await self.house.store.change(
            found.id,
            lambda now: step_to(
                now, State.REFUSED, decision=decision, finished_at=decision.at, next_at=None
            ),
            _entry(agent, "action_refused", found),
        )
        await self._tell(ended, "action_refused")
        return ended

    async def withdraw(self, action: str, agent: Agent) -> Action:
        """Take one's own proposal back, or what the subscriber was asked. Raises NOT_OPEN, NOT_ALLOWED."""
        found = await self.house.store.get(action)
        if found.agent != agent.id:
            raise ActionRefused(Refusal.NOT_ALLOWED)
        at = self.house.clock()
        ended = await self.house.store.change(
            found.id,
            lambda now: step_to(now, State.WITHDRAWN, finished_at=at, next_at=None),
            _entry(agent, "action_withdrawn", found),
        )
        await self._tell(ended, "action_withdrawn")
        return ended

    async def expire(self, action: Action) -> Action:
        """The time of a waiting one is over."""
        at = self.house.clock()

        def step(now: Action) -> Action:
            late = now.state in WAITING and now.expires_at <= at
            ended = {"finished_at": at, "next_at": None}
            return step_to(now, State.EXPIRED, **ended) if late else now

        ended = await self.house.store.change(action.id, step)
        if ended.state is State.EXPIRED:
            await self._tell(ended, "action_expired")
        return ended

    async def _open_to(self, action: str, agent: Agent) -> Action:
        """A proposal that this agent may decide about now."""
        found = await self.house.store.get(action)
        if found.agent == agent.id:
            raise ActionRefused(Refusal.OWN_PROPOSAL)
        if not (await self.decider(agent))(found):
            raise ActionRefused(Refusal.NOT_ALLOWED)
        mine = found.decision is not None and found.decision.who == agent.id
        if found.state is not State.PROPOSED and not (found.state is State.BEGUN and mine):
            raise ActionRefused(Refusal.NOT_OPEN)
        return found

    def _not_late(self, action: Action) -> Action:
        if action.expires_at <= self.house.clock():
            raise ActionRefused(Refusal.NOT_OPEN)
        return action


def _waits(action: Action) -> bool:
    return action.state is State.PROPOSED


def _entry(agent: Agent, what: str, action: Action) -> Entry:
    facts = {"action": action.id, "kind": action.kind, "proposed_by": action.agent}
    return audit.entry(agent.id, what, conversation=action.conversation, **facts)
