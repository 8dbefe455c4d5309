"""What the desk puts into the log of a conversation beside what people say: to everybody, or to agents alone.

Invariants: told once by its key, whoever repeats it; who owns the chat and how it waits does not change by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from handoff.contract import Link
from handoff.conversations.machinery import Machinery
from handoff.conversations.model import Conversation, Step
from handoff.conversations.ports import Receipt
from handoff.conversations.steps import said_by
from handoff.protocol import MessageEvent


@dataclass(frozen=True, slots=True)
class Told:
    """A system message: the console words its `code` and `facts`; subscribers read `text`, in their language.

    Without a text agents alone read it. With a `link` it comes from the agent who gives it. `key` is unique in the
    conversation.
    """

    key: str
    code: str
    facts: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    agent_name: str = ""
    link: Link | None = None


class Telling(Machinery):
    """The step that tells."""

    async def tell(self, conversation: str, told: Told) -> Receipt:
        """Put it into the log; known by its key it is there already. Raises UNKNOWN_CONVERSATION."""
        return await self._step(conversation, told.key, lambda _tx, c: told_step(c, told))


def told_step(c: Conversation, told: Told) -> Step:
    """What is told, under the present epoch."""
    message = MessageEvent(
        author="agent" if told.link else "system",
        name=told.agent_name,
        text=told.text,
        code=told.code,
        facts=dict(told.facts),
        locale=c.locale if told.text else None,
        links=[told.link] if told.link else [],
    )
    draft = said_by(c, message, key=told.key)
    return Step(after=c, drafts=(replace(draft, agents_only=not told.text),))
