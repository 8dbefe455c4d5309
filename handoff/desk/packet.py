"""The case packet: all that is known when a chat is passed on, so that nothing is asked again.

Invariants: it is built from the bot's request and the log, never from what a browser says; its summary has three
lines in both languages: what is wanted, what was tried, why a person is needed; the turns are the newest ones,
oldest first; it is of version 2, whose schema is `docs/packet.schema.json`.
"""

from collections.abc import Sequence
from textwrap import shorten

from handoff.contract import HandoffReason, HandoffRequest, Tried
from handoff.conversations.model import Author, Event
from handoff.conversations.ports import Waiting
from handoff.conversations.proof import level_at
from handoff.protocol import Packet, Summary

LAST_TURNS = 10
LAST_EXCHANGES = 3
QUOTED = 140
LINE = 280
_NOTHING = ("Noch nichts versucht.", "Nothing was tried yet.")
_REASONS: dict[HandoffReason, tuple[str, str]] = {
    "asked": ("möchte mit einem Menschen sprechen", "asked for a person"),
    "misunderstood": ("wurde zweimal nicht verstanden", "was not understood twice"),
    "bot_unavailable": ("bekam vom Assistenten keine Antwort", "got no answer from the assistant"),
    "catalogue": (
        "hat ein Anliegen, das immer zu Menschen geht",
        "has a matter that people handle",
    ),
    "write_failed": ("wollte etwas ändern, das nicht gelang", "wanted a change that failed"),
    "policy": ("hat ein Anliegen, das ein Mensch prüfen muss", "has a matter a person must check"),
    "taken_over": (
        "ist hier, weil jemand vom Team den Chat übernommen hat",
        "is here because a colleague took the chat from the assistant",
    ),
    "not_covered": (
        "hat ein Anliegen, das der Assistent nicht kann",
        "has a matter not covered yet",
    ),
    "repeated": ("hat dreimal dasselbe verlangt", "has asked for the same thing three times"),
    "angry": ("ist verärgert und hat eine offene Beschwerde", "is angry and has an open complaint"),
    "crisis": ("ist in einer Notlage; bitte sofort", "is in distress; at once, please"),
}


def packet(waiting: Waiting, request: HandoffRequest, *, case_number: str) -> Packet:
    """What the agent sees first."""
    c = waiting.conversation
    turns = _turns(waiting)
    tried = list(request.tried) or _exchanges(waiting.transcript)
    wants_de = _short(request.summary_de) or _wants(request, waiting.transcript, german=True)
    wants_en = _short(request.summary_en) or _wants(request, waiting.transcript, german=False)
    return Packet(
        version=2,
        summary=_summary(request, tried, (wants_de, wants_en)),
        case_number=case_number,
        reason=request.reason,
        skill=request.skill,
        intent=request.intent,
        confidence=request.confidence,
        slots=request.slots,
        tried=tried,
        open=request.open,
        summary_de=wants_de,
        summary_en=wants_en,
        level=level_at(c, waiting.now),
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


def _summary(request: HandoffRequest, tried: Sequence[Tried], wants: tuple[str, str]) -> Summary:
    """The three lines; each is one line, however long its parts are."""
    why_de, why_en = _REASONS[request.reason]
    return Summary(
        wants_de=_line(wants[0]),
        wants_en=_line(wants[1]),
        tried_de=_line("; ".join(_step(t.what_de, t.result_de) for t in tried)) or _NOTHING[0],
        tried_en=_line("; ".join(_step(t.what_en, t.result_en) for t in tried)) or _NOTHING[1],
        why_de=f"Die Person {why_de}.",
        why_en=f"The person {why_en}.",
    )


def _step(what: str, result: str) -> str:
    return f"{what} → {result}" if result else what


def _line(words: str) -> str:
    return shorten(" ".join(words.split()), LINE, placeholder=" …")


def _wants(request: HandoffRequest, transcript: Sequence[Event], *, german: bool) -> str:
    """When the bot gave none: the subscriber's last words; without any, why the chat is here."""
    words = [e.body["text"] for e in transcript if e.author is Author.SUBSCRIBER]
    if words:
        quote = _quoted(words[-1], german=german)
        return f"Zuletzt geschrieben: {quote}" if german else f"Last wrote: {quote}"
    why = _REASONS[request.reason][0 if german else 1]
    return f"Die Person {why}." if german else f"The person {why}."


def _exchanges(transcript: Sequence[Event]) -> list[Tried]:
    """When the bot gave no steps: what the subscriber wrote and how the bot answered, newest last."""
    tried: list[Tried] = []
    asked = ""
    for event in transcript:
        text = event.body["text"]
        if event.author is Author.SUBSCRIBER:
            asked = text
        elif event.author is Author.BOT and asked and text:
            tried.append(
                Tried(
                    what_de=_quoted(asked, german=True),
                    what_en=_quoted(asked, german=False),
                    result_de=_quoted(text, german=True),
                    result_en=_quoted(text, german=False),
                )
            )
            asked = ""
    return tried[-LAST_EXCHANGES:]


def _quoted(words: str, *, german: bool) -> str:
    """The beginning of what somebody said, in the reader's quotation marks."""
    line = shorten(words.strip().split("\n", 1)[0], QUOTED, placeholder=" …").rstrip(":")
    return f"„{line}“" if german else f"“{line}”"


def _short(summary: str) -> str:
    return "\n".join(summary.strip().splitlines()[:3])
