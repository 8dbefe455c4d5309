"""A reply with links to files that the agent added, as one message.

Invariants: as for any reply, only the owner under the current epoch; a file goes out once, with the message it was sent with, in
the same transaction; known by its `cid` nothing is sent again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handoff.contract import Link
from handoff.conversations.effects import FileSent
from handoff.conversations.machinery import Machinery
from handoff.conversations.model import Conversation, Step
from handoff.conversations.ports import Agent, Receipt
from handoff.conversations.storage import Writing
from handoff.conversations.takeover import agent_key, check_owner, replied
from handoff.conversations.text import sendable


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that was added to the conversation: its id, and the link under which the subscriber gets it."""

    id: str
    link: Link


class Sending(Machinery):
    """The step that sends files."""

    async def send_files(
        self,
        conversation: str,
        *,
        agent: Agent,
        epoch: int,
        cid: str,
        text: str,
        files: Sequence[Enclosed],
    ) -> Receipt:
        """The owner's words with files below. Raises as `reply` does."""
        words, key = sendable(text), agent_key(agent, cid)

        def decide(_tx: Writing, c: Conversation) -> Step:
            check_owner(c, agent, epoch)
            step = replied(c, agent, words, key=key, cid=cid)
            (draft,) = step.drafts
            links = [one.link.model_dump(mode="json") for one in files]
            sent = tuple(FileSent(one.id, c.last_seq + 1) for one in files)
            return replace(
                step, drafts=(replace(draft, body=draft.body | {"links": links}),), also=sent
            )

        return await self._step(conversation, key, decide)
