"""What the core offers inward (`Desk of one conversation`) and needs outward (hints, bot), as protocols.

`ConversationFlow` is the only door through which anything is written to a conversation. Every method
that writes commits before it returns and gives a hint afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handoff.contract import BotReply, HandoffReason, HandoffRequest, Locale
from handoff.conversations.bot import Bot as Bot
from handoff.conversations.bot import BotTurn as BotTurn
from handoff.conversations.bot import BotUnavailable as BotUnavailable
from handoff.conversations.bot import TurnTaker as TurnTaker
from handoff.conversations.effects import Page, Pledge
from handoff.conversations.hints import Hint as Hint
from handoff.conversations.hints import Hints as Hints
from handoff.conversations.model import (
    Author,
    Controller,
    Conversation,
    Destination,
    Event,
    Inbox,
    InboxRow,
    Routed,
)
from handoff.conversations.proof import ProofRefused
from handoff.protocol import Packet, Role, Standing


@dataclass(frozen=True, slots=True)
class Visitor:
    """A verified host-site identity, or nobody."""

    subscriber_id: str | None
    level: int
    name: str | None
    locale: Locale
    proven_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """A subscriber's session on a conversation. `session` is the secret; only its hash is stored.

    `log` names the log: a client that remembers another one reads it anew.
    """

    session: str
    conversation: Conversation
    is_new: bool
    log: str


@dataclass(frozen=True, slots=True)
class Agent:
    """A person at the desk. Not `responding`: an offer ran out, and they have not said yet that they are back."""

    id: str
    name: str
    available: bool
    role: Role = "agent"
    responding: bool = True

    @property
    def standing(self) -> Standing:
        """Whether chats are offered to them."""
        if not self.available:
            return "away"
        return "available" if self.responding else "not_responding"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The committed place of a write; `repeated` when the `cid` was known already."""

    seq: int
    repeated: bool = False


class ConversationFlow(Protocol):
    """Every step a conversation can take."""

    async def enter(self, visitor: Visitor, *, session: str | None) -> Entered:
        """Resume the session's conversation, or the subscriber's open one, or begin a new one (with the
        bot's welcome). A session of another subscriber is not resumed. Raises SESSION_EXPIRED only if
        `session` was given, is unknown and the visitor is anonymous."""
        ...

    async def receive(self, conversation: str, *, cid: str, text: str) -> Receipt:
        """A subscriber's message. Under BOT it causes a bot turn, under CLOSED it reopens with the bot."""
        ...

    async def press(self, conversation: str, *, cid: str, seq: int, index: int) -> Receipt:
        """A press of a button the bot showed; UNKNOWN_BUTTON if it never did."""
        ...

    async def ask_person(self, conversation: str, *, cid: str) -> Receipt:
        """The button "Talk to a person": straight to the queue, without the bot."""
        ...

    async def mark_read(self, conversation: str, *, author: Author, up_to: int) -> None:
        """A side has read up to a seq; logged only when that covers a new message of the other side."""
        ...

    async def set_locale(self, conversation: str, *, locale: Locale) -> None:
        """The subscriber switched the language; the bot's next turn is told."""
        ...

    async def keep_session(self, session: str) -> bool:
        """Whether the subscriber's session still stands; then it was used now. Sockets ask again and again."""
        ...

    async def end_session(self, session: str) -> None:
        """Revoke a subscriber's session; unknown ones are ignored."""
        ...

    async def answer(self, turn: BotTurn, replies: Sequence[BotReply]) -> bool:
        """The bot's words and, in the same transaction, who speaks and its handoff.

        False: dropped, the epoch is old. Raises ProofRefused, and then nothing is stored.
        """
        ...

    async def bot_failed(
        self, turn: BotTurn, *, reason: HandoffReason, refused: ProofRefused | None = None
    ) -> bool:
        """The bot gave no usable answer in time: tell the subscriber, queue the chat, note a refused proof."""
        ...

    async def take(self, conversation: str, *, agent: Agent, epoch: int, cid: str) -> Receipt:
        """Take over; TAKEN(agent_name) when somebody was faster."""
        ...

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
        """The owner's words; STALE_VIEW when a colleague spoke or had the chat after `seen`."""
        ...

    async def note(self, conversation: str, *, agent: Agent, cid: str, text: str) -> Receipt: ...

    async def edit(
        self, conversation: str, *, agent: Agent, epoch: int, cid: str, seq: int, text: str
    ) -> Receipt:
        """Other words for one's own message or note; NOT_EDITABLE for anything else."""
        ...

    async def delete(self, conversation: str, *, agent: Agent, cid: str, seq: int) -> Receipt:
        """One's own message or note is shown to nobody any more, and its words are stored nowhere."""
        ...

    async def release(
        self, conversation: str, *, agent: Agent, epoch: int, cid: str, to: str, outcome: str
    ) -> Receipt:
        """`to` is bot, queue or closed."""
        ...

    async def transfer(
        self, conversation: str, *, agent: Agent, epoch: int, cid: str, to: Destination, note: str
    ) -> Receipt:
        """Pass a chat on: one's own, or as a supervisor any that waits or has an agent. It waits again at its age, for
        that person, team or skill first. UNKNOWN_DESTINATION when there is none such."""
        ...

    async def heartbeat(self, agent: Agent) -> None:
        """The agent is there: renews presence and the leases of all chats they own."""
        ...

    async def set_available(self, agent: Agent, *, on: bool) -> None:
        """The agent takes chats, or is away."""
        ...

    async def is_available(self, agent: str) -> bool:
        """Whether the agent said so and is still there."""
        ...

    async def sweep_leases(self) -> int:
        """Chats whose agent is gone go back to the queue with their waiting age; returns how many."""
        ...

    async def due_turns(self, limit: int = 50) -> list[BotTurn]:
        """Claim bot turns that are due, at most one per conversation, in order."""
        ...

    def turns_go_to(self, taker: TurnTaker | None) -> None:
        """From now on messages stored here are claimed at once for whoever asks the bot here; None: for nobody."""
        ...

    async def hold(self, turns: Sequence[BotTurn]) -> None:
        """Claimed turns this process is still working on stay its own."""
        ...

    async def give_back(self, turns: Sequence[BotTurn]) -> None:
        """Claimed turns this process will not finish: due at once for another one, and not counted as an attempt."""
        ...

    async def get(self, conversation: str) -> Conversation: ...

    async def events(
        self, conversation: str, *, since: int, for_agents: bool, limit: int = 200
    ) -> list[Event]: ...

    async def inbox(self, only: Sequence[str] | None = None) -> Inbox:
        """What the console lists; `only`: these conversations, whether listed or not, as far as they exist."""
        ...

    async def older(self, controller: Controller, *, before: str | None) -> list[InboxRow]:
        """A page of the chats with the bot, or closed ones: those behind the conversation `before`, newest first."""
        ...

    async def place_in_line(self, conversation: str) -> int:
        """1-based place in the queue, 0 when not queued."""
        ...

    async def agents_available(self) -> int:
        """How many people take chats now."""
        ...

    async def log_name(self) -> str:
        """Which log this is; another name after a backup was restored."""
        ...

    async def last_seqs(self, conversations: Sequence[str]) -> dict[str, int]:
        """How far the logs of these conversations go; unknown ones are left out."""
        ...


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the desk prepares for a chat that is about to wait for a person, at that time."""

    case_number: str
    packet: Packet
    notice: str
    facts: dict[str, str]
    at: datetime
    pledges: tuple[Pledge, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the desk needs to know about a chat that is about to wait.

    `about_to_say`: words of the bot which are stored in the same transaction, behind the transcript.
    """

    conversation: Conversation
    transcript: Sequence[Event]
    available: int
    now: datetime
    about_to_say: tuple[str, ...] = ()


class DeskRules(Protocol):
    """The desk's pure decisions, as the core needs them."""

    def arrival(self, waiting: Waiting, request: HandoffRequest) -> Arrival:
        """Case number, packet, and what the subscriber is told."""
        ...

    def notice(self, waiting: Waiting) -> tuple[str, dict[str, str]]:
        """The system message (code and facts) for a chat that waits."""
        ...

    def link(self, page: Page, name: str, now: datetime) -> str:
        """The address of a page about a conversation or a rating, good for a while; empty when there are no pages."""
        ...

    def pledges(self, waiting: Waiting) -> tuple[Pledge, ...]:
        """What is promised to a chat that waits again."""
        ...

    def order(
        self, queued: Sequence[Conversation], routed: Mapping[str, Routed], now: datetime
    ) -> list[Conversation]:
        """The line, first one first; `routed` by conversation, as far as it is known already."""
        ...
