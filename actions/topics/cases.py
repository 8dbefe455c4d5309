"""What somebody tells us: complaints, ideas, praise, and questions that are answered in writing.

Invariants: what was told becomes a case with a number and the time by which somebody answers; a lawyer, the press or
an authority goes to a person at once.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from typing_extensions import override

from actions.dialogue.fields import Facts, Field
from actions.dialogue.matter import Matter, Shown
from actions.dialogue.pending import Pending
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import ask
from actions.topics.care_calls import call_button
from actions.topics.named_invoices import number_named
from actions.topics.waiting import DESK, waits_again
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Card, Promised
from subscriptions.errors import Code
from subscriptions.model.cases import CaseReceipt, ConcernKind

_FEWEST_WORDS = 4  # below it a message says that something is wrong, and not what
_MOST_SHOWN = 200
_OPENERS = re.compile(
    r"\b(?:ich|wir)\s+(?:will|wollen|möchten?|muss|müssen|würden?)\b[^.!?:]*?\b(?:beschweren|loswerden|loben|melden)\b"
    r"|\b(?:eine?n?\s+)?(?:offizielle\s+)?beschwerde\w*(?:\s+(?:einreichen|abgeben|aufnehmen|melden|loswerden))?"
    r"|\b(?:i|we)(?:'d| would)?\s+(?:want|wish|need|like|have)\s+to\s+(?:make|file|complain|lodge|raise|leave)\b[^.!?:]*"
    r"|\b(?:a|an)?\s*(?:formal\s+)?complaint\b|^\W*(?:nein|no|nee|ne|doch)\b",
    re.IGNORECASE,
)
_URGENT = re.compile(
    r"\b(?:(?:rechts)?anw[aä]lt\w*|verklag\w*|klage|gericht\w*|anzeige|strafanzeige|verbraucherzentrale|verbraucherschutz\w*"
    r"|bundesnetzagentur|schlichtung\w*|aufsichtsbehörde|behörde\w*|datenschutzbeauftragte\w*|journalist\w*|presse|fernsehen"
    r"|lawyers?|solicitors?|attorneys?|sue|suing|court|ombudsman|trading standards|regulator|watchdog|authorit(?:y|ies)"
    r"|consumer (?:protection|advice|rights)|journalists?|the press|the papers|media)\b",
    re.IGNORECASE,
)
_IDEA = re.compile(
    r"\b(?:idee|vorschl[aä]g\w*|anregung|wünschte|wäre (?:schön|toll|super|gut)|könntet ihr nicht"
    r"|idea|suggest\w*|would be (?:great|nice|good)|feature request|why not)\b",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"\b(?:lob\w*|großartig|klasse|super|toll\w*|spitze|begeistert|zufrieden|hervorragend\w*|freundlich\w*"
    r"|praise|brilliant|great|excellent|fantastic|wonderful|lovely|impressed|friendly|kudos|well done)\b",
    re.IGNORECASE,
)
_NOT_PRAISE = re.compile(
    r"\b(?:nicht|kein\w*|nie|unzufrieden|schlecht\w*|beschwer\w*|unfreundlich\w*"
    r"|not|never|n't|unhappy|complain\w*|unfriendly|bad|terrible)\b|toll, |great, ",
    re.IGNORECASE,
)
_SPEAKS_OF_IT = frozenset({"complaint", "deny", "inform"})
_WISHED = Promised(kind="written", state="wished")
_ANSWERED = frozenset({ConcernKind.COMPLAINT, ConcernKind.QUESTION})


def content(turn: Turn) -> str | None:
    """What happened, if a message says more than that there is something to complain about."""
    if turn.intent not in _SPEAKS_OF_IT:
        return None
    left = _OPENERS.sub(" ", turn.typed)
    return turn.typed if len(re.findall(r"\w{2,}", left)) >= _FEWEST_WORDS else None


def _at_all(turn: Turn) -> str | None:
    return turn.typed or None


def concern(text: str) -> ConcernKind:
    """What it is, by its words; a complaint in doubt, so that nobody's displeasure is taken for praise."""
    if _IDEA.search(text):
        return ConcernKind.IDEA
    praised = _PRAISE.search(text) and not _NOT_PRAISE.search(text)
    return ConcernKind.PRAISE if praised else ConcernKind.COMPLAINT


def _text(ask: str, wanted: Callable[[Facts], bool]) -> Field:
    return Field("text", ask, read=content, bare=_at_all, free=True, wanted=wanted)


class Complaint(Matter):
    """Takes down what somebody is unhappy or happy about, or would do better."""

    intent = "complaint"
    fields = (
        Field("concern", "cases.ask_text", wanted=lambda _: False),
        DESK,
        _text("cases.ask_text", lambda facts: "concern" not in facts),
        _text("cases.ask_question", lambda facts: "concern" in facts),
    )
    corrects = {Code.TEXT_MISSING: "text", Code.TEXT_TOO_LONG: "text"}

    @override
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        """A lawyer, the press or an authority waits for no yes."""
        if _URGENT.search(facts["text"]):
            return await self.done(turn, voice, pending)
        return await super().tell(turn, voice, facts, pending)

    @override
    def takes(self, turn: Turn, pending: Pending) -> bool:
        """Who was asked for a question answers with one."""
        if pending.asks == "text" and "concern" in pending.facts:
            turn = replace(turn, text=turn.text.rstrip("? "))
        return super().takes(turn, pending)

    @override
    async def go_on(self, turn: Turn, voice: Voice, pending: Pending, found: Facts) -> Reply:
        """Who wants a written answer and falls silent before the question is owed one all the same."""
        reply = await super().go_on(turn, voice, pending, found)
        if reply.pending is None or "concern" not in reply.pending.facts:
            return reply
        return replace(reply, promised=(*reply.promised, _WISHED))

    @override
    def dropped(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        again = waits_again(self.services, turn, voice, pending)
        reply = again or super().dropped(turn, voice, pending)
        if "concern" not in pending.facts:
            return reply
        return replace(reply, promised=(Promised(kind="written", state="withdrawn"),))

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        kind = _kind(facts)
        shown = voice.text(f"cases.show_{kind.value}", words=_short(facts["text"]))
        if not turn.identified:
            shown = f"{shown} {voice.text('cases.unknown_sender')}"
        return Shown(shown, {}, more=[voice.person_button()])

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        urgent = _URGENT.search(facts["text"]) is not None
        kind = ConcernKind.COMPLAINT if urgent else _kind(facts)
        receipt = await ask(
            self.services.subscriptions.cases.complain,
            turn.caller,
            facts["text"],
            kind,
            key=key,
            about=number_named(turn),
            urgent=urgent,
        )
        promised = voice.minute(receipt.promised_at)
        card = _receipt_card(voice, receipt)
        if urgent:
            text = voice.text("cases.told_urgent", number=receipt.number)
            words = say(voice, text, cards=[card])
            return Reply((words,), handoff=handoff(self.services, turn, "policy"))
        # Nobody can be answered without an address, however kindly it is meant.
        told = "unknown" if kind in _ANSWERED and not turn.identified else kind.value
        text = voice.text(f"cases.told_{told}", number=receipt.number, time=promised)
        buttons = [call_button(voice, receipt.number), voice.person_button()]
        reply = answer(voice, text, cards=[card], buttons=buttons)
        owed = kind in _ANSWERED and turn.identified
        return replace(reply, promised=(_answer_by(receipt),) if owed else ())


def _answer_by(receipt: CaseReceipt) -> Promised:
    """An answer within the clock of the case."""
    return Promised(
        kind="written",
        state="made",
        reference=receipt.number,
        case=receipt.number,
        due_at=receipt.promised_at.isoformat(),
    )


def _kind(facts: Facts) -> ConcernKind:
    """As the button said that began it, else by the words."""
    return ConcernKind(facts["concern"]) if "concern" in facts else concern(facts["text"])


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN].rstrip()} …"


def _receipt_card(voice: Voice, receipt: CaseReceipt) -> Card:
    rows = [
        voice.row("cases.row_number", receipt.number),
        voice.row("cases.row_answer_until", voice.minute(receipt.promised_at)),
    ]
    return Card(kind="receipt", title=voice.text("cases.receipt"), rows=rows)
