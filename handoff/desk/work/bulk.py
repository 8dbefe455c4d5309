"""The same step for several conversations, each under the rules it has alone.

Invariants: what is refused for one does not stop the others; every result says what became of which; asked again under the same
client key nothing is done twice.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from handoff.conversations.errors import ConversationError
from handoff.conversations.ports import Agent, ConversationFlow
from handoff.desk.work.labels import LabelStore

MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Chosen:
    """A conversation as the agent saw it."""

    conversation: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one; `code` is empty when it was done."""

    conversation: str
    code: str = ""


async def close(
    flow: ConversationFlow, agent: Agent, chosen: Sequence[Chosen], *, cid: str, outcome: str
) -> list[Result]:
    """End the agent's own chats with this outcome."""

    async def step(one: Chosen) -> None:
        await flow.release(
            one.conversation, agent=agent, epoch=one.epoch, cid=cid, to="closed", outcome=outcome
        )

    return await _each(chosen, step)


async def take(
    flow: ConversationFlow, agent: Agent, chosen: Sequence[Chosen], *, cid: str
) -> list[Result]:
    """The agent takes them, from the line or from the bot."""

    async def step(one: Chosen) -> None:
        await flow.take(one.conversation, agent=agent, epoch=one.epoch, cid=cid)

    return await _each(chosen, step)


async def label(
    labels: LabelStore, agent: Agent, chosen: Sequence[Chosen], *, label: str
) -> list[Result]:
    """Each has the label from then on."""

    async def step(one: Chosen) -> None:
        await labels.put_on(one.conversation, label, on=True, by=agent.id)

    return await _each(chosen, step)


async def _each(
    chosen: Sequence[Chosen], step: Callable[[Chosen], Awaitable[None]]
) -> list[Result]:
    found = []
    for one in chosen:
        try:
            await step(one)
        except ConversationError as refused:
            found.append(Result(one.conversation, refused.code.value))
        else:
            found.append(Result(one.conversation))
    return found
