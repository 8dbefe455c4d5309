"""What somebody has: every contract with its price, term, notice and what changes next; and which one is meant.

Invariants: reads only; everything said is the business's own; a contract that was named is told alone.
"""

import re
from collections.abc import Iterable, Sequence

from typing_extensions import override

from actions.dialogue.contracts import named, running_contracts
from actions.dialogue.fields import Facts, Field
from actions.dialogue.pending import Pending
from actions.dialogue.topic import Topic
from actions.replies import Reply, answer
from actions.services import Services, ask
from actions.topics.contract_cards import contract_card, in_words
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.plans import ContractStatus

_OVER = frozenset({SubscriptionState.ENDED, SubscriptionState.WITHDRAWN})
_UNPAID = frozenset({SubscriptionState.PAST_DUE, SubscriptionState.SUSPENDED})
_PRODUCTS = {
    "press": r"zeitung\w*|magazin\w*|e-?paper|press|(?:news)?papers?|news|magazines?",
    "streaming": r"stream\w*|serien?\w*|filme?\w*|fernseh\w*|video\w*|tv|movies?|films?",
    "training": r"lern\w*|kurse?\w*|learn\w*|courses?|training\w*|classes",
}
_OF_CODE = {"stream": "streaming", "press": "press", "learn": "training"}


def product_named(turn: Turn) -> str | None:
    """The product that words or a plan's name speak of, if it is one only."""
    said = turn.pressed.get("product")
    if said:
        return said
    codes = (*turn.entities.get("plan", ()), *turn.entities.get("addon", ()))
    named = {_OF_CODE[head] for head in (code.split("-")[0] for code in codes) if head in _OF_CODE}
    words = (
        name
        for name, pattern in _PRODUCTS.items()
        if re.search(rf"\b(?:{pattern})\b", turn.typed, re.IGNORECASE)
    )
    found = named or set(words)
    return found.pop() if len(found) == 1 else None


async def contract_for(services: Services, turn: Turn, facts: Facts) -> ContractStatus | None:
    """The contract a change is about: the only one, the one named; raises WHICH_CONTRACT when several fit."""
    found = await running_contracts(services, turn)
    meant = facts.get("subscription") or named(services.voice(turn), turn, found)
    if meant is not None:
        return next((each for each in found if each.subscription == meant), None)
    product = facts.get("product") or product_named(turn)
    fitting = [each for each in found if each.plan.product == product] or found
    if len(fitting) > 1:
        raise SubscriptionError(Code.WHICH_CONTRACT)
    return fitting[0] if fitting else None


class WhatIHave(Topic):
    """All contracts, or the one that was named."""

    intent = "subscription_status"
    needs = Level.IDENTIFIED
    fields = (Field("product", "plans.which_product", read=product_named, wanted=lambda _: False),)

    @override
    def amended_by(self, turn: Turn) -> bool:
        return product_named(turn) is not None

    @override
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        every = await ask(self.services.subscriptions.plans.status, turn.caller)
        if not every:
            ways = [voice.topic_button("compare_plans"), voice.person_button()]
            return answer(voice, voice.text("status.none"), buttons=ways)
        shown = _told(every, facts)
        text = in_words(voice, shown[0]) if len(shown) == 1 else _several(voice, shown)
        cards = [contract_card(voice, each) for each in shown]
        return answer(voice, text, cards=cards, buttons=_ways(voice, shown))


def _told(every: Sequence[ContractStatus], facts: Facts) -> Sequence[ContractStatus]:
    """Those of the product that was named, else those that run, else the last one."""
    alive = [each for each in every if each.state not in _OVER]
    product = facts.get("product") or next(
        (each.plan.product for each in every if each.subscription == facts.get("subscription")), ""
    )
    fitting = [each for each in alive or every if each.plan.product == product]
    return fitting or alive or every[:1]


def _several(voice: Voice, shown: Sequence[ContractStatus]) -> str:
    names = ", ".join(voice.plan(each.plan) for each in shown)
    return voice.text("status.several", count=str(len(shown)), plans=names)


def _ways(voice: Voice, shown: Iterable[ContractStatus]) -> list[Button]:
    states = {each.state for each in shown}
    ways: list[Button] = []
    if states & _UNPAID:
        ways.append(voice.topic_button("why_payment_failed"))
    if SubscriptionState.CANCEL_SCHEDULED in states:
        ways.append(voice.topic_button("cancellation_status"))
    ways += [
        withdraw_button(voice, each.subscription) for each in shown if each.pending_plan is not None
    ]
    if not states <= _OVER:
        ways.append(voice.topic_button("manage_addon"))
    return [*ways, voice.topic_button("compare_plans"), voice.person_button()]


def withdraw_button(voice: Voice, subscription: str) -> Button:
    """Calls a change of the plan off before it takes effect."""
    return Button(
        title=voice.text("plans.keep"),
        intent="downgrade_plan",
        value={"wish": "keep", "subscription": subscription},
    )
