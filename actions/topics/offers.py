"""Asking for a better offer: at most the one that the business gives; whoever wants to negotiate gets a person.

Invariants: nothing is offered that the business does not name; nothing is changed here, the topic behind the button does it.
"""

from typing_extensions import override

from actions.dialogue.fields import Facts
from actions.dialogue.pending import Pending
from actions.dialogue.topic import Topic
from actions.replies import Reply, answer
from actions.services import ask
from actions.topics.cancellation_declaring import to_person
from actions.topics.cancellation_words import bargains
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Card
from subscriptions.model.base import Level
from subscriptions.model.cancellation import BetterKind, BetterOffer


class AskForBetterOffer(Topic):
    """What would cost less, at most one; asked again or bargained for it is a person's business."""

    intent = "ask_for_better_offer"
    needs = Level.IDENTIFIED

    @override
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        asked_before = bool(turn.steps) and turn.steps[-1].intent == self.intent
        if bargains(turn) or (asked_before and turn.typed and "subscription" not in facts):
            return to_person(self.services, turn, voice, voice.text("better.person_negotiates"))
        better_offer = self.services.subscriptions.cancellation.better_offer
        found = await ask(better_offer, turn.caller, subscription=facts.get("subscription"))
        if found is None:
            buttons = [voice.topic_button("compare_plans"), voice.person_button()]
            return answer(voice, voice.text("better.none"), buttons=buttons)
        return _told(voice, found)

    @override
    def amended_by(self, turn: Turn) -> bool:
        return bargains(turn)


def _told(voice: Voice, found: BetterOffer) -> Reply:
    """The one thing that would cost less, and the way to it."""
    plan, voucher = found.plan, found.voucher
    if plan is None:
        code = voucher or ""
        redeem = voice.topic_button("redeem_voucher", voucher=code)
        text = voice.text("better.voucher", voucher=code)
        return answer(voice, text, buttons=[redeem, voice.person_button()])
    saving = voice.money(found.saving) if found.saving else ""
    text = voice.text(f"better.{found.kind.value}", plan=voice.plan(plan), saving=saving)
    price = voice.row("card.price", voice.price(plan))
    card = Card(kind="plan", title=voice.plan(plan), rows=[price], points=voice.features(plan))
    # A yearly plan is no bigger and no smaller one; both topics show the quote of the plan that is named.
    intent = "upgrade_plan" if found.kind is BetterKind.YEARLY_PLAN else "downgrade_plan"
    switch = Button(
        title=voice.text("button.switch_to", plan=voice.plan(plan)),
        intent=intent,
        value={"plan": plan.code},
    )
    return answer(voice, text, cards=[card], buttons=[switch, voice.person_button()])
