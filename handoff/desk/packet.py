"""The case packet: all that is known when a chat is passed on, so that nothing is asked again.

Invariants: it is built from the bot's request and the log, never from what a browser says; both summaries
are there, in at most three lines; the turns are the newest ones, oldest first.
"""

from collections.abc import Sequence

from handoff.contract import HandoffRequest
from handoff.conversations.model import Author, Event
from handoff.conversations.ports import Waiting
from handoff.protocol import Packet

LAST_TURNS = 10
_REASONS = {
    "asked": ("möchte mit einem Menschen sprechen", "asked for a person"),
    "misunderstood": ("wurde zweimal nicht verstanden", "was not understood twice"),
    "bot_unavailable": ("bekam vom Assistenten keine Antwort", "got no answer from the assistant"),
    "catalogue": (
        "hat ein Anliegen, das immer zu Menschen geht",
        "has a matter that people handle",
    ),
    "write_failed": ("wollte etwas ändern, das nicht gelang", "wanted a change that failed"),
    "policy": ("wurde von einem Menschen übernommen", "was taken over by a person"),
    "not_covered": (
        "hat ein Anliegen, das der Assistent nicht kann",
        "has a matter not covered yet",
    ),
}


def packet(waiting: Waiting, request: HandoffRequest, *, case_number: str) -> Packet:
    """What the agent sees first."""
    c = waiting.conversation
    turns = _turns(waiting)
    return Packet(
        case_number=case_number,
        reason=request.reason,
        skill=request.skill,
        intent=request.intent,
        confidence=request.confidence,
        slots=request.slots,
        tried=[{"what": step.what, "result": step.result} for step in request.tried],
        summary_de=_short(request.summary_de) or _summary(request, waiting.transcript, german=True),
        summary_en=_short(request.summary_en)
        or _summary(request, waiting.transcript, german=False),
        level=c.level,
        subscriber_id=c.subscriber_id,
        locale=c.locale,
        last_turns=turns,
    )


def _turns(waiting: Waiting) -> list[dict[str, str]]:
    said = [
        {"author": event.author.value, "text": event.body["text"], "at": event.at.isoformat()}
        for event in waiting.transcript
        if event.body["text"]
    ]
    coming = [
        {"author": Author.BOT.value, "text": text, "at": waiting.now.isoformat()}
        for text in waiting.about_to_say
    ]
    return [*said, *coming][-LAST_TURNS:]


def _summary(request: HandoffRequest, transcript: Sequence[Event], *, german: bool) -> str:
    """Two lines when the bot gave none: why here, and the subscriber's last words."""
    why = _REASONS[request.reason][0 if german else 1]
    lines = [f"Die Person {why}." if german else f"The person {why}."]
    words = [e.body["text"] for e in transcript if e.author is Author.SUBSCRIBER]
    if words:
        lines.append(f"Zuletzt: „{words[-1][:160]}“" if german else f"Last: “{words[-1][:160]}”")
    return "\n".join(lines)


def _short(summary: str) -> str:
    return "\n".join(summary.strip().splitlines()[:3])
