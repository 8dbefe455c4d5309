"""Socket frames, both ways, for subscribers and agents. `docs/protocol.md` and the TypeScript types come from here.

A leaf beside `contract`. Frames are JSON objects told apart by `type`. Every log frame carries `seq` and
`after`: the last seq this stream sent before it. A client drops `seq <= last` and asks with `sync` when
`after > last`. Ephemeral frames (typing, queue, peer) are never replayed.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from handoff.contract import Card, HandoffReason, Locale, OrderTerms, Skill, Wire

Controller = Literal["bot", "queue", "agent", "closed"]
Author = Literal["subscriber", "bot", "agent", "system"]

# --- events of the log, as a client sees them


class ShownButton(Wire):
    """A button as the browser may know it; its meaning stays on the server."""

    title: str
    style: Literal["reply", "order", "danger", "person"]
    order: OrderTerms | None = None


class MessageEvent(Wire):
    """Somebody said something. `code` names a fixed system text that the client words in its language."""

    kind: Literal["message"] = "message"
    author: Author
    name: str = ""
    text: str = ""
    code: str | None = None
    facts: dict[str, str] = {}
    locale: Locale | None = None
    cards: list[Card] = []
    buttons: list[ShownButton] = []
    cid: str | None = None


class ControlEvent(Wire):
    """Who owns the conversation from here on."""

    kind: Literal["control"] = "control"
    controller: Controller
    epoch: int
    agent: str | None = None
    agent_name: str = ""
    reason: str = ""
    case_number: str | None = None


class ReadEvent(Wire):
    """A side has read up to a seq."""

    kind: Literal["read"] = "read"
    author: Author
    up_to: int


class NoteEvent(Wire):
    """A private note; agents only."""

    kind: Literal["note"] = "note"
    author: Author
    name: str
    text: str


class Packet(Wire):
    """The case packet; agents only."""

    case_number: str
    reason: HandoffReason
    skill: Skill
    intent: str | None
    confidence: float | None
    slots: dict[str, str]
    tried: list[dict[str, str]]
    summary_de: str
    summary_en: str
    level: int
    subscriber_id: str | None
    locale: Locale
    last_turns: list[dict[str, str]]


class PacketEvent(Wire):
    """The chat was passed on, with everything known."""

    kind: Literal["packet"] = "packet"
    packet: Packet


Event = Annotated[
    MessageEvent | ControlEvent | ReadEvent | NoteEvent | PacketEvent,
    Field(discriminator="kind"),
]

# --- subscriber → gateway


class Hello(Wire):
    """First frame. `jwt` signs a subscriber in; `session` resumes; neither starts an anonymous chat."""

    type: Literal["hello"] = "hello"
    session: str | None = None
    jwt: str | None = None
    since: int = Field(default=0, ge=0)
    locale: Locale = "de"


class Send(Wire):
    """A message of the subscriber. A repeated `cid` gets the first event's ack again."""

    type: Literal["send"] = "send"
    cid: str = Field(min_length=8, max_length=64)
    text: str = Field(min_length=1, max_length=4000)


class Press(Wire):
    """A press of button `index` under the bot message `seq`."""

    type: Literal["press"] = "press"
    cid: str = Field(min_length=8, max_length=64)
    seq: int = Field(ge=1)
    index: int = Field(ge=0, le=50)


class AskPerson(Wire):
    """The always-present button "Talk to a person"."""

    type: Literal["person"] = "person"
    cid: str = Field(min_length=8, max_length=64)


class Typing(Wire):
    """The sender is typing, or stopped."""

    type: Literal["typing"] = "typing"
    on: bool


class Read(Wire):
    """The sender has read up to `seq`."""

    type: Literal["read"] = "read"
    seq: int = Field(ge=0)


class Sync(Wire):
    """Send the log again from `since`."""

    type: Literal["sync"] = "sync"
    since: int = Field(ge=0)


class SetLocale(Wire):
    """The subscriber switched the language of the widget."""

    type: Literal["locale"] = "locale"
    locale: Locale


class Ping(Wire):
    """Are you there?"""

    type: Literal["ping"] = "ping"


SubscriberFrame = Annotated[
    Hello | Send | Press | AskPerson | Typing | Read | Sync | SetLocale | Ping,
    Field(discriminator="type"),
]

# --- gateway → subscriber (and, with `conversation`, → agent)


class Welcome(Wire):
    """The socket is authenticated. `reset` tells the client to drop its cache."""

    type: Literal["welcome"] = "welcome"
    session: str
    conversation: str
    level: int
    reset: bool
    name: str | None
    last: int


class LogFrame(Wire):
    """One event of the log."""

    type: Literal["event"] = "event"
    conversation: str
    seq: int
    after: int
    at: str
    event: Event


class Ack(Wire):
    """Committed. The event itself follows, or came before, as a `LogFrame`."""

    type: Literal["ack"] = "ack"
    cid: str
    seq: int


class Nack(Wire):
    """Not accepted. `retry` says whether the same `cid` may be sent again; `facts` why (who took the chat).

    A refused frame without `cid` is answered with the conversation it named, or with an empty `cid`.
    """

    type: Literal["nack"] = "nack"
    cid: str
    code: str
    retry: bool
    facts: dict[str, str] = {}


class TypingFrame(Wire):
    """The other side is typing."""

    type: Literal["typing"] = "typing"
    conversation: str
    author: Author
    name: str
    on: bool


class QueueFrame(Wire):
    """Place in line, with a range of minutes to wait; `position` 0 is: not in line."""

    type: Literal["queue"] = "queue"
    position: int
    wait_from: int | None = None
    wait_to: int | None = None


class Pong(Wire):
    """Here I am."""

    type: Literal["pong"] = "pong"


class Refused(Wire):
    """The socket closes after this; `code` says why."""

    type: Literal["refused"] = "refused"
    code: str


ToSubscriber = Annotated[
    Welcome | LogFrame | Ack | Nack | TypingFrame | QueueFrame | Pong | Refused,
    Field(discriminator="type"),
]

# --- agent → gateway


class AgentHello(Wire):
    """First frame of the console. `cursors` holds the last seq of every conversation it caches."""

    type: Literal["hello"] = "hello"
    cursors: dict[str, int] = {}


class Watch(Wire):
    """Open a conversation: its log from `since`, then live."""

    type: Literal["watch"] = "watch"
    conversation: str
    since: int = Field(default=0, ge=0)


class Unwatch(Wire):
    """Stop the live log of a conversation."""

    type: Literal["unwatch"] = "unwatch"
    conversation: str


class Take(Wire):
    """Take the chat; compare-and-set on the epoch the agent saw."""

    type: Literal["take"] = "take"
    cid: str = Field(min_length=8, max_length=64)
    conversation: str
    epoch: int


class AgentSend(Wire):
    """A reply, or a private note. Refused as stale when `epoch` is not the current one."""

    type: Literal["send"] = "send"
    cid: str = Field(min_length=8, max_length=64)
    conversation: str
    epoch: int
    text: str = Field(min_length=1, max_length=4000)
    note: bool = False


class Release(Wire):
    """Give the chat back to the bot, back to the queue, or close the case."""

    type: Literal["release"] = "release"
    cid: str = Field(min_length=8, max_length=64)
    conversation: str
    epoch: int
    to: Literal["bot", "queue", "closed"]
    outcome: str = Field(default="", max_length=500)


class AgentTyping(Wire):
    """The agent is typing in a conversation."""

    type: Literal["typing"] = "typing"
    conversation: str
    on: bool


class AgentRead(Wire):
    """The agent has read up to `seq`."""

    type: Literal["read"] = "read"
    conversation: str
    seq: int = Field(ge=0)


class Available(Wire):
    """The agent takes chats, or is away."""

    type: Literal["available"] = "available"
    on: bool


AgentFrame = Annotated[
    AgentHello
    | Watch
    | Unwatch
    | Take
    | AgentSend
    | Release
    | AgentTyping
    | AgentRead
    | Available
    | Ping,
    Field(discriminator="type"),
]

# --- gateway → agent


class QueueRow(Wire):
    """One conversation in a list of the console."""

    conversation: str
    controller: Controller
    epoch: int
    last: int
    name: str
    subscriber_id: str | None
    level: int
    locale: Locale
    snippet: str
    reason: str
    skill: Skill | None
    waiting_since: str | None
    agent: str | None
    agent_name: str
    case_number: str | None
    updated_at: str


class AgentWelcome(Wire):
    """The console is signed in."""

    type: Literal["welcome"] = "welcome"
    agent: str
    name: str
    available: bool


class InboxFrame(Wire):
    """All conversations the agent may see, newest state; sent whole, small enough to be simple."""

    type: Literal["inbox"] = "inbox"
    rows: list[QueueRow]
    agents_available: int


ToAgent = Annotated[
    AgentWelcome | InboxFrame | LogFrame | Ack | Nack | TypingFrame | Pong | Refused,
    Field(discriminator="type"),
]

subscriber_frame: TypeAdapter[Any] = TypeAdapter(SubscriberFrame)
agent_frame: TypeAdapter[Any] = TypeAdapter(AgentFrame)
to_subscriber: TypeAdapter[Any] = TypeAdapter(ToSubscriber)
to_agent: TypeAdapter[Any] = TypeAdapter(ToAgent)
