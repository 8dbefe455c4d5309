"""The gateway's core put together for tests, on a real database: a house with one or more nodes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from handoff.adapters.memory_hints import MemoryHints
from handoff.adapters.sql import SqlStore, open_store
from handoff.contract import Button, HandoffRequest, Say
from handoff.conversations.flow import Flow
from handoff.conversations.model import Conversation, Event
from handoff.conversations.ports import Agent, BotTurn, Entered, Visitor
from handoff.desk.promises.signing import Pages
from handoff.desk.rules import Rules

PAGES = Pages("https://chat.example", "s" * 40)
MAYA = Agent("maya", "Maya", available=True)
JON = Agent("jon", "Jon", available=True)
_numbers = count(1)


def cid() -> str:
    """A client id nobody used before."""
    return f"cid-{next(_numbers):08}"


def say(text: str = "Guten Tag", *buttons: Button) -> Say:
    """Words of the bot."""
    return Say(text=text, locale="de", buttons=list(buttons))


def handoff(reason: str = "asked") -> HandoffRequest:
    """The bot passes the chat on."""
    return HandoffRequest.model_validate(
        {
            "reason": reason,
            "skill": "BIL",
            "intent": "request_human",
            "summary_de": "Will einen Menschen.",
            "summary_en": "Wants a person.",
        }
    )


@dataclass
class Clock:
    """A clock that tests set."""

    now: datetime = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **how_long: float) -> None:
        """Let time pass."""
        self.now += timedelta(**how_long)


@dataclass
class House:
    """Nodes over one database; the first one is `flow`."""

    url: str
    clock: Clock | None = field(default_factory=Clock)
    stores: list[SqlStore] = field(default_factory=list)
    hints: MemoryHints = field(default_factory=MemoryHints)

    def node(self) -> Flow:
        """One more node."""
        store = open_store(self.url, clock=self.clock)
        self.stores.append(store)
        return Flow(store, self.hints, desk=Rules())

    def close(self) -> None:
        """Close every node."""
        for store in self.stores:
            store.close()


async def anonymous(flow: Flow) -> str:
    """A new anonymous conversation."""
    return (await flow.enter(Visitor(None, 0, None, "de"), session=None)).conversation.id


async def signed_in(flow: Flow, number: str = "K-1001", *, session: str | None = None) -> Entered:
    """A subscriber whom the host site signed in."""
    return await flow.enter(Visitor(number, 1, "Anna Lindqvist", "de"), session=session)


async def turn_of(flow: Flow, conversation: str) -> BotTurn:
    """The one turn that is due in the conversation."""
    (turn,) = [turn for turn in await flow.due_turns() if turn.conversation == conversation]
    return turn


async def asked(flow: Flow, conversation: str, text: str = "hallo") -> BotTurn:
    """The subscriber writes, and the bot's work is claimed."""
    await flow.receive(conversation, cid=cid(), text=text)
    return await turn_of(flow, conversation)


async def in_queue(flow: Flow) -> Conversation:
    """A conversation that waits for a person."""
    conversation = await anonymous(flow)
    await flow.ask_person(conversation, cid=cid())
    return await flow.get(conversation)


async def owned(flow: Flow, agent: Agent = MAYA) -> Conversation:
    """A conversation that an agent took out of the queue."""
    waiting = await in_queue(flow)
    await flow.take(waiting.id, agent=agent, epoch=waiting.epoch, cid=cid())
    return await flow.get(waiting.id)


async def log_of(flow: Flow, conversation: str) -> list[Event]:
    """The whole log, as agents see it."""
    return await flow.events(conversation, since=0, for_agents=True, limit=10_000)


def codes(events: Sequence[Event]) -> list[str]:
    """What the log says, in short: code, text or controller of each event."""
    return [
        event.body.get("code")
        or event.body.get("text")
        or event.body.get("controller")
        or event.kind
        for event in events
    ]
