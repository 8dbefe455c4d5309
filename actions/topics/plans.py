"""Answers about plans: compare them, a priced quote with its order button, a scheduled downgrade.

Invariants: whatever costs money is ordered with the order button beside price and terms (§ 312j(3) BGB)
and by nothing else; what costs nothing may be confirmed with a plain yes; prices and proration come from
`subscriptions.plans`.
"""

from collections.abc import Iterable
from typing import ClassVar

from typing_extensions import override

from actions.dialogue.fields import Facts, Field
from actions.dialogue.frame import BotAction
from actions.dialogue.topic import Matter, Shown
from actions.replies import Reply, answer
from actions.services import Services, ask
from actions.topics.plan_cards import change_receipt_card, order_terms, plan_card, quote_card
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button
from subscriptions.model.base import Level
from subscriptions.model.catalogue import ChangeKind, Plan, Quote


class ComparePlans(BotAction):
    """The plans of the caller's product side by side; somebody unknown is asked which product."""

    intent = "compare_plans"

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        catalogue = await ask(self.services.subscriptions.plans.catalogue)
        current = await _current(self.services, turn)
        product = _product(turn, current, catalogue)
        if product is None:
            return _which_product(voice, catalogue)
        plans = [plan for plan in catalogue if plan.product == product]
        cards = [plan_card(voice, plan, current=plan == current) for plan in plans]
        if current is None or current.product != product:
            return answer(voice, voice.text("plans.compare"), cards=cards)
        text = voice.text("plans.compare_current", plan=voice.plan(current))
        return answer(voice, text, cards=cards, buttons=_change_buttons(voice, current, plans))


def _last_plan(turn: Turn) -> str | None:
    """Of two plans ("from Basic to Premium") the one that is wanted stands last."""
    return next(iter(reversed(turn.entities.get("plan", ()))), None)


class ChangePlan(Matter):
    """A quote for the plan that was named, else for the next one up or down; its own kind decides how it is confirmed."""

    needs = Level.IDENTIFIED
    up: ClassVar[bool]
    fields = (Field("plan", "plans.which_product", read=_last_plan, wanted=lambda _: False),)

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        current = await ask(
            self.services.subscriptions.plans.of, turn.caller, facts.get("subscription")
        )
        if current is None:
            return _no_plan(voice)
        named = _wanted(turn, current)
        return {**facts, "plan": named} if named else facts

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        plans, subscription = self.services.subscriptions.plans, facts.get("subscription")
        current = await ask(plans.of, turn.caller, subscription)
        if current is None:
            return _no_plan(voice)
        ladder = _ladder(await ask(plans.catalogue, current.product), current, up=self.up)
        wanted = facts.get("plan") or next((plan.code for plan in ladder), None)
        if wanted is None:
            return _at_the_end(voice, current, up=self.up)
        quote = await ask(plans.quote, turn.caller, wanted, subscription)
        others = [
            Button(title=voice.plan(plan), intent=self.intent, value={"plan": plan.code})
            for plan in ladder
            if plan.code != wanted
        ]
        return _shown(voice, quote, others)

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        plans = self.services.subscriptions.plans
        if "order_price" in facts:
            token = facts["token"]
            # The token makes it happen once, whichever button was pressed.
            receipt = await ask(plans.order, turn.caller, token, key=f"order:{token}")
            text = voice.text("plans.ordered", plan=voice.plan(receipt.new))
        else:
            receipt = await ask(plans.schedule_downgrade, turn.caller, facts["token"], key=key)
            effective = voice.day(receipt.effective_on)
            text = voice.text("plans.downgraded", plan=voice.plan(receipt.new), date=effective)
        return answer(voice, text, cards=[change_receipt_card(voice, receipt)])


class UpgradePlan(ChangePlan):
    """A bigger plan: ordered with the priced button."""

    intent = "upgrade_plan"
    up = True


class DowngradePlan(ChangePlan):
    """A smaller plan: scheduled for the end of the period after a yes."""

    intent = "downgrade_plan"
    up = False


def _no_plan(voice: Voice) -> Reply:
    buttons = [voice.topic_button("compare_plans"), voice.person_button()]
    return answer(voice, voice.text("plans.none"), buttons=buttons)


def _at_the_end(voice: Voice, current: Plan, *, up: bool) -> Reply:
    """There is none beyond the current plan."""
    end = "plans.already_biggest" if up else "plans.already_smallest"
    buttons = [voice.topic_button("compare_plans"), voice.person_button()]
    return answer(voice, voice.text(end, plan=voice.plan(current)), buttons=buttons)


def _shown(voice: Voice, quote: Quote, others: list[Button]) -> Shown:
    """The quote: with price and terms at the order button, or as a proposal that costs nothing now."""
    token, card = {"token": quote.token}, quote_card(voice, quote)
    if quote.kind is ChangeKind.UPGRADE:
        key = "plans.quote" if quote.due_now.minor else "plans.quote_later"
        text = voice.text(key, plan=voice.plan(quote.new))
        return Shown(text, token, cards=[card], more=others, order=order_terms(voice, quote))
    text = voice.text(
        "plans.downgrade_proposal",
        old=voice.plan(quote.old),
        new=voice.plan(quote.new),
        price=voice.price(quote.new),
        date=voice.day(quote.effective_on),
    )
    return Shown(text, token, cards=[card], more=others)


async def _current(services: Services, turn: Turn) -> Plan | None:
    """The caller's plan; nobody's plan for somebody unknown."""
    if not turn.identified:
        return None
    return await ask(services.subscriptions.plans.of, turn.caller)


def _product(turn: Turn, current: Plan | None, catalogue: Iterable[Plan]) -> str | None:
    by_code = {plan.code: plan.product for plan in catalogue}
    named = turn.pressed.get("product") or by_code.get(turn.value("plan") or "")
    return named or (current.product if current else None)


def _which_product(voice: Voice, catalogue: Iterable[Plan]) -> Reply:
    products = dict.fromkeys(plan.product for plan in catalogue)
    buttons = [
        Button(title=_product_name(voice, name), intent="compare_plans", value={"product": name})
        for name in products
    ]
    return answer(voice, voice.text("plans.which_product"), buttons=buttons)


def _product_name(voice: Voice, product: str) -> str:
    key = f"product.{product}"
    return voice.text(key) if voice.knows(key) else product.capitalize()


def _change_buttons(voice: Voice, current: Plan, plans: Iterable[Plan]) -> list[Button]:
    buttons = []
    for plan in plans:
        if plan.rank != current.rank:
            intent = "upgrade_plan" if plan.rank > current.rank else "downgrade_plan"
            title = voice.text("button.switch_to", plan=voice.plan(plan))
            buttons.append(Button(title=title, intent=intent, value={"plan": plan.code}))
    return buttons


def _ladder(catalogue: Iterable[Plan], current: Plan, *, up: bool) -> list[Plan]:
    """The plans beyond the current one, nearest first."""
    if up:
        return sorted((p for p in catalogue if p.rank > current.rank), key=lambda p: p.rank)
    return sorted((p for p in catalogue if p.rank < current.rank), key=lambda p: -p.rank)


def _wanted(turn: Turn, current: Plan) -> str | None:
    """The plan that was named; of two ("from Basic to Premium") the one that is not the current."""
    named = (turn.pressed.get("plan"), *reversed(turn.entities.get("plan", ())))
    return next((code for code in named if code and code != current.code), None)
