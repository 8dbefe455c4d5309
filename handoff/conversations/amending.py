"""Words that an agent takes back or puts right: the log tells everyone of it, and what is deleted is nowhere any more.

Invariants: only who wrote it amends it, an agent and their own message or note; subscribers amend nothing, because what they
declared counts as it arrived. Who did it and when stays in the log. Corrected: the message holds its new words, the former ones are
kept with the event, where no client sees them. Deleted: neither the message nor an earlier correction holds words any more.
"""

from dataclasses import replace

from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.machinery import Machinery
from handoff.conversations.model import Author, Conversation, Draft, Event, Rewrite, Step, shown
from handoff.conversations.ports import Agent, Receipt
from handoff.conversations.storage import Writing
from handoff.conversations.takeover import agent_key, check_owner
from handoff.conversations.text import not_empty, sendable
from handoff.protocol import EditEvent


class Amending(Machinery):
    """The steps that change what was said."""

    async def edit(
        self, conversation: str, *, agent: Agent, epoch: int, cid: str, seq: int, text: str
    ) -> Receipt:
        """Other words for one's own message, as its owner only, or for one's own note. Raises NOT_EDITABLE."""
        words, key = not_empty(text), agent_key(agent, cid)

        def decide(tx: Writing, c: Conversation) -> Step:
            target = own(tx.event(c.id, seq), agent)
            if not target.agents_only:
                check_owner(c, agent, epoch)
                sendable(words)
            return amended(c, agent, target, text=words, key=key)

        return await self._step(conversation, key, decide)

    async def delete(self, conversation: str, *, agent: Agent, cid: str, seq: int) -> Receipt:
        """One's own message or note shows and holds no words any more; also later, when another owns the chat."""
        key = agent_key(agent, cid)

        def decide(tx: Writing, c: Conversation) -> Step:
            target = own(tx.event(c.id, seq), agent)
            return amended(c, agent, target, text=None, key=key)

        return await self._step(conversation, key, decide)


def own(target: Event | None, agent: Agent) -> Event:
    """The event if these are words that this agent wrote and did not delete. Raises NOT_EDITABLE."""
    said = target is not None and target.kind in {"message", "note"} and target.body["text"]
    if not target or not said or not (target.cid or "").startswith(agent_key(agent, "")):
        raise ConversationError(Refusal.NOT_EDITABLE)
    return target


def amended(c: Conversation, agent: Agent, target: Event, *, text: str | None, key: str) -> Step:
    """The event that says so, and the stored words it replaces; None deletes them."""
    event = EditEvent(seq=target.seq, author="agent", name=agent.name, text=text)
    former = target.body["text"]
    draft = Draft(
        kind=event.kind,
        author=Author.AGENT,
        epoch=c.epoch,
        body=event.model_dump(mode="json"),
        key=key,
        private={} if text is None else {"before": former},
        agents_only=target.agents_only,
    )
    newest = target.kind == "message" and c.snippet == shown(former)
    after = replace(c, snippet=shown(text or "")) if newest else c
    return Step(after=after, drafts=(draft,), rewrite=Rewrite(target.seq, text))
