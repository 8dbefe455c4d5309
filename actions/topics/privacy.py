"""A person's rights over their data: a copy, erasure, objection, and who sees them.

Invariants: a copy and an erasure need a fresh proof; the copy's link goes to the address on file and nowhere else; what
the law keeps is told from the receipt; an objection to advertising or profiling holds at once and needs no yes.
"""

import re
from collections.abc import Sequence

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field, words
from actions.dialogue.matter import Matter, Shown
from actions.dialogue.pending import Pending
from actions.dialogue.topic import Topic
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import ask
from actions.topics.knowledge import passage_told
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Card
from subscriptions.errors import Code
from subscriptions.model.base import Level
from subscriptions.model.privacy import (
    ErasureReceipt,
    ObjectionKind,
    ObjectionReceipt,
    Retention,
)

_OF_OTHERS = re.compile(
    r"\b(?:daten|data|information\w*|auskunft)\b[^.!?]{0,30}\b(?:meine[rs]|unsere[rs]|of my|about my|of our|about our|my)\s+"
    r"(?:\w+\s+)?(?:frau|mann(?:es)?|mutter|vaters?|sohn(?:es)?|tochter|kind(?:es)?|freundin|freund(?:es)?|nachbar\w*|chef\w*"
    r"|ex\b|wife|husband|mother|father|mum|dad|son|daughter|child|girlfriend|boyfriend|partner|neighbou?r|boss)",
    re.IGNORECASE,
)


class DataExport(Matter):
    """A copy of all data; the link to it goes to the address on file."""

    intent = "data_export"
    needs = Level.CONFIRMED

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        if _OF_OTHERS.search(turn.typed):
            request = handoff(self.services, turn, "policy")
            return Reply((say(voice, voice.text("privacy.of_others")),), handoff=request)
        return facts

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        rules = self.services.facts
        text = voice.text("privacy.export_show", days=rules["export_days"])
        return Shown(text, {}, more=[voice.person_button()])

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        receipt = await ask(self.services.subscriptions.privacy.export, turn.caller, key=key)
        minutes, days = str(receipt.ready_minutes), str(receipt.valid_days)
        rows = [
            voice.row("card.reference", receipt.job),
            voice.row("privacy.row_sent_to", receipt.sent_to),
        ]
        card = Card(kind="receipt", title=voice.text("privacy.export_receipt"), rows=rows)
        text = voice.text(
            "privacy.export_done", address=receipt.sent_to, minutes=minutes, days=days
        )
        buttons = [voice.topic_button("data_erasure"), voice.person_button()]
        return answer(voice, text, cards=[card], buttons=buttons)


class DataErasure(Matter):
    """The wish to be forgotten: taken down with a number, then a person carries it out."""

    intent = "data_erasure"
    needs = Level.CONFIRMED

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        more = [voice.topic_button("cancel_subscription"), voice.person_button()]
        return Shown(voice.text("privacy.erasure_show"), {}, more=more)

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        receipt = await ask(self.services.subscriptions.privacy.erase, turn.caller, key=key)
        first = "privacy.erasure_again" if receipt.repeated else "privacy.erasure_done"
        told = [voice.text(first, number=receipt.case_number)]
        if receipt.obstacles.contracts:
            told.append(voice.text("privacy.contract_first"))
        if receipt.obstacles.open.minor > 0:
            amount = voice.money(receipt.obstacles.open)
            told.append(voice.text("privacy.open_first", amount=amount))
        words = say(voice, " ".join(told), cards=[_erasure_card(voice, receipt)])
        return Reply((words,), handoff=handoff(self.services, turn, "catalogue"))


def _erasure_card(voice: Voice, receipt: ErasureReceipt) -> Card:
    """The number, and each rule by which something stays."""
    rows = [
        voice.row("cases.row_number", receipt.case_number),
        voice.row("cases.row_answer_until", voice.minute(receipt.promised_at)),
    ]
    points = [_kept(voice, rule) for rule in receipt.kept]
    title = voice.text("privacy.erasure_receipt")
    return Card(kind="receipt", title=title, rows=rows, points=points)


def _kept(voice: Voice, rule: Retention) -> str:
    what = voice.text(f"privacy.kept_{rule.what}")
    if rule.until:
        return voice.text("privacy.kept_until", what=what, law=rule.law, date=voice.day(rule.until))
    if rule.years:
        return voice.text("privacy.kept_years", what=what, law=rule.law, years=str(rule.years))
    return voice.text("privacy.kept_days", what=what, law=rule.law, days=str(rule.days))


_WHO = "who"  # no objection but a question
_KINDS = (
    (
        _WHO,
        r"\bwer\b.*\b(?:sieht|sehen|hat|haben|kriegt|bekommt|kennt|liest)\b|\ban wen\b|\bweiter(?:gegeben|gebt|geben)\b"
        r"|\bwho\b.*\b(?:sees?|has|have|gets?|access)\b|\bshared? (?:it )?with\b|third part",
    ),
    (ObjectionKind.DECISION, r"entscheid|entschied|scor(?:e|ing)|algorithm|decision|decided"),
    (
        ObjectionKind.PROFILING,
        r"profil|auswert|ausgewertet|analys|track|verhalten|targeting|personalis|behaviou?r",
    ),
    (ObjectionKind.ADVERTISING, r"werb|newsletter|marketing|advert|promo|\bads?\b|reklame"),
)
_REVIEW = re.compile(
    r"prüf|mensch|wider|einspruch|anfecht|review|human|person|object|challenge|appeal",
    re.IGNORECASE,
)
_LONG = 10  # words: then the message tells which decision it is about


def _kind(turn: Turn) -> str | None:
    found = (k for k, pattern in _KINDS if re.search(pattern, turn.typed, re.IGNORECASE))
    return next(found, None)


def _which_decision(turn: Turn) -> str | None:
    long = len(turn.typed.split()) >= _LONG
    return turn.typed if long and _kind(turn) == ObjectionKind.DECISION else None


class DataObjection(Topic):
    """An objection: advertising and profiling end at once, a decision goes to a person; and who sees the data."""

    intent = "data_objection"
    writes = True
    fields = (
        Field("against", "privacy.ask_kind", read=_kind),
        Field(
            *("text", "privacy.ask_decision", _which_decision, words),
            free=True,
            wanted=lambda facts: facts["against"] == ObjectionKind.DECISION,
        ),
        Field(
            *("who", "privacy.ask_who"),
            bare=words,
            free=True,
            wanted=lambda facts: facts["against"] != _WHO and facts["known"] == "no",
        ),
    )
    corrects = {Code.TEXT_MISSING: "who", Code.TEXT_TOO_LONG: "text"}

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        if name != "against":
            return ()
        kinds = (*ObjectionKind, _WHO)
        return [Choice(voice.text(f"privacy.kind_{kind}"), str(kind)) for kind in kinds]

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        known = {**facts, "known": "yes" if turn.identified else "no"}
        if known.get("against") == _WHO:
            return self._explained(voice, "data-we-keep/3")
        asked = turn.is_question and "text" not in known and not _REVIEW.search(turn.typed)
        if known.get("against") == ObjectionKind.DECISION and asked:
            return self._explained(voice, "your-data-rights/5")
        return known

    def _explained(self, voice: Voice, passage: str) -> Reply:
        """What the articles say, and the objections that may follow."""
        found = self.services.knowledge.passage(voice.locale, passage)
        buttons = [
            Button(
                title=voice.text(f"privacy.object_{kind}"),
                intent=self.intent,
                value={"against": kind},
            )
            for kind in ObjectionKind
        ]
        buttons.append(voice.person_button())
        if found is None:
            return answer(voice, voice.text("privacy.ask_kind"), buttons=buttons)
        return passage_told(voice, found, buttons)

    @override
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        kind = ObjectionKind(facts["against"])
        told = "\n".join(facts[name] for name in ("text", "who") if facts.get(name))
        receipt: ObjectionReceipt = await ask(
            self.services.subscriptions.privacy.object, turn.caller, kind, told, key=pending.key
        )
        card = _objection_card(voice, receipt)
        if receipt.effective:
            text = voice.text(f"privacy.ended_{kind}")
            buttons = [voice.topic_button("contact_preferences"), voice.person_button()]
            return answer(voice, text, cards=[card], buttons=buttons)
        number = receipt.case_number or receipt.reference
        if kind is ObjectionKind.DECISION:
            reviewed = say(voice, voice.text("privacy.reviewed", number=number), cards=[card])
            return Reply((reviewed,), handoff=handoff(self.services, turn, "policy"))
        text = voice.text("privacy.noted", number=number)
        return answer(voice, text, cards=[card], buttons=[voice.person_button()])


def _objection_card(voice: Voice, receipt: ObjectionReceipt) -> Card:
    rows = [
        voice.row("card.reference", receipt.reference),
        voice.row("privacy.row_against", voice.text(f"privacy.kind_{receipt.kind}")),
    ]
    if receipt.case_number:
        rows.append(voice.row("cases.row_number", receipt.case_number))
    if receipt.promised_at:
        rows.append(voice.row("cases.row_answer_until", voice.minute(receipt.promised_at)))
    return Card(kind="receipt", title=voice.text("privacy.objection_receipt"), rows=rows)
