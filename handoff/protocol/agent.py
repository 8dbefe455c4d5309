"""Frames between an agent's console and the gateway, both ways."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from handoff.contract import Locale, Skill, Wire
from handoff.protocol.events import Controller
from handoff.protocol.subscriber import Ack, Cid, LogFrame, Nack, Ping, Pong, Refused, TypingFrame


class AgentHello(Wire):
    """First frame of the console. `cursors` holds the last seq of every conversation it caches.

    They count in the log which the last welcome named. `inbox` is the cursor of the last `inbox` frame that had one.
    `idle`: seconds since somebody was last at the console.
    """

    type: Literal["hello"] = "hello"
    cursors: dict[str, int] = {}
    log: str | None = Field(default=None, max_length=32)
    inbox: str | None = Field(default=None, max_length=40)
    idle: int = Field(default=0, ge=0)


class Active(Wire):
    """Somebody is at the console: a key, the mouse. Told now and then; without it the agent counts as gone."""

    type: Literal["active"] = "active"


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
    cid: Cid
    conversation: str
    epoch: int


class AgentSend(Wire):
    """A reply, or a private note.

    A reply is refused as `stale_epoch` when `epoch` is not the current one, and as `stale_view` when a colleague said something or
    had the chat after `seen`, the place up to which the agent had the log before them. What the subscriber or the agent wrote
    since refuses nothing. Without `seen` only the epoch counts.
    """

    type: Literal["send"] = "send"
    cid: Cid
    conversation: str
    epoch: int
    seen: int | None = Field(None, ge=0)
    text: str = Field(min_length=1, max_length=4000)
    note: bool = False


class Edit(Wire):
    """Other words for one's own message or note at `seq`; a message only while one owns the chat."""

    type: Literal["edit"] = "edit"
    cid: Cid
    conversation: str
    epoch: int
    seq: int = Field(ge=1)
    text: str = Field(min_length=1, max_length=4000)


class Delete(Wire):
    """Take one's own message or note at `seq` back: nobody sees it any more, and its words are not kept."""

    type: Literal["delete"] = "delete"
    cid: Cid
    conversation: str
    seq: int = Field(ge=1)


class Release(Wire):
    """Give the chat back to the bot, back to the queue, or close the case."""

    type: Literal["release"] = "release"
    cid: Cid
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


class LookAt(Wire):
    """Which conversation the agent has before them now, and whether they write in it; null: none. Colleagues are told."""

    type: Literal["look"] = "look"
    conversation: str | None
    writing: bool = False


class Available(Wire):
    """The agent takes chats, or is away."""

    type: Literal["available"] = "available"
    on: bool


class Decline(Wire):
    """Not this one: the offer goes to the next, and the chat is not offered to this agent again for a while."""

    type: Literal["decline"] = "decline"
    cid: Cid
    conversation: str
    epoch: int


class Back(Wire):
    """Here again after an offer ran out: chats are offered once more."""

    type: Literal["back"] = "back"


class Transfer(Wire):
    """Pass the chat on to a person (login), a team (its id) or a skill; `note` is for whoever gets it.

    The chat waits again, at its age. A supervisor may also transfer a chat of others, or one that waits.
    """

    type: Literal["transfer"] = "transfer"
    cid: Cid
    conversation: str
    epoch: int
    to: Literal["agent", "team", "skill"]
    id: str = Field(min_length=1, max_length=64)
    note: str = Field(default="", max_length=2000)


AgentFrame = Annotated[
    AgentHello
    | Watch
    | Unwatch
    | Take
    | AgentSend
    | Edit
    | Delete
    | Release
    | AgentTyping
    | AgentRead
    | LookAt
    | Available
    | Decline
    | Back
    | Transfer
    | Active
    | Ping,
    Field(discriminator="type"),
]


class Offer(Wire):
    """A waiting chat is offered to this agent until then (ISO instant); accepting it is `take`."""

    agent: str
    agent_name: str
    until: str


Why = Literal["", "nobody", "team_closed", "no_skill", "no_language", "busy", "dropped"]


class QueueRow(Wire):
    """One conversation in a list of the console. `proven_at`: level 2 counts for ten minutes from then, then as 1.

    While it waits: `deadline` orders the line; `offer` says who is asked, else `why` says why nobody is: nobody is at the
    desk, the team is closed, nobody there has the skill or the language, all who could are busy, or dropped it lately.
    `team` and `wanted` (an agent's login): to whom it was transferred. `labels` by id; `mentioned`: the logins of agents whom
    a note names and who have not read it yet.
    """

    conversation: str
    controller: Controller
    epoch: int
    last: int
    name: str
    subscriber_id: str | None
    level: int
    proven_at: str | None
    locale: Locale
    snippet: str
    reason: str
    skill: Skill | None
    waiting_since: str | None
    agent: str | None
    agent_name: str
    case_number: str | None
    updated_at: str
    deadline: str | None = None
    offer: Offer | None = None
    why: Why = ""
    team: str | None = None
    wanted: str | None = None
    labels: list[str] = []
    mentioned: list[str] = []


Role = Literal["agent", "supervisor"]
Standing = Literal["available", "away", "not_responding"]


class AgentWelcome(Wire):
    """The console is signed in. With another `log` than before it drops what it remembers of all conversations.

    `standing`: whether chats are offered to this agent; after `not_responding` only when they say that they are `back`.
    """

    type: Literal["welcome"] = "welcome"
    agent: str
    name: str
    available: bool
    log: str
    role: Role
    standing: Standing


class LooksFrame(Wire):
    """A colleague has the conversation before them too, or (not `on`) no longer. Not repeated for 30 seconds: gone."""

    type: Literal["looks"] = "looks"
    conversation: str
    agent: str
    name: str
    on: bool
    writing: bool


class StandingFrame(Wire):
    """The agent's standing has changed: an offer ran out, or they are back, or away."""

    type: Literal["standing"] = "standing"
    standing: Standing


class InboxFrame(Wire):
    """What is new in the list of conversations. `whole`: it begins anew, and what was known before is dropped.

    `rows` are new or changed, `gone` have left the list. All that wait or have an agent are listed; of those with the bot and of
    the closed ones the newest, and `bot` and `closed` say how many there are (counted up to 1,000). `cursor`: where to go on
    after a reconnect; null while more frames of the same change follow.
    """

    type: Literal["inbox"] = "inbox"
    whole: bool = False
    rows: list[QueueRow] = []
    gone: list[str] = []
    bot: int
    closed: int
    agents_available: int
    cursor: str | None


ToAgent = Annotated[
    AgentWelcome
    | StandingFrame
    | InboxFrame
    | LogFrame
    | Ack
    | Nack
    | TypingFrame
    | LooksFrame
    | Pong
    | Refused,
    Field(discriminator="type"),
]


agent_frame: TypeAdapter[Any] = TypeAdapter(AgentFrame)
to_agent: TypeAdapter[Any] = TypeAdapter(ToAgent)
