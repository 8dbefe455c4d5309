"""Answers about plans: compare them, a priced quote with its order button, a scheduled downgrade.

Invariants: whatever costs money is ordered with the order button beside price and terms (§ 312j(3) BGB)
and by nothing else; what costs nothing may be confirmed with a plain yes; prices and proration come from
`subscriptions.plans`.
"""

from collections.abc import Iterable
from dataclasses import replace

from typing_extensions import override

from actions.base import BotAction
from actions.pending import Awaiting, Pending, subject_of
from actions.plan_cards import change_receipt_card, order_terms, plan_card, quote_card
from actions.proposals import propose
from actions.replies import Reply, answer
from actions.services import Services, ask
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, OrderTerms
from subscriptions.model.base import Level
from subscriptions.model.catalogue import ChangeKind, Plan, Quote


class ComparePlans(BotAction):
    """The plans of the caller's product side by side; somebody unknown is asked which product."""

    action = "action_compare_plans"

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


class UpgradePlan(BotAction):
    """A quote for the plan that was named, else for the next bigger one."""

    action = "action_upgrade_plan"
    needs = Level.IDENTIFIED

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        return await offer_change(self.services, turn, voice, up=True)


class DowngradePlan(BotAction):
    """A proposal for the plan that was named, else for the next smaller one."""

    action = "action_downgrade_plan"
    needs = Level.IDENTIFIED

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        return await offer_change(self.services, turn, voice, up=False)


async def offer_change(services: Services, turn: Turn, voice: Voice, *, up: bool) -> Reply:
    """Quote a change; the quote's own kind decides whether it is ordered or confirmed."""
    current = await ask(services.subscriptions.plans.of, turn.caller)
    if current is None:
        return answer(
            voice,
            voice.text("plans.none"),
            buttons=[voice.topic_button("compare_plans"), voice.person_button()],
        )
    catalogue = await ask(services.subscriptions.plans.catalogue, current.product)
    ladder = _ladder(catalogue, current, up=up)
    wanted = _wanted(turn, current) or next((plan.code for plan in ladder), None)
    if wanted is None:
        end = "plans.already_biggest" if up else "plans.already_smallest"
        return answer(
            voice,
            voice.text(end, plan=voice.plan(current)),
            buttons=[voice.topic_button("compare_plans"), voice.person_button()],
        )
    quote = await ask(services.subscriptions.plans.quote, turn.caller, wanted)
    intent = "upgrade_plan" if up else "downgrade_plan"
    others = [
        Button(title=voice.plan(plan), intent=intent, value={"plan": plan.code})
        for plan in ladder
        if plan.code != wanted
    ]
    if quote.kind is ChangeKind.UPGRADE:
        return _quote(turn, voice, quote, others)
    return _downgrade_proposal(turn, voice, quote, others)


async def order(services: Services, turn: Turn, voice: Voice, token: str) -> Reply:
    """Execute the order whose button was pressed. The token makes it happen once."""
    receipt = await ask(
        services.subscriptions.plans.order, turn.caller, token, key=f"order:{token}"
    )
    text = voice.text("plans.ordered", plan=voice.plan(receipt.new))
    return answer(voice, text, cards=[change_receipt_card(voice, receipt)])


async def use_the_button(services: Services, turn: Turn, voice: Voice, pending: Pending) -> Reply:
    """A typed yes does not order: show the button again, with its price and terms."""
    button = _order_button(
        voice,
        pending.fact("token"),
        OrderTerms(price=pending.fact("price"), terms=pending.fact("terms")),
    )
    no = Button(title=voice.text("button.no"), intent="deny", value=pending.value())
    reply = answer(voice, voice.text("plans.use_the_button"), buttons=[button, no])
    return replace(reply, pending=pending)


async def schedule_downgrade(
    services: Services, turn: Turn, voice: Voice, pending: Pending
) -> Reply:
    """Execute the downgrade that was proposed: it takes effect at the end of the period."""
    receipt = await ask(
        services.subscriptions.plans.schedule_downgrade,
        turn.caller,
        pending.fact("token"),
        key=pending.key,
    )
    text = voice.text(
        "plans.downgraded", plan=voice.plan(receipt.new), date=voice.day(receipt.effective_on)
    )
    return answer(voice, text, cards=[change_receipt_card(voice, receipt)])


async def _current(services: Services, turn: Turn) -> Plan | None:
    """The caller's plan; nobody's plan for somebody unknown."""
    if not turn.identified:
        return None
    return await ask(services.subscriptions.plans.of, turn.caller)


def _product(turn: Turn, current: Plan | None, catalogue: Iterable[Plan]) -> str | None:
    by_code = {plan.code: plan.product for plan in catalogue}
    named = turn.pressed.get("product") or by_code.get(turn.entities.get("plan", ""))
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
    named = (
        turn.pressed.get("plan"),
        turn.entities.get("plan_last"),
        turn.entities.get("plan"),
    )
    return next((code for code in named if code and code != current.code), None)


def _quote(turn: Turn, voice: Voice, quote: Quote, others: list[Button]) -> Reply:
    terms = order_terms(voice, quote)
    pending = Pending(
        kind=Awaiting.UPGRADE_PLAN,
        subject=subject_of(turn.caller),
        key=f"{turn.key}:upgrade",
        until=quote.expires_at,
        facts={"token": quote.token, "price": terms.price, "terms": terms.terms},
    )
    key = "plans.quote" if quote.due_now.minor else "plans.quote_later"
    text = voice.text(key, plan=voice.plan(quote.new))
    buttons = [_order_button(voice, quote.token, terms), *others]
    reply = answer(voice, text, cards=[quote_card(voice, quote)], buttons=buttons)
    return replace(reply, pending=pending)


def _order_button(voice: Voice, token: str, terms: OrderTerms) -> Button:
    return Button(
        title=voice.text("button.order"),
        intent="affirm",
        value={"order": token},
        style="order",
        order=terms,
    )


def _downgrade_proposal(turn: Turn, voice: Voice, quote: Quote, others: list[Button]) -> Reply:
    pending = Pending(
        kind=Awaiting.DOWNGRADE_PLAN,
        subject=subject_of(turn.caller),
        key=f"{turn.key}:downgrade",
        until=quote.expires_at,
        facts={"token": quote.token},
    )
    text = voice.text(
        "plans.downgrade_proposal",
        old=voice.plan(quote.old),
        new=voice.plan(quote.new),
        price=voice.price(quote.new),
        date=voice.day(quote.effective_on),
    )
    return propose(voice, text, pending, cards=[quote_card(voice, quote)], more=others)
