"""The events of the log, as a client sees them; a client that replays them has the whole state."""

from typing import Annotated, Literal

from pydantic import Field

from handoff.contract import Card, HandoffReason, Link, Locale, OrderTerms, Skill, Tried, Wire

Controller = Literal["bot", "queue", "agent", "closed"]
Author = Literal["subscriber", "bot", "agent", "system"]


class ShownButton(Wire):
    """A button as the browser may know it; its meaning stays on the server."""

    title: str
    style: Literal["reply", "order", "danger", "person"]
    order: OrderTerms | None = None


class Understood(Wire):
    """What the bot took the subscriber's message at `seq` for; `confidence` from 0 to 1."""

    seq: int
    intent: str
    confidence: float | None


class MessageEvent(Wire):
    """Somebody said something. `code` names a fixed system text that the client words in its language.

    `understood` comes to agents alone, with the first words of the bot's answer.
    """

    kind: Literal["message"] = "message"
    author: Author
    name: str = ""
    text: str = ""
    code: str | None = None
    facts: dict[str, str] = {}
    locale: Locale | None = None
    cards: list[Card] = []
    buttons: list[ShownButton] = []
    links: list[Link] = []
    cid: str | None = None
    understood: Understood | None = None


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


class EditEvent(Wire):
    """The message or note at `seq` reads `text` from here on; null: it was deleted, its words are stored nowhere any more.

    Only agents amend, and only their own words.
    """

    kind: Literal["edit"] = "edit"
    seq: int
    author: Author
    name: str
    text: str | None


class Summary(Wire):
    """A case in three lines: what is wanted, what was tried, why a person is needed."""

    wants_de: str
    wants_en: str
    tried_de: str
    tried_en: str
    why_de: str
    why_en: str


class Packet(Wire):
    """The case packet; agents only. `open`: intents of matters that were begun and not finished.

    `version` 2 has the `summary` of three lines; 1 is what was stored before, without it.
    """

    version: Literal[1, 2] = 1
    summary: Summary | None = None
    case_number: str
    reason: HandoffReason
    skill: Skill
    intent: str | None
    confidence: float | None
    slots: dict[str, str]
    tried: list[Tried]
    open: list[str] = []
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
    MessageEvent | EditEvent | ControlEvent | ReadEvent | NoteEvent | PacketEvent,
    Field(discriminator="kind"),
]
