"""What the bot may answer, and what it is told: the contract between Rasa, the actions and the gateway.

A leaf: imports nothing of ours. The action server puts these models into the `custom` field of its
replies, the gateway parses them; anything else in a reply list is a failure. Identity travels only in
`TurnMetadata`, never in slots or text.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Locale = Literal["de", "en"]
Skill = Literal["BIL", "COL", "RET", "TEC", "SEC", "DLV", "SAL", "CMP", "PRV"]
HandoffReason = Literal[
    "asked",
    "misunderstood",
    "bot_unavailable",
    "catalogue",
    "write_failed",
    "policy",
    "not_covered",
    "taken_over",
    "repeated",
    "angry",
    "crisis",
]


class Wire(BaseModel):
    """Base of every model on the wire: frozen, and unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OrderTerms(Wire):
    """Price and terms that stand beside an order button (§ 312j(3) BGB)."""

    price: str
    terms: str


class Button(Wire):
    """A button under a message. Pressed, the gateway sends `/intent` and `value` as `pressed`.

    The browser learns only the title and the style; intent and value stay on the server.
    """

    title: str
    intent: str
    value: dict[str, str] = {}
    style: Literal["reply", "order", "danger", "person"] = "reply"
    order: OrderTerms | None = None


class Row(Wire):
    """A label and its value inside a card."""

    label: str
    value: str


class Card(Wire):
    """A structured part of an answer: an invoice, a plan, a quote, a receipt."""

    kind: Literal["invoice", "plan", "quote", "receipt", "payment", "info"]
    title: str
    rows: list[Row] = []
    points: list[str] = []


class Link(Wire):
    """A page to open: a path of the gateway (`/documents/…`, `/pay/…`, `/help/…`) or an https address."""

    title: str
    url: str


NOT_UNDERSTOOD = "nlu_fallback"
"""The intent of a message that Rasa did not understand."""


class Understanding(Wire):
    """What the bot took the subscriber's message for; `confidence` from 0 to 1. Only agents see it.

    `guess`: the likeliest matter of a message that was not understood, for reports.
    """

    intent: str
    confidence: float | None = None
    guess: str | None = None


class Say(Wire):
    """Something the bot says, in one language. `understood` rides on the first words of a turn that answers typed words."""

    type: Literal["say"] = "say"
    text: str
    locale: Locale
    cards: list[Card] = []
    buttons: list[Button] = []
    links: list[Link] = []
    understood: Understanding | None = None


class Identified(Wire):
    """A one-time code has proven who is speaking: the gateway keeps it with the conversation.

    `level` 1 or 2; `proven_at` is the ISO instant of the proof. Comes only from the action server.
    """

    type: Literal["identified"] = "identified"
    subscriber_id: str
    level: Literal[1, 2]
    proven_at: str


class Tried(Wire):
    """One step the bot took and what came of it, in the languages of the agents; part of the case packet."""

    what_de: str
    what_en: str
    result_de: str = ""
    result_en: str = ""


class HandoffRequest(Wire):
    """The bot passes the chat on. Stored in the same transaction as the words beside it.

    `open` names the intents of matters that were begun and not finished; nothing of them is half done.
    """

    type: Literal["handoff"] = "handoff"
    reason: HandoffReason
    skill: Skill
    intent: str | None = None
    confidence: float | None = None
    slots: dict[str, str] = {}
    tried: list[Tried] = []
    open: list[str] = []
    summary_de: str = ""
    summary_en: str = ""
    locale: Locale = "de"


class Promised(Wire):
    """A call or a written answer was wished for, promised or taken back; stored in the same transaction as the words beside it.

    `wished`: the talk about it has begun, and nobody who leaves it half-way is forgotten. `made`: until `due_at` (ISO
    instant), as `reference` (the call, or the case) about `case`. `withdrawn`: that one, or without reference the wish.
    """

    type: Literal["promised"] = "promised"
    kind: Literal["callback", "written"]
    state: Literal["wished", "made", "withdrawn"]
    reference: str | None = None
    case: str | None = None
    due_at: str | None = None


BotReply = Annotated[Say | Identified | HandoffRequest | Promised, Field(discriminator="type")]
bot_reply: TypeAdapter[Say | Identified | HandoffRequest | Promised] = TypeAdapter(BotReply)


class HandbackBrief(Wire):
    """What happened while a person had the chat; given to the bot's next turn."""

    agent: str
    outcome: str
    closed: bool = False


class TurnMetadata(Wire):
    """What the gateway tells the actions about a turn.

    `turn` is `<conversation>:<seq>` and the root of every idempotency key; `handback` is set on the
    first turn after a person handed back; `pressed` is the value of a button we issued.
    """

    turn: str
    subscriber_id: str | None = None
    level: int = 0
    proven_at: str | None = None
    locale: Locale = "de"
    first_turn: bool = False
    handback: HandbackBrief | None = None
    pressed: dict[str, str] | None = None
