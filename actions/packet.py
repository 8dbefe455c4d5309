"""The case packet a person gets: who it is, what is wanted, what was tried, in both languages.

Invariants: built from facts only, never from the subscriber's words; bank and mail addresses are masked;
the skill comes from the catalogue.
"""

from collections.abc import Mapping, Sequence

from actions.services import Services
from actions.turn import ACTS, MISSES, SMALL_TALK, Step, Turn
from actions.voice import Voice
from handoff.contract import HandoffReason, HandoffRequest, Locale, Tried
from subscriptions.policy.masking import mask_address

_SPOKEN_OF = ("plan", "invoice", "amount", "date")
_WORDS_OF_RESULT = 140
_NO_TOPIC = ACTS | MISSES | SMALL_TALK | {"request_human", None}


def handoff(
    services: Services, turn: Turn, reason: HandoffReason, *, failed: str | None = None
) -> HandoffRequest:
    """The request to pass the chat on. `failed` names what just went wrong in this very turn."""
    wanted = turn.topic if turn.intent in _NO_TOPIC else turn.intent
    return HandoffRequest(
        reason=reason,
        skill=services.skills.of(wanted),
        intent=turn.intent,
        confidence=turn.confidence,
        slots=_facts(turn.entities),
        tried=_tried(services.voice(turn), turn, failed),
        summary_de=_summary(services, turn, "de", wanted),
        summary_en=_summary(services, turn, "en", wanted),
        locale=turn.locale,
    )


def _facts(entities: Mapping[str, str]) -> dict[str, str]:
    facts = {name: entities[name] for name in _SPOKEN_OF if name in entities}
    if "iban" in entities:
        facts["iban"] = f"…{entities['iban'][-4:]}"
    if "@" in entities.get("email", ""):
        facts["email"] = mask_address(entities["email"])
    return facts


def _tried(voice: Voice, turn: Turn, failed: str | None) -> list[Tried]:
    tried = [
        Tried(what=title, result=_first_line(step.answer))
        for step in turn.steps
        if (title := _title(voice, step))
    ]
    if failed:
        title = _title(voice, Step(f"action_{turn.intent}", "")) or str(turn.intent)
        tried.append(Tried(what=title, result=failed))
    return tried


def _title(voice: Voice, step: Step) -> str | None:
    """What a step is called; small talk is no step."""
    intent = step.action.removeprefix("action_")
    known = intent not in SMALL_TALK and voice.knows(f"intent_title.{intent}")
    return voice.topic(intent) if known else None


def _first_line(answer: str) -> str:
    line = answer.strip().split("\n", 1)[0]
    return line if len(line) <= _WORDS_OF_RESULT else line[: _WORDS_OF_RESULT - 1] + "…"


def _summary(services: Services, turn: Turn, locale: Locale, wanted: str | None) -> str:
    """Three short lines: who, what is wanted, what was tried."""
    voice = services.voice_in(locale, turn.key)
    return "\n".join((_who(voice, turn), _wants(voice, wanted), _steps(voice, turn.steps)))


def _who(voice: Voice, turn: Turn) -> str:
    if turn.identified and turn.caller.subscriber:
        level = str(int(turn.caller.level))
        return voice.text("summary.known", number=turn.caller.subscriber, level=level)
    return voice.text("summary.unknown")


def _wants(voice: Voice, wanted: str | None) -> str:
    if wanted and voice.knows(f"intent_title.{wanted}"):
        return voice.text("summary.wants", topic=voice.topic(wanted))
    return voice.text("summary.wants_person")


def _steps(voice: Voice, steps: Sequence[Step]) -> str:
    titles = list(dict.fromkeys(title for step in steps if (title := _title(voice, step))))
    if titles:
        return voice.text("summary.tried", steps=", ".join(titles))
    return voice.text("summary.tried_nothing")
