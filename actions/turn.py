"""What an action needs to know about a turn, read once from Rasa's tracker.

Invariants: who is speaking comes only from the gateway's metadata, never from slots, entities or text;
`key` is the root of every idempotency key of the turn; nothing here is logged.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Tracker

from actions.pending import Pending
from handoff.contract import HandbackBrief, Locale, TurnMetadata
from subscriptions.model.base import Caller, Level

ACTS = frozenset({"affirm", "deny", "inform", "stop_flow", "repeat", "switch_language"})
MISSES = frozenset({"nlu_fallback", "out_of_scope"})
SMALL_TALK = frozenset({"greet", "thank", "goodbye", "about_bot"})
_LANGUAGE_NEEDS_WORDS = 3


@dataclass(frozen=True, slots=True)
class Step:
    """An earlier action of this conversation and the first words of its answer."""

    action: str
    answer: str


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
    likely: tuple[str, ...]
    entities: Mapping[str, str]
    pressed: Mapping[str, str]
    handback: HandbackBrief | None
    pending: Pending | None
    last_say: LastSay | None
    topic: str | None
    misses: int
    steps: tuple[Step, ...]

    @property
    def identified(self) -> bool:
        """Whether we know who is speaking."""
        return self.caller.level >= Level.IDENTIFIED


def read_turn(tracker: Tracker) -> Turn:
    """The turn a tracker stands at; raises `ValidationError` for metadata that is not the gateway's."""
    message: Mapping[str, Any] = tracker.latest_message or {}
    events: list[dict[str, Any]] = tracker.events or []
    said = [event for event in events if event.get("event") == "user"]
    metadata = _metadata(message, said, sender=str(tracker.sender_id))
    intent = message.get("intent") or {}
    return Turn(
        caller=_caller(metadata),
        locale=_locale(message, said, tracker.slots or {}, metadata),
        key=metadata.turn,
        text=str(message.get("text") or ""),
        intent=intent.get("name"),
        confidence=intent.get("confidence"),
        likely=tuple(_ranked(message.get("intent_ranking") or ())),
        entities=_entities(message.get("entities") or ()),
        pressed=metadata.pressed or {},
        handback=metadata.handback,
        pending=Pending.read((tracker.slots or {}).get("pending")),
        last_say=_last_say((tracker.slots or {}).get("last_say")),
        topic=_topic(said),
        misses=_trailing_misses(events),
        steps=tuple(_steps(events)),
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
    chosen in the widget shows as metadata that changed since the message before.
    """
    slot = _known_locale(slots.get("locale"))
    guess = _known_locale(message.get("language"))
    words = len(str(message.get("text") or "").split())
    chosen = any(_intent_of(event) == "switch_language" for event in said[:-1])
    if guess and words >= _LANGUAGE_NEEDS_WORDS and not chosen:
        return guess
    before = (said[-2].get("metadata") or {}).get("locale") if len(said) > 1 else None
    if slot is None or (before is not None and before != metadata.locale):
        return metadata.locale
    return slot


def _known_locale(value: object) -> Locale | None:
    if value == "de":
        return "de"
    return "en" if value == "en" else None


def _ranked(ranking: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for guess in ranking:
        name = guess.get("name")
        if name and name not in MISSES | ACTS | SMALL_TALK:
            yield str(name)


def _entities(found: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The first value of each kind; a repeated one ("from basic to premium") keeps the last under `<kind>_last`."""
    entities: dict[str, str] = {}
    for entity in found:
        kind, value = str(entity.get("entity")), str(entity.get("value"))
        if entities.setdefault(kind, value) != value:
            entities[f"{kind}_last"] = value
    return entities


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
        if name and name not in ACTS | MISSES | SMALL_TALK | {"request_human"}:
            return name
    return None


def _custom(event: Mapping[str, Any]) -> Mapping[str, Any]:
    return ((event.get("data") or {}).get("custom") or {}) if event.get("event") == "bot" else {}


def _trailing_misses(events: list[dict[str, Any]]) -> int:
    """Messages not understood in a row, this one included; a handoff starts the count anew.

    A turn that the gateway sent again is in the tracker twice and still one message.
    """
    missed: set[object] = set()
    for place, event in enumerate(reversed(events)):
        if _custom(event).get("type") == "handoff":
            break
        if event.get("event") == "user":
            if _intent_of(event) not in MISSES:
                break
            missed.add((event.get("metadata") or {}).get("turn") or place)
    return len(missed)


def _steps(events: list[dict[str, Any]]) -> list[Step]:
    """What the bot did since the last handoff, oldest first, at most five."""
    steps: list[Step] = []
    action: str | None = None
    for event in events:
        if event.get("event") == "action":
            action = str(event.get("name"))
        custom = _custom(event)
        if custom.get("type") == "handoff":
            steps.clear()
        elif custom.get("type") == "say" and action:
            steps.append(Step(action, str(custom.get("text", ""))))
            action = None
    return steps[-5:]
