"""How a chat leaves the person who has it: given back, closed, passed on to somebody else, or lost.

Invariants: a chat that waits again keeps its age and its case; the subscriber is told that the person left, and that
nobody is there when nobody is; who gets a passed-on chat reads the note, the subscriber does not.
"""

from typing import Literal, get_args

from handoff.contract import Skill
from handoff.conversations import steps, takeover
from handoff.conversations.asking import Asking
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.machinery import waiting
from handoff.conversations.model import Author, Controller, Conversation, Destination, Draft, Step
from handoff.conversations.ports import Agent, Receipt
from handoff.conversations.storage import Reading, Writing
from handoff.conversations.takeover import agent_key
from handoff.conversations.text import clean


class PassingOn(Asking):
    """The steps that end an agent's ownership."""

    async def release(
        self, conversation: str, *, agent: Agent, epoch: int, cid: str, to: str, outcome: str
    ) -> Receipt:
        """Give the chat to the bot, back to the queue, or close the case."""
        key, settled = agent_key(agent, cid), clean(outcome)

        def decide(tx: Writing, c: Conversation) -> Step:
            takeover.check_owner(c, agent, epoch)
            if to == "queue":
                return self._requeue(tx, c, "agent_left", key=key, note=settled)
            leaves = takeover.handed_back if to == "bot" else takeover.closed
            return self._with_questions(tx, c, leaves(c, agent, settled, key=key))

        return await self._step(conversation, key, decide)

    async def transfer(
        self, conversation: str, *, agent: Agent, epoch: int, cid: str, to: Destination, note: str
    ) -> Receipt:
        """Pass the chat on; UNKNOWN_DESTINATION when there is no such person, team or skill."""
        key, words = agent_key(agent, cid), clean(note)

        def decide(tx: Writing, c: Conversation) -> Step:
            check_may_pass_on(c, agent, epoch)
            name = _name(tx, to)
            if name is None:
                raise ConversationError(Refusal.UNKNOWN_DESTINATION, kind=to.kind, id=to.id)
            step = self._requeue(tx, c, "agent_left", key=key)
            return takeover.passed_on(step, agent, to, name=name, note=words)

        return await self._step(conversation, key, decide)

    async def sweep_leases(self) -> int:
        """Chats whose agent is gone go back to the queue at their age; returns how many went."""
        lapsed = await self._store.read(lambda db: db.lapsed())
        return await self._in_each(lapsed, self._lost)

    def _lost(self, tx: Writing, c: Conversation) -> Step | None:
        over = c.lease_until is not None and c.lease_until <= tx.now()
        lost = c.controller is Controller.AGENT and over
        return self._requeue(tx, c, "agent_lost", key=None) if lost else None

    def _requeue(
        self,
        tx: Writing,
        c: Conversation,
        code: Literal["agent_left", "agent_lost"],
        *,
        key: str | None,
        note: str = "",
    ) -> Step:
        """Back into the queue; when nobody is there, the subscriber is told that as well."""
        after = takeover.requeued_row(c)
        told: list[Draft] = [*takeover.outcome_note(after, c.agent_name, note)]
        line = waiting(tx, after)
        if c.controller is Controller.AGENT:
            told.append(steps.notice(after, code, {"agent": c.agent_name}))
            if line.available == 0:
                told.append(steps.notice(after, *self._desk.notice(line)))
        author = Author.AGENT if key else Author.SYSTEM
        pledges = self._desk.pledges(line)
        return takeover.requeued(c, tuple(told), author=author, key=key, pledges=pledges)


def check_may_pass_on(c: Conversation, agent: Agent, epoch: int) -> None:
    """The owner may, and a supervisor also what others have or what waits. Raises like `takeover.check_owner`."""
    with_people = c.controller in {Controller.QUEUE, Controller.AGENT}
    if agent.role != "supervisor" or not with_people or c.epoch != epoch:
        takeover.check_owner(c, agent, epoch)


def _name(tx: Reading, to: Destination) -> str | None:
    if to.kind == "skill":
        return to.id if to.id in get_args(Skill) else None
    return tx.called(to)
