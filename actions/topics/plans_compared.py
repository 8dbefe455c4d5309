"""The plans side by side: prices, what is more and what is less than the own one.

Invariants: reads only; what differs is what the business says; an offer for a whole company is made by people.
"""

from collections.abc import Iterable, Sequence

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field
from actions.dialogue.pending import Pending
from actions.dialogue.topic import Topic
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import ask
from actions.topics.contracts import product_named
from actions.topics.plan_cards import compared_card
from actions.topics.plan_words import is_company
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button
from subscriptions.model.catalogue import ChangeKind, Plan
from subscriptions.model.plans import ComparedPlan

PRODUCT = Field("product", "plans.which_product", read=product_named, wrong="plans.no_product")


class ComparePlans(Topic):
    """The plans of the product that is named, else of the caller's own; somebody unknown is asked which."""

    intent = "compare_plans"
    fields = (PRODUCT,)

    @override
    def amended_by(self, turn: Turn) -> bool:
        return product_named(turn) is not None

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        if is_company(turn):
            words = say(voice, voice.text("plans.company"))
            return Reply((words,), handoff=handoff(self.services, turn, "catalogue"))
        if "product" in facts or not turn.identified:
            return facts
        found = await ask(self.services.subscriptions.plans.compare, turn.caller)
        own = dict.fromkeys(each.plan.product for each in found if each.current)
        return {**facts, "product": ",".join(own)} if own else facts

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        if name != PRODUCT.name:
            return ()
        catalogue = await ask(self.services.subscriptions.plans.catalogue)
        return product_choices(voice, catalogue)

    @override
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        plans = self.services.subscriptions.plans
        names = facts["product"].split(",")
        found = [each for name in names for each in await ask(plans.compare, turn.caller, name)]
        cards = [compared_card(voice, each) for each in found]
        own = [each.plan for each in found if each.current]
        if not own:
            ways = [voice.topic_button("product_info"), voice.person_button()]
            return answer(voice, voice.text("plans.compare"), cards=cards, buttons=ways)
        named = ", ".join(voice.plan(plan) for plan in own)
        text = voice.text("plans.compare_current", plan=named)
        buttons = [*_changes(voice, found, own), voice.person_button()]
        return answer(voice, text, cards=cards, buttons=buttons)


def product_choices(voice: Voice, catalogue: Iterable[Plan]) -> list[Choice]:
    """The products that are sold, by their names."""
    products = dict.fromkeys(plan.product for plan in catalogue)
    return [Choice(_product_name(voice, name), name) for name in products]


def _product_name(voice: Voice, product: str) -> str:
    key = f"product.{product}"
    return voice.text(key) if voice.knows(key) else product.capitalize()


def _changes(voice: Voice, found: Iterable[ComparedPlan], own: Sequence[Plan]) -> list[Button]:
    """A button for each plan one could change to, in the product of the own one."""
    products = {plan.product for plan in own}
    return [
        Button(
            title=voice.text("button.switch_to", plan=voice.plan(each.plan)),
            intent="upgrade_plan" if each.kind is ChangeKind.UPGRADE else "downgrade_plan",
            value={"plan": each.plan.code},
        )
        for each in found
        if not each.current and each.kind is not None and each.plan.product in products
    ]
