"""Paying what is due in parts: the terms are shown, a number is chosen, confirmed, agreed once.

Invariants: only what the business offers is shown and agreed, free of interest and fees; what lies outside of the
operator's limits is a person's.
"""

from collections.abc import Sequence

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field, matching
from actions.dialogue.matter import Shown
from actions.refusals import refuse
from actions.replies import Reply, answer
from actions.services import ask
from actions.topics.collections_part import option, part_payment
from actions.topics.open_money import (
    MoneyMatter,
    asked_before,
    nothing_to_do,
    sealed,
    to_person,
)
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Card, Row
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.payments import InstalmentPart, InstalmentTerms

_NUMBERS = {"zwei": "2", "two": "2", "drei": "3", "three": "3"}
_BARE = matching(
    r"^\W*(?:(?:nein|no|doch|in|lieber|dann|rather|then|make it)[,\s]+)*(\d{1,2}|zwei|drei|two|three)\b(?![.,]\d)",
    form=lambda said: _NUMBERS.get(said.casefold(), said),
)


def _parts(turn: Turn) -> str | None:
    """The number of parts; a bare number counts unless it belongs to a day or an amount."""
    other = any(kind in turn.entities for kind in ("date", "amount", "duration"))
    return turn.value("instalments") or (None if other else _BARE(turn))


class Instalments(MoneyMatter):
    """How many parts, then the plan with its days and amounts, then the yes."""

    intent = "instalments"
    fields = (Field("parts", "instalments.ask", read=_parts, wrong="instalments.no_number"),)

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        person = await sealed(self.services, turn, voice)
        if person is not None:
            return person
        part = (
            await part_payment(self.services, turn, voice) if turn.intent == self.intent else None
        )
        if part is not None:
            return part
        terms = await self._terms(turn)
        if terms.refusal == Code.INSTALMENTS_OFF:
            return self._off(turn, voice, facts)
        if terms.refusal == Code.NOTHING_DUE:
            return await nothing_to_do(self.services, turn, voice, "instalments.nothing_due")
        if not terms.options:
            return to_person(self.services, turn, voice, "instalments.none_possible")
        return {**facts, "amount": voice.money(terms.open), "most": str(len(terms.options[-1]))}

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        options = (await self._terms(turn)).options
        return [Choice(option(voice, parts), str(len(parts))) for parts in options]

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        terms = await self._terms(turn)
        plan = next((p for p in terms.options if str(len(p)) == facts["parts"]), None)
        if plan is None:
            return to_person(
                self.services,
                turn,
                voice,
                "instalments.outside",
                most=facts["most"],
                days=str(terms.days),
            )
        text = voice.text("instalments.proposal", amount=facts["amount"], parts=facts["parts"])
        card = Card(kind="quote", title=voice.text("instalments.title"), rows=_rows(voice, plan))
        return Shown(text, {}, cards=[card])

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        agree = self.services.subscriptions.payments.agree_instalments
        receipt = await ask(agree, turn.caller, int(facts["parts"]), key=key)
        rows = [
            *_rows(voice, receipt.parts),
            voice.row("card.total", voice.money(receipt.total)),
            *(voice.row("card.invoice_number", number) for number in receipt.invoices),
            voice.row("payments.extra_cost", voice.money(receipt.fee)),
            voice.row("card.reference", receipt.reference),
        ]
        card = Card(kind="receipt", title=voice.text("instalments.agreed_title"), rows=rows)
        first = receipt.parts[0]
        text = voice.text(
            "instalments.agreed", amount=voice.money(first.amount), date=voice.day(first.due_on)
        )
        buttons = [voice.topic_button("pay_now"), voice.person_button()]
        return answer(voice, text, cards=[card], buttons=buttons)

    async def _terms(self, turn: Turn) -> InstalmentTerms:
        return await ask(self.services.subscriptions.payments.instalment_terms, turn.caller)

    def _off(self, turn: Turn, voice: Voice, facts: Facts) -> Reply:
        """The operator offers none: the other ways, and a person for who asks again."""
        if asked_before(turn, self.intent):
            return to_person(self.services, turn, voice, "instalments.off_again")
        off = SubscriptionError(Code.INSTALMENTS_OFF)
        return refuse(self.services, turn, voice, off, writes=False)


def _rows(voice: Voice, parts: Sequence[InstalmentPart]) -> list[Row]:
    """Each part with its day and amount."""
    return [
        Row(
            label=voice.text("instalments.part", number=str(number), date=voice.day(part.due_on)),
            value=voice.money(part.amount),
        )
        for number, part in enumerate(parts, start=1)
    ]
