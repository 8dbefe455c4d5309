"""The case packet a person gets: what is wanted and what was tried, in both languages of the agents.

Invariants: built from facts only, never from the subscriber's words; bank and mail addresses are masked;
the skill comes from the catalogue.
"""

from collections.abc import Callable, Mapping

from actions.services import Services
from actions.turn import SMALL_TALK, Step, Turn
from actions.voice import Voice
from handoff.contract import HandoffReason, HandoffRequest, Locale, Tried
from subscriptions.policy.masking import mask_address, mask_iban, mask_phone, mask_street

_SPOKEN_OF = (
    *("plan", "addon", "invoice", "amount", "percent", "instalments", "case"),
    *("date", "month", "period", "time", "duration", "card", "postcode", "city"),
)
_MASKED: Mapping[str, Callable[[str], str]] = {
    "iban": mask_iban,
    "email": mask_address,
    "phone": mask_phone,
    "street": mask_street,
}


def handoff(
    services: Services, turn: Turn, reason: HandoffReason, *, failed: str | None = None
) -> HandoffRequest:
    """The request to pass the chat on. `failed` names what just went wrong in this very turn."""
    under_way = next(
        (matter.kind for matter in turn.open if matter.kind in services.skills.by_intent), None
    )
    # Acts, small talk and the steps of the talk itself (a proof, a call back) are no topic of the catalogue.
    own = turn.intent in services.skills.by_intent
    wanted = turn.intent if own else under_way or turn.topic
    return HandoffRequest(
        reason=reason,
        skill=services.skills.of(wanted),
        intent=turn.intent,
        confidence=turn.confidence,
        slots=_facts(turn),
        tried=_tried(services, turn, failed),
        summary_de=_summary(services, turn, "de", wanted),
        summary_en=_summary(services, turn, "en", wanted),
        locale=turn.locale,
    )


def _facts(turn: Turn) -> dict[str, str]:
    """The values of this message; what could be misused is masked, and a voucher is left out: it is money."""
    said = {name: turn.value(name) for name in (*_SPOKEN_OF, *_MASKED)}
    plain = {name: value for name, value in said.items() if value}
    return {
        name: _MASKED[name](value) if name in _MASKED else value for name, value in plain.items()
    }


def _tried(services: Services, turn: Turn, failed: str | None) -> list[Tried]:
    """What was done so far, each step with the words it was answered with; last what just failed."""
    de, en = (services.voice_in(locale, turn.key) for locale in ("de", "en"))
    tried = []
    for step in turn.steps:
        what_de, what_en = _title(de, step), _title(en, step)
        if what_de and what_en:
            tried.append(
                Tried(
                    what_de=what_de,
                    what_en=what_en,
                    result_de=de.text("summary.answered", words=step.answer),
                    result_en=en.text("summary.answered", words=step.answer),
                )
            )
    if failed:
        step = Step(str(turn.intent), "")
        tried.append(
            Tried(
                what_de=_title(de, step) or str(turn.intent),
                what_en=_title(en, step) or str(turn.intent),
                result_de=de.text(f"summary.{failed}"),
                result_en=en.text(f"summary.{failed}"),
            )
        )
    return tried


def _title(voice: Voice, step: Step) -> str | None:
    """What a step is called; small talk is no step."""
    known = step.intent not in SMALL_TALK and voice.knows(f"intent_title.{step.intent}")
    return voice.topic(step.intent) if known else None


def _summary(services: Services, turn: Turn, locale: Locale, wanted: str | None) -> str:
    """What is wanted. Who it is, what was tried and why a person is needed stand in fields of their own."""
    voice = services.voice_in(locale, turn.key)
    if wanted and voice.knows(f"intent_title.{wanted}"):
        return voice.topic(wanted)
    return voice.text(
        "summary.wants_person" if turn.intent == "request_human" else "summary.unclear"
    )
