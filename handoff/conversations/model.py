"""Frozen values of a conversation and the pure steps of its ownership.

Invariants: `seq` is gapless per conversation; `epoch` grows by one on every change of controller; only
the current epoch may speak outbound; an illegal step raises `ConversationError`.
"""

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any, Literal

from pydantic_core import to_json

from handoff.contract import HandbackBrief, HandoffReason, Locale, Skill
from handoff.conversations.effects import Effect
from handoff.protocol import Packet, Why


class Controller(StrEnum):
    """Who speaks to the subscriber now."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"
    CLOSED = "closed"


class Author(StrEnum):
    """Who wrote an event."""

    SUBSCRIBER = "subscriber"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Conversation:
    """One row: a contact's chat, who owns it, and how far its log goes.

    `waiting_since` is kept while a person has the chat, so that a requeue keeps its age. `handback` waits
    for the bot's next turn. `snippet` is the last thing a person said, for lists.
    """

    id: str
    subscriber_id: str | None
    level: int
    proven_at: datetime | None
    name: str | None
    locale: Locale
    controller: Controller
    epoch: int
    last_seq: int
    agent: str | None
    lease_token: str | None
    lease_until: datetime | None
    waiting_since: datetime | None
    case_number: str | None
    reason: str
    skill: str | None
    created_at: datetime
    updated_at: datetime
    agent_name: str = ""
    handback: HandbackBrief | None = None
    read_subscriber: int = 0
    read_agent: int = 0
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log. `agents_only` events never reach a subscriber. `body` is a `protocol` event as JSON.

    `text` is the body's JSON, made once for the database and for everybody who is sent it; only events that were just
    written have it.
    """

    conversation: str
    seq: int
    kind: str
    author: Author
    epoch: int
    cid: str | None
    agents_only: bool
    body: dict[str, Any]
    private: dict[str, Any]
    at: datetime
    text: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it has its place. `key` makes it unique in its conversation (who wrote it + `cid`)."""

    kind: str
    author: Author
    epoch: int
    body: dict[str, Any]
    key: str | None = None
    private: dict[str, Any] = field(default_factory=dict)
    agents_only: bool = False


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """A handoff episode begins."""

    number: str
    reason: HandoffReason
    skill: Skill
    packet: Packet


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """A handoff episode ends."""

    number: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Destination:
    """To whom a chat is passed on: a person (login), a team (its id) or a skill."""

    kind: Literal["agent", "team", "skill"]
    id: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The stored words at `seq` become `text`; None: they go, and with them what earlier corrections kept."""

    seq: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """All that one step causes; stored in one transaction or not at all.

    `asks_bot`: the first draft becomes work for the bot under the epoch of `after`. `ends_turn`: that bot
    turn is done. `ends_all_turns`: nothing is wanted from the bot any more. `passed_to`: who should get a chat that waits.
    `also`: what else it causes, stored in this order.
    """

    after: Conversation
    drafts: tuple[Draft, ...] = ()
    asks_bot: bool = False
    ends_turn: int | None = None
    ends_all_turns: bool = False
    opened: OpenedCase | None = None
    closed: ClosedCase | None = None
    rewrite: Rewrite | None = None
    passed_to: Destination | None = None
    also: tuple[Effect, ...] = ()


def shown(text: str) -> str:
    """What lists show of the last words."""
    return text[:120]


_PERSONS = frozenset({Author.SUBSCRIBER, Author.AGENT})
_COLUMNS = tuple(one.name for one in fields(Conversation))
_columns = attrgetter(*_COLUMNS)


def as_json(value: Any) -> str:
    """What came from a `protocol` event becomes the same text as the event's own."""
    return to_json(value).decode()


def numbered(before: Conversation, step: Step, at: datetime) -> tuple[Conversation, list[Event]]:
    """Give the drafts their places behind the last event; returns the row to store and the events."""
    events = [
        Event(
            conversation=before.id,
            seq=before.last_seq + place,
            kind=draft.kind,
            author=draft.author,
            epoch=draft.epoch,
            cid=draft.key,
            agents_only=draft.agents_only,
            body=draft.body,
            private=draft.private,
            at=at,
            text=as_json(draft.body),
        )
        for place, draft in enumerate(step.drafts, start=1)
    ]
    spoken = [
        event.body["text"]
        for event in events
        if event.kind == "message" and event.author in _PERSONS and event.body["text"]
    ]
    moved = any(event.kind in {"message", "control"} for event in events)
    grown = {
        "last_seq": before.last_seq + len(events),
        "snippet": shown(spoken[-1]) if spoken else step.after.snippet,
        "updated_at": at if moved else step.after.updated_at,
    }
    # `replace` looks at every field by itself; this is done for every message.
    row = dict(zip(_COLUMNS, _columns(step.after), strict=True)) | grown
    return Conversation(*row.values()), events


@dataclass(frozen=True, slots=True)
class Routed:
    """How a waiting chat stands in the line: by when, whom it is offered to until when, or `why` to nobody.

    `team` and `wanted` (a login): to whom it was passed on.
    """

    deadline: datetime
    why: Why = ""
    team: str | None = None
    wanted: str | None = None
    offered_to: str | None = None
    offered_name: str = ""
    offered_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """What lists show beside a conversation: its labels, and the logins of agents who are mentioned and have not read it."""

    labels: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A conversation as the console lists it."""

    conversation: Conversation
    snippet: str
    agent_name: str
    routed: Routed | None = None
    marks: Marks = Marks()


@dataclass(frozen=True, slots=True)
class Inbox:
    """The console's list, or those of it that were asked for: the line first, in its order, then the rest, newest first.

    `totals`: how many there are with the bot and closed in all, of which only the newest are listed; at most `MOST_COUNTED`, and
    not counted for some.
    """

    rows: list[InboxRow]
    totals: dict[Controller, int]
    available: int


MOST_COUNTED = 1000
