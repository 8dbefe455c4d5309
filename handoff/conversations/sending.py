"""An agent's words to the subscriber, with files that the agent added or without, as one message.

Invariants: only the owner speaks, under the current epoch and knowing what colleagues said and did before; a file goes out once, with
the message it was sent with, in the same transaction; known by its `cid` nothing is sent again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handoff.contract import Link
from handoff.conversations.effects import FileSent
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.machinery import Machinery
from handoff.conversations.model import Conversation, Step
from handoff.conversations.ports import Agent, Receipt
from handoff.conversations.storage import Reading, Writing
from handoff.conversations.takeover import agent_key, check_owner, replied
from handoff.conversations.text import sendable


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that was added to the conversation: its id, and the link under which the subscriber gets it."""

    id: str
    link: Link


@dataclass(frozen=True, slots=True)
class Letter:
    """Words with files below."""

    text: str
    files: Sequence[Enclosed] = ()


class Sending(Machinery):
    """The steps of the owner who speaks."""

    async def reply(
        self,
        conversation: str,
        *,
        agent: Agent,
        epoch: int,
        cid: str,
        text: str,
        seen: int | None = None,
    ) -> Receipt:
        """The owner's words. Raises STALE_EPOCH or NOT_OWNER (with who owns it now) for anybody else, and STALE_VIEW.

        `seen`: up to where the agent had the log before them; None: they do not say.
        """
        letter = Letter(text)
        return await self.send_files(
            conversation, agent=agent, epoch=epoch, cid=cid, letter=letter, seen=seen
        )

    async def send_files(
        self,
        conversation: str,
        *,
        agent: Agent,
        epoch: int,
        cid: str,
        letter: Letter,
        seen: int | None = None,
    ) -> Receipt:
        """The owner's words with files below. Raises as `reply` does."""
        words, key = sendable(letter.text), agent_key(agent, cid)

        def decide(tx: Writing, c: Conversation) -> Step:
            check_owner(c, agent, epoch)
            check_view(tx, c, agent, seen)
            return _enclosing(c, replied(c, agent, words, key=key, cid=cid), letter.files)

        return await self._step(conversation, key, decide)


def check_view(tx: Reading, c: Conversation, agent: Agent, seen: int | None) -> None:
    """Raises STALE_VIEW when the agent wrote without knowing what a colleague said or did."""
    behind = seen is not None and seen < c.last_seq
    if behind and tx.colleague_acted(c.id, agent.id, after=seen or 0):
        raise ConversationError(Refusal.STALE_VIEW)


def _enclosing(c: Conversation, step: Step, files: Sequence[Enclosed]) -> Step:
    """The step of a reply, with its files."""
    if not files:
        return step
    (draft,) = step.drafts
    links = [one.link.model_dump(mode="json") for one in files]
    sent = tuple(FileSent(one.id, c.last_seq + 1) for one in files)
    told = replace(draft, body=draft.body | {"links": links})
    return replace(step, drafts=(told,), also=(*step.also, *sent))
