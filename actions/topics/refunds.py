"""Money back: where a refund is, and one that the subscriber wishes, shown before it is ordered.

Invariants: what is shown was decided by the business for this very wish, and nothing is promised beyond it; above the
limit of goodwill a person decides.
"""

import re
from collections.abc import Sequence

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field
from actions.dialogue.matter import Matter, Shown
from actions.packet import handoff
from actions.refusals import REFUSALS
from actions.replies import Reply, answer, say
from actions.services import ask
from actions.topics.billing import none_yet
from actions.topics.billing_cards import refund_card, refund_receipt_card
from actions.topics.billing_meant import (
    AMOUNT,
    BEFORE,
    DAY,
    INVOICE,
    MONTH,
    NONE_FITS,
    PERIOD,
    buttons_of,
    resolved,
    to_choose,
)
from actions.topics.named_invoices import NAMES
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level, Money
from subscriptions.model.billing import RefundQuote, RefundReceipt, RefundStatus

_WHERE = re.compile(
    r"\bwo\b|\bwann\b|\bstand\b|status|wartet?\b|noch (?:nicht|nichts|keine?)|immer noch|angekündigt|versprochen|zugesagt|unterwegs|(?:schon|bereits) da\b|eingegangen|angekommen"
    r"|\bwhere\b|\bwhen\b|how long|still (?:waiting|no|not|haven'?t)|not (?:yet )?(?:received|arrived|here)|(?:hasn|haven|didn)'?t|\byet\b|promised|on its way",
    re.IGNORECASE,
)
_UNDER_WAY = frozenset({"waiting", "submitted", "unknown"})
_MOST_SHOWN = 3
_MOST_OTHERS = 2


def _where(turn: Turn) -> str | None:
    return "yes" if _WHERE.search(turn.typed) else None


class GiveBack(Matter):
    """Tells where the money is, or shows what would be given back and orders it after a yes."""

    intent = "refund"
    needs = Level.IDENTIFIED
    patience = 1
    fields = (
        INVOICE,
        *(MONTH, DAY, PERIOD, BEFORE, AMOUNT),
        Field("where", "billing.which_invoice", read=_where, wanted=lambda _: False),
        Field("wish", "billing.which_invoice", wanted=lambda _: False),  # only its button says it
    )

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        said = self._found(turn)
        billing = self.services.subscriptions.billing
        every = await ask(billing.refund_status, turn.caller)
        if ("where" in said and "giving" not in facts) or (
            "wish" not in facts and self._asks_where(facts, every)
        ):
            return self._told(voice, every)
        # The amount is how much is wanted back here, not what the invoice came to.
        named = {name: value for name, value in said.items() if name != "amount"}
        wanted = {name: value for name, value in facts.items() if name != "amount"}
        known = await resolved(self.services, turn, wanted, named)
        if NONE_FITS in known:
            return self._none_fits(voice)
        return {
            **known,
            **({"amount": facts["amount"]} if "amount" in facts else {}),
            "wish": "yes",
        }

    def _asks_where(self, facts: Facts, every: Sequence[RefundStatus]) -> bool:
        """Asked where it is, or money is on its way and nothing else was named."""
        new = any(name in facts for name in NAMES)
        under_way = any(each.state in _UNDER_WAY for each in every)
        return under_way and not new

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        timed = {name: value for name, value in facts.items() if name != "amount"}
        return await to_choose(self.services, turn, voice, timed)

    def _told(self, voice: Voice, every: Sequence[RefundStatus]) -> Reply:
        """Every refund of late with its day, or that there is none."""
        wish = Button(
            title=voice.text("button.ask_refund"), intent=self.intent, value={"wish": "yes"}
        )
        if not every:
            buttons = [wish, voice.topic_button("wrong_or_double_charge"), voice.person_button()]
            return answer(voice, voice.text("refunds.none"), buttons=buttons)
        newest = every[0]
        facts = {"amount": voice.money(newest.amount), "invoice": newest.invoice}
        key = newest.state
        if newest.state == "submitted" and newest.expected_on is not None:
            key, facts["date"] = "submitted_until", voice.day(newest.expected_on)
        cards = [refund_card(voice, each) for each in every[:_MOST_SHOWN]]
        buttons = [wish, voice.person_button()]
        return answer(
            voice, voice.text(f"refund_told.{key}", **facts), cards=cards, buttons=buttons
        )

    def _none_fits(self, voice: Voice) -> Reply:
        buttons = [voice.topic_button("explain_charge"), voice.person_button()]
        return answer(voice, voice.text("billing.none_fits"), buttons=buttons)

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        amount = Money(int(facts["amount"])) if "amount" in facts else None
        billing = self.services.subscriptions.billing
        try:
            quote = await ask(billing.refund_quote, turn.caller, facts.get("invoice"), amount)
        except SubscriptionError as refusal:
            unpaid = await self._unpaid(turn, voice, facts, refusal)
            return unpaid or self._refused(turn, voice, facts, refusal)
        others = await self._others(turn, voice, quote.invoice)
        key = "refunds.goodwill" if _is_goodwill(quote) else "refunds.our_error"
        text = voice.text(key, amount=voice.money(quote.amount), invoice=quote.invoice)
        agreed = {"invoice": quote.invoice, "giving": str(quote.amount.minor)}
        return Shown(text, {**agreed, "reason": quote.reason}, more=others)

    def _refused(self, turn: Turn, voice: Voice, facts: Facts, refusal: SubscriptionError) -> Reply:
        sentence = voice.refusal(REFUSALS[refusal.code].text, refusal.facts)
        if refusal.code is Code.REFUND_ABOVE_LIMIT:
            return Reply((say(voice, sentence),), handoff=handoff(self.services, turn, "policy"))
        if refusal.code is Code.NOT_FOUND and "invoice" not in facts:
            return none_yet(voice)
        if refusal.code is not Code.REFUND_IMPOSSIBLE:
            raise refusal
        buttons = [voice.topic_button("balance_next_charge"), voice.person_button()]
        return answer(voice, sentence, buttons=buttons)

    async def _unpaid(
        self, turn: Turn, voice: Voice, facts: Facts, refusal: SubscriptionError
    ) -> Reply | None:
        """Where no invoice was named and the newest is unpaid: that, and the others to choose from."""
        if refusal.code is not Code.REFUND_IMPOSSIBLE or "invoice" in facts:
            return None
        newest, *older = await ask(self.services.subscriptions.billing.invoices, turn.caller)
        if newest.status == "paid" or not older:
            return None
        buttons = await self._others(turn, voice, newest.number)
        text = voice.text("refunds.nothing_received", invoice=newest.number)
        return answer(voice, text, buttons=[*buttons, voice.person_button()])

    async def _others(self, turn: Turn, voice: Voice, invoice: str) -> list[Button]:
        """The other recent invoices, if another one was meant."""
        every = await ask(self.services.subscriptions.billing.invoices, turn.caller)
        others = [each for each in every if each.number != invoice]
        return buttons_of(voice, self.intent, others[:_MOST_OTHERS], wish="yes")

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        try:
            receipt: RefundReceipt = await ask(
                self.services.subscriptions.billing.refund,
                turn.caller,
                facts["invoice"],
                Money(int(facts["giving"])),
                reason=facts["reason"],
                key=key,
            )
        except SubscriptionError as refusal:
            if refusal.code not in (Code.REFUND_ABOVE_LIMIT, Code.REFUND_IMPOSSIBLE):
                raise
            return self._refused(turn, voice, facts, refusal)
        amount = voice.money(receipt.amount)
        cards = [refund_receipt_card(voice, receipt)]
        if receipt.expected_on is None:
            return answer(voice, voice.text("refunds.by_person", amount=amount), cards=cards)
        date = voice.day(receipt.expected_on)
        return answer(voice, voice.text("refunds.made", amount=amount, date=date), cards=cards)


def _is_goodwill(quote: RefundQuote) -> bool:
    return quote.reason == "goodwill"
