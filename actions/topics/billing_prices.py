"""Price changes: what the own plan costs and why, the article about it, and a person for whoever objects.

Invariants: prices and their reasons are those of the catalogue, the own price only for who is identified; a question is
answered, an objection is passed on and never argued with.
"""

import re
from collections.abc import Sequence

from typing_extensions import override

from actions.replies import Reply, say
from actions.services import ask
from actions.topics.billing import to_billing
from actions.topics.knowledge import KnowledgeAnswer
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button
from subscriptions.model.catalogue import Plan
from subscriptions.model.pricing import PlanPrices

_OBJECTS = re.compile(
    r"\bwider(?:spreche|spruch)|lege .*widerspruch|nicht einverstanden|(?:stimme|akzeptiere|zahle|bezahle|nehme|mache|trage)\b.*\b(?:nicht|nich|keinen?)\b|lehne\b.*\bab\b|weigere"
    r"|\bI (?:strongly )?(?:object|refuse|reject|oppose|protest)|(?:do not|don'?t|won'?t|will not|cannot|can'?t) (?:agree|accept|consent|pay|approve)|not (?:accepting|agreeing|paying|willing)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^\W*(?:kann|könnte|darf|muss|müsste|wie|was|warum|wieso|weshalb|ab wann|do|does|can|could|may|must|what|how|why|when)\b",
    re.IGNORECASE,
)


class PriceChange(KnowledgeAnswer):
    """What the plan cost before and costs now, why, and what one may do about it."""

    intent = "price_change"
    beside = "ask_for_better_offer"

    @override
    def amended_by(self, turn: Turn) -> bool:
        return _objects(turn) or turn.value("plan") is not None

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        if turn.pressed.get("objects") or _objects(turn):
            return to_billing(self.services, turn, voice, "prices.objection")
        general = await super().act(turn, voice)
        if turn.pressed.get("passage"):
            return self._with_objection(voice, general)
        history = await self._history(turn)
        told = [line for prices in history for line in _told(voice, prices)]
        if told:
            own = say(voice, " ".join(told))
            general = Reply((own, *general.says), handoff=general.handoff)
        return self._with_objection(voice, general)

    async def _history(self, turn: Turn) -> Sequence[PlanPrices]:
        """The own plans, or the one that was named; the whole catalogue would be no answer."""
        named = turn.value("plan")
        if named is None and not turn.identified:
            return ()
        billing = self.services.subscriptions.billing
        found = await ask(billing.price_history, turn.caller, named)
        return [prices for prices in found if named or prices.own]

    def _with_objection(self, voice: Voice, reply: Reply) -> Reply:
        """The way to object beside the others, before the person."""
        if reply.handoff is not None:
            return reply
        *before, last = reply.says
        objection = Button(
            title=voice.text("button.object"), intent=self.intent, value={"objects": "yes"}
        )
        buttons = [*last.buttons[:-1], objection, *last.buttons[-1:]]
        return Reply((*before, last.model_copy(update={"buttons": buttons})))


def _objects(turn: Turn) -> bool:
    """Whether the new price is refused, not asked about."""
    asks = turn.is_question or _ASKS.match(turn.typed) is not None
    return not asks and _OBJECTS.search(turn.typed) is not None


def _told(voice: Voice, prices: PlanPrices) -> list[str]:
    """What is known of a plan's price: the last change with its reason, and the next one."""
    plan, lines = prices.plan, []
    changes = [step for step in prices.steps if step.was is not None and step.was != step.price]
    ahead = prices.own.next_on if prices.own else None
    past = [step for step in changes if step.valid_from != ahead]
    if prices.own and prices.own.agreed:
        lines.append(_price_text(voice, "prices.agreed", plan, voice.money(prices.own.price)))
    elif past:
        last = past[-1]
        lines.append(
            voice.text(
                "prices.changed",
                plan=voice.plan(plan),
                date=voice.day(last.valid_from),
                price=voice.money(last.price),
                was=voice.money(last.was or last.price),
            )
        )
        reason = last.reason_de if voice.locale == "de" else last.reason_en
        if reason:
            lines.append(voice.text("prices.reason", reason=reason))
    else:
        now = voice.money(prices.own.price if prices.own else prices.price)
        lines.append(_price_text(voice, "prices.unchanged", plan, now))
    return [*lines, *_next(voice, prices)]


def _price_text(voice: Voice, key: str, plan: Plan, price: str) -> str:
    return voice.text(key, plan=voice.plan(plan), price=price)


def _next(voice: Voice, prices: PlanPrices) -> list[str]:
    """The next price that is decided for the caller, with its reason."""
    own = prices.own
    if own is None or own.next_on is None or own.next_price is None:
        return []
    said = [
        voice.text("prices.next", date=voice.day(own.next_on), price=voice.money(own.next_price))
    ]
    step = next((each for each in prices.steps if each.price == own.next_price), None)
    reason = (step.reason_de if voice.locale == "de" else step.reason_en) if step else None
    return [*said, voice.text("prices.reason", reason=reason)] if reason else said
