"""What somebody tells us and what became of it: complaints, ideas and praise, and how every case stands.

Invariants: what was told becomes a case with a number and the time by which somebody answers; a lawyer, the press or
an authority goes to a person at once; nobody unknown learns more of a case than its number opens.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field, matching, value_of
from actions.dialogue.pending import Pending
from actions.dialogue.topic import Matter, Shown, Topic
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import ask
from actions.topics.care_calls import call_button, wants_a_call_at
from actions.topics.named_invoices import number_named
from actions.topics.open_calls import WITHDRAWING, window, withdraw_button, withdraws_a_call
from actions.topics.waiting import DESK, waits_again
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Card, Row
from subscriptions.errors import Code
from subscriptions.model.cases import CallbackReceipt, CaseReceipt, CaseStatus, ConcernKind

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
    def dropped(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        return waits_again(self.services, turn, voice, pending) or super().dropped(
            turn, voice, pending
        )

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
        return answer(voice, text, cards=[card], buttons=buttons)


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


_NO_NUMBER = "none"
_ALL = "all"
_MOST_CASES = 5
_BARE_NUMBER = matching(
    r"\b(?:F-?\s?)?((?=\w*\d)[0-9A-Z]{6,12})\b", form=lambda n: f"F-{n.upper()}"
)


class CaseState(Topic):
    """How a case stands: by its number for everybody, all of them for whoever is known."""

    intent = "case_status"
    fields = (Field("case", "cases.ask_number", read=value_of("case"), bare=_BARE_NUMBER),)
    corrects = {Code.CASE_UNKNOWN: "case"}

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        if turn.pressed.get("withdraw") == "yes" or withdraws_a_call(turn):
            return await self.actions[WITHDRAWING].act(turn, voice)
        if wants_a_call_at(turn):
            return await self.actions["call_back"].act(turn, voice)
        return await super().act(turn, voice)

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        return [Choice(voice.text("cases.no_number"), _NO_NUMBER)] if name == "case" else ()

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        return {"case": _ALL, **facts} if turn.identified else facts

    @override
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        number = facts["case"] if facts["case"] not in (_ALL, _NO_NUMBER) else None
        found = await ask(self.services.subscriptions.cases.status, turn.caller, number)
        late = next((case for case in found if _is_late(case)), None)
        if late is not None:
            return self._late(turn, voice, late)
        if not found:
            buttons = [voice.topic_button("complaint"), voice.person_button()]
            return answer(voice, voice.text("cases.none"), buttons=buttons)
        cards = [_card(voice, case) for case in found[:_MOST_CASES]]
        return answer(voice, _standing(voice, found), cards=cards, buttons=_ways(voice, found))

    def _late(self, turn: Turn, voice: Voice, case: CaseStatus) -> Reply:
        """We owe an answer: an apology, and the people of the case at once."""
        called = case.details.callback if case.details else None
        key = "cases.late_call" if called and called.state == "broken" else "cases.late"
        words = say(voice, voice.text(key, number=case.number), cards=[_card(voice, case)])
        request = handoff(self.services, turn, "policy")
        told = {**request.slots, "case": case.number}
        if case.details is None:
            return Reply((words,), handoff=request.model_copy(update={"slots": told}))
        owner = {"owner": case.details.owner} if case.details.owner else {}
        known = {"slots": {**told, **owner}, "skill": case.details.skill}
        return Reply((words,), handoff=request.model_copy(update=known))


def _is_late(case: CaseStatus) -> bool:
    """Whether a promise of ours was missed: an answer, or a call."""
    called = case.details.callback if case.details else None
    broken = called is not None and called.state == "broken" and case.state != "closed"
    return case.missed or broken


def _standing(voice: Voice, found: Sequence[CaseStatus]) -> str:
    if len(found) > 1:
        still = sum(case.state != "closed" for case in found)
        return voice.text("cases.several", count=str(len(found)), still=str(still))
    case = found[0]
    return voice.text(
        f"cases.is_{case.state}", number=case.number, time=voice.minute(case.promised_at)
    )


def _ways(voice: Voice, found: Sequence[CaseStatus]) -> list[Button]:
    still = next((case.number for case in found if case.state != "closed"), None)
    if still is None:
        return [voice.person_button()]
    called = next((call for call in map(_promised, found) if call), None)
    if called is None:
        return [call_button(voice, still), voice.person_button()]
    move = call_button(voice, called.case_number, moves=True)
    return [move, withdraw_button(voice, called.id), voice.person_button()]


def _promised(case: CaseStatus) -> CallbackReceipt | None:
    """The call that is still to come about a case."""
    called = case.details.callback if case.details else None
    return called if called and called.state == "promised" else None


def _card(voice: Voice, case: CaseStatus) -> Card:
    """A case as its reader may know it."""
    closed = case.state == "closed"
    rows = [
        voice.row("cases.row_number", case.number),
        voice.row("card.status", voice.text(f"cases.state_{case.state}")),
    ]
    if not closed:
        rows.append(voice.row("cases.row_answer_until", voice.minute(case.promised_at)))
    return Card(kind="info", title=_title(voice, case), rows=[*rows, *_detail_rows(voice, case)])


def _title(voice: Voice, case: CaseStatus) -> str:
    kind = case.details.kind if case.details else ""
    known = voice.knows(f"intent_title.{kind}")
    return voice.topic(kind) if known else voice.text("cases.case", number=case.number)


def _detail_rows(voice: Voice, case: CaseStatus) -> list[Row]:
    told = case.details
    if told is None:
        return []
    rows = [voice.row("cases.row_opened", voice.minute(told.opened_at))]
    if told.closed_at:
        rows.append(voice.row("cases.row_closed", voice.minute(told.closed_at)))
    if told.outcome:
        rows.append(voice.row("cases.row_outcome", told.outcome))
    called = _promised(case)
    if called:
        rows.append(voice.row("cases.row_call", window(voice, called)))
    return rows
