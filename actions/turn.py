"""What an action needs to know about a turn, read once from Rasa's tracker.

Invariants: who is speaking comes only from the gateway's metadata, never from slots, entities or text;
`key` is the root of every idempotency key of the turn; nothing here is logged.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Tracker

from actions.dialogue.pending import Pending, Said
from actions.dialogue.private import Heard, heard_in, read_open, restored
from actions.forms import grouped, values_of
from actions.reading import Reading
from handoff.contract import HandbackBrief, Locale, TurnMetadata
from subscriptions.model.base import Caller, Level

ACTS = frozenset({"affirm", "deny", "inform", "stop_flow", "repeat", "switch_language"})
MISSES = frozenset({"nlu_fallback", "out_of_scope"})
QUESTIONS = frozenset({"product_info", "first_steps"})
SMALL_TALK = frozenset({"greet", "thank", "goodbye", "about_bot"})
AT_ONCE = frozenset(
    {"crisis", "account_compromised", "subscriber_deceased", "financial_hardship", "dispute_claim"}
    | {"cancel_subscription", "cancel_for_cause", "withdraw_contract"}
)
"""Emergencies and declarations: received whatever else is open, first of two requests, and however impatient anybody
is (§ 312k, § 355 and § 314 BGB: a declaration counts when it arrives)."""
_LANGUAGE_NEEDS_WORDS = 3
_PAIR = 2
NO_TOPIC = MISSES | ACTS | SMALL_TALK
_NEXT = 0.02  # below it a topic is next only because there has to be a next
_LATELY = 40


@dataclass(frozen=True, slots=True)
class Step:
    """What was done earlier in this conversation: its intent, the first words of the answer, the showing whose yes it was."""

    intent: str
    answer: str
    did: str = ""


@dataclass(frozen=True, slots=True)
class Second:
    """A second request found in the same message."""

    intent: str
    text: str


@dataclass(frozen=True, slots=True)
class LastSay:
    """The previous answer as it was given, with the turn it was given for."""

    turn: str
    intro: str
    replies: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the subscriber with all that surrounds it."""

    caller: Caller
    locale: Locale
    key: str
    text: str
    intent: str | None
    confidence: float | None
    guess: str | None
    likely: tuple[str, ...]
    entities: Mapping[str, tuple[str, ...]]
    pressed: Mapping[str, str]
    handback: HandbackBrief | None
    open: tuple[Pending, ...]
    last_say: LastSay | None
    topic: str | None
    misses: int
    demands: int
    steps: tuple[Step, ...]
    second: Second | None = None
    reading: Reading | None = None
    heard: Mapping[str, Heard] = field(default_factory=dict)
    guess_share: float = 0.0

    @property
    def identified(self) -> bool:
        """Whether we know who is speaking."""
        return self.caller.level >= Level.IDENTIFIED

    @property
    def typed(self) -> str:
        """The words that were typed; nothing for a pressed button."""
        return "" if self.text.startswith("/") else self.text.strip()

    @property
    def is_question(self) -> bool:
        """Whether the words end as a question does."""
        return self.typed.endswith("?")

    def value(self, kind: str) -> str | None:
        """The first value of a kind in the message."""
        return next(iter(self.entities.get(kind, ())), None)

    def said(self) -> Said:
        """The message as it can be acted on later."""
        pairs = ((kind, value) for kind, values in self.entities.items() for value in values)
        return Said(self.text, tuple(pairs), self.pressed)

    def as_said(self, said: Said, intent: str) -> "Turn":
        """This turn with the words of an earlier message and what it wanted."""
        entities = grouped(said.entities)
        words = {"text": said.text, "entities": entities, "pressed": said.pressed}
        # Passages were looked for with the words of this message, not with those of the earlier one.
        reading = self.reading if said.text == self.text else None
        return replace(self, intent=intent, second=None, reading=reading, **words)  # type: ignore[arg-type]


def read_turn(tracker: Tracker) -> Turn:
    """The turn a tracker stands at; raises `ValidationError` for metadata that is not the gateway's."""
    message: Mapping[str, Any] = tracker.latest_message or {}
    events: list[dict[str, Any]] = tracker.events or []
    said = [event for event in events if event.get("event") == "user"]
    metadata = _metadata(message, said, sender=str(tracker.sender_id))
    intent, slots = message.get("intent") or {}, tracker.slots or {}
    caller, heard = _caller(metadata), heard_in(said)
    steps = read_steps(slots.get("steps"))
    guess, share = next(_ranked(message, MISSES), (None, 0.0))
    return Turn(
        caller=caller,
        locale=_locale(message, said, slots, metadata),
        key=metadata.turn,
        text=str(message.get("text") or ""),
        intent=intent.get("name"),
        confidence=intent.get("confidence"),
        guess=guess,
        likely=tuple(name for name, sure in _ranked(message, NO_TOPIC) if sure >= _NEXT),
        entities=values_of(message.get("entities") or ()),
        pressed=restored(metadata.pressed or {}, heard),
        handback=metadata.handback,
        open=read_open(slots.get("open"), caller, heard),
        last_say=_last_say(slots.get("last_say")),
        topic=_topic(said),
        misses=_misses(intent.get("name"), steps),
        demands=_demands(events),
        steps=steps,
        second=_second(message.get("second_request")),
        reading=Reading.of(message.get("knowledge")),
        heard=heard,
        guess_share=share,
    )


def _metadata(
    message: Mapping[str, Any], said: list[dict[str, Any]], *, sender: str
) -> TurnMetadata:
    """The gateway's metadata; Rasa stamps its own keys beside ours, which are left out."""
    raw = dict(message.get("metadata") or (said[-1].get("metadata") if said else None) or {})
    known = {name: raw[name] for name in TurnMetadata.model_fields if name in raw}
    # A message that did not come through the gateway is anonymous; its place still makes writes idempotent.
    known.setdefault("turn", f"{sender}:{message.get('message_id') or len(said)}")
    return TurnMetadata.model_validate(known)


def _caller(metadata: TurnMetadata) -> Caller:
    proven = datetime.fromisoformat(metadata.proven_at) if metadata.proven_at else None
    known = metadata.subscriber_id is not None
    return Caller(
        subscriber=metadata.subscriber_id,
        level=Level(metadata.level) if known else Level.ANONYMOUS,
        actor="bot",
        proven_at=proven.astimezone(UTC) if proven and proven.tzinfo else None,
    )


def _locale(
    message: Mapping[str, Any],
    said: list[dict[str, Any]],
    slots: Mapping[str, Any],
    metadata: TurnMetadata,
) -> Locale:
    """The language to answer in.

    A choice beats a guess: after `switch_language` the guess per message is no longer asked. A language
    chosen in the widget shows as metadata that changed since the message before. A bare value has no language:
    an address in Hamburg makes nobody German.
    """
    slot = _known_locale(slots.get("locale"))
    guess = _known_locale(message.get("language"))
    words = len(str(message.get("text") or "").split())
    chosen = any(_intent_of(event) == "switch_language" for event in said[:-1])
    # An address or a name is no language: "Hauptstraße 3, 69117 Heidelberg" is said in English too.
    bare = (message.get("intent") or {}).get("name") == "inform"
    if guess and words >= _LANGUAGE_NEEDS_WORDS and not (chosen or bare):
        return guess
    before = (said[-2].get("metadata") or {}).get("locale") if len(said) > 1 else None
    if slot is None or (before is not None and before != metadata.locale):
        return metadata.locale
    return slot


def _known_locale(value: object) -> Locale | None:
    return "de" if value == "de" else "en" if value == "en" else None


def _ranked(message: Mapping[str, Any], without: frozenset[str]) -> Iterator[tuple[str, float]]:
    """The names of its ranking without some, each with how sure it is."""
    for guess in message.get("intent_ranking") or ():
        name = guess.get("name")
        if name and name not in without:
            yield str(name), float(guess.get("confidence") or 0)


def _second(found: object) -> Second | None:
    """The second request that the assistant's reading found in the message."""
    if not isinstance(found, Mapping) or not found.get("intent"):
        return None
    return Second(str(found["intent"]), str(found.get("text", "")))


def _last_say(slot: object) -> LastSay | None:
    if not isinstance(slot, dict) or "turn" not in slot:
        return None
    replies = tuple(reply for reply in slot.get("replies", ()) if isinstance(reply, dict))
    return LastSay(str(slot["turn"]), str(slot.get("intro", "")), replies)


def _intent_of(event: Mapping[str, Any]) -> str | None:
    name = ((event.get("parse_data") or {}).get("intent") or {}).get("name")
    return str(name) if name else None


def _topic(said: list[dict[str, Any]]) -> str | None:
    """The last thing the subscriber wanted before this message, small talk and acts aside."""
    for event in reversed(said[:-1]):
        name = _intent_of(event)
        if name and name not in NO_TOPIC | {"request_human"}:
            return name
    return None


def _custom(event: Mapping[str, Any]) -> Mapping[str, Any]:
    return ((event.get("data") or {}).get("custom") or {}) if event.get("event") == "bot" else {}


def _misses(intent: str | None, steps: Sequence[Step]) -> int:
    """Messages in a row that nobody could answer, this one included; one that its context made clear is none."""
    if intent not in MISSES:
        return 0
    answered = (place for place, step in enumerate(reversed(steps)) if step.intent not in MISSES)
    return 1 + next(answered, len(steps))


def _settled(event: Mapping[str, Any]) -> bool:
    """Whether a person took over, or what was wanted was done: what is wanted next is another matter."""
    said = _custom(event)
    cards = said.get("cards") or ()
    return said.get("type") == "handoff" or any(card.get("kind") == "receipt" for card in cards)


def _demands(events: list[dict[str, Any]]) -> int:
    """How often the same was wanted in typed words lately and since the last handoff or receipt, this message included.

    The same intent, values and passage: questions about three invoices, or that three passages answer, are three.
    """
    turns: set[object] = set()
    wanted: tuple[str | None, frozenset[tuple[str, str]]] | None = None
    lately = [event for event in events if event.get("event") in ("user", "bot")][-_LATELY:]
    for place, event in enumerate(reversed(lately)):
        if _settled(event):
            break
        if event.get("event") != "user" or str(event.get("text") or "").startswith("/"):
            continue
        found = _demand(event)
        wanted = wanted or found
        if found == wanted:
            turns.add((event.get("metadata") or {}).get("turn") or place)
    return len(turns)


def _demand(event: Mapping[str, Any]) -> tuple[str | None, frozenset[tuple[str, str]]]:
    parsed, intent = event.get("parse_data") or {}, _intent_of(event)
    pairs = {(str(e.get("entity")), str(e.get("value"))) for e in parsed.get("entities") or ()}
    reading = Reading.of(parsed.get("knowledge")) if intent in QUESTIONS else None
    if reading and reading.answers:
        pairs |= {("passage", name) for name in reading.all[:1]}
    return intent, frozenset(pairs)


def read_steps(slot: object) -> tuple[Step, ...]:
    """What was done since the last handoff, oldest first."""
    found = slot if isinstance(slot, list) else []
    lists = (step for step in found if isinstance(step, list | tuple))
    return tuple(Step(*map(str, step)) for step in lists if _PAIR <= len(step) <= _PAIR + 1)
