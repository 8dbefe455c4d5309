"""Changing the plan: a priced quote with its order button, a scheduled downgrade, calling a scheduled change off.

Invariants: whatever costs money is ordered with the order button beside price and terms (§ 312j(3) BGB)
and by nothing else; what costs nothing may be confirmed with a plain yes; prices and proration come from
`subscriptions.plans`; one change pends at a time.
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from typing_extensions import override

from actions.dialogue.fields import Facts, Field
from actions.dialogue.matter import Matter, Shown
from actions.dialogue.pending import Pending
from actions.replies import Reply, answer
from actions.services import ask
from actions.topics.contracts import contract_for, product_named, withdraw_button
from actions.topics.plan_cards import change_receipt_card, kept_card, order_terms, quote_card
from actions.topics.plan_words import calls_off, comes_from, interval, plans_named, stays
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level
from subscriptions.model.catalogue import ChangeKind, Plan, Quote
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.plans import ContractStatus


def _last_plan(turn: Turn) -> str | None:
    """Of two plans ("from Basic to Premium") the one that is wanted stands last."""
    return next(iter(reversed(turn.entities.get("plan", ()))), None)


def _silent(name: str) -> Field:
    """Something that may be said and is never asked for."""
    read = {"plan": _last_plan, "interval": interval, "product": product_named}.get(name)
    return Field(name, "plans.which_product", read=read or _nothing, wanted=lambda _: False)


def _nothing(_: Turn) -> str | None:
    return None


class ChangePlan(Matter):
    """A quote for the plan that was named, else for the next one up or down; its own kind decides how it is confirmed."""

    needs = Level.IDENTIFIED
    up: ClassVar[bool]
    fields = tuple(map(_silent, ("plan", "interval", "product", "wish")))
    hands_over = {Code.SOLD_BY_PARTNER: "SAL", Code.FIXED_TERM: "RET"}

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        contract = await contract_for(self.services, turn, facts)
        if contract is None:
            return _no_plan(voice)
        known = {**facts, "subscription": contract.subscription}
        if contract.state is SubscriptionState.CANCEL_SCHEDULED:
            ways = [voice.topic_button("cancellation_status"), voice.person_button()]
            return answer(voice, voice.text("plans.ending"), buttons=ways)
        if contract.pending_plan is not None:
            if calls_off(turn) or stays(turn):
                known["wish"] = "keep"
            return known if known.get("wish") == "keep" else _pending(voice, contract)
        if calls_off(turn) or known.get("wish") == "keep":
            raise SubscriptionError(Code.NOTHING_PENDING)
        return await self._target(turn, voice, known, contract.plan)

    @override
    async def _answered(self, turn: Turn, voice: Voice, pending: Pending) -> dict[str, str]:
        """A plan may be named by the telling part of its name, too ("no, Team")."""
        found = await super()._answered(turn, voice, pending)
        if found or not turn.typed:
            return found
        catalogue = await ask(self.services.subscriptions.plans.catalogue)
        product = next((p.product for p in catalogue if p.code == pending.facts.get("plan")), "")
        named = plans_named(turn, [plan for plan in catalogue if plan.product == product])
        return {"plan": named[0]} if named else {}

    async def _target(self, turn: Turn, voice: Voice, facts: Facts, current: Plan) -> Facts | Reply:
        """The plan that was named; of two ("from Basic to Premium") the one that is not the current."""
        sold = await ask(self.services.subscriptions.plans.catalogue, current.product)
        wanted = next((code for code in plans_named(turn, sold) if code != current.code), None)
        if wanted is not None:
            return {**facts, "plan": wanted}
        elsewhere = await self._of_another_product(voice, facts, current, sold)
        if elsewhere is not None:
            return elsewhere
        if facts.get("plan") != current.code:
            return facts
        if not comes_from(turn) and "interval" not in facts:
            text = voice.text("plans.already_yours", plan=voice.plan(current))
            return answer(voice, text, buttons=_ways(voice))
        return {name: value for name, value in facts.items() if name != "plan"}

    async def _of_another_product(
        self, voice: Voice, facts: Facts, current: Plan, sold: Sequence[Plan]
    ) -> Reply | None:
        """A plan that exists and is none to change to: what it costs, and that it is a subscription of its own."""
        code = facts.get("plan")
        if code is None or code in {plan.code for plan in sold}:
            return None
        every = await ask(self.services.subscriptions.plans.catalogue)
        wanted = next((plan for plan in every if plan.code == code), None)
        if wanted is None:
            return None
        told = {"plan": voice.plan(wanted), "price": voice.price(wanted)}
        text = voice.text("plans.of_another_product", **told, current=voice.plan(current))
        compare = voice.topic_button("compare_plans", product=wanted.product)
        return answer(voice, text, buttons=[compare, voice.person_button()])

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        plans, subscription = self.services.subscriptions.plans, facts["subscription"]
        contract = await contract_for(self.services, turn, facts)
        if contract is None:
            return _no_plan(voice)
        if facts.get("wish") == "keep":
            return _keep_proposal(voice, contract)
        catalogue = await ask(plans.catalogue, contract.plan.product)
        wanted = _wanted(facts, catalogue, contract.plan, up=self.up)
        if wanted is None:
            return _at_the_end(voice, contract.plan, facts, up=self.up)
        quote = await ask(plans.quote, turn.caller, wanted, subscription)
        others = [
            Button(title=voice.plan(plan), intent=self.intent, value=_of(plan, subscription))
            for plan in _ladder(catalogue, contract.plan, up=self.up)
            if plan.code != wanted
        ]
        return _shown(voice, quote, others)

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        plans = self.services.subscriptions.plans
        if facts.get("wish") == "keep":
            kept = await ask(
                plans.withdraw_pending, turn.caller, key=key, subscription=facts["subscription"]
            )
            text = voice.text("plans.kept", plan=voice.plan(kept.plan))
            return answer(voice, text, cards=[kept_card(voice, kept)], buttons=_ways(voice))
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


def _of(plan: Plan, subscription: str) -> dict[str, str]:
    return {"plan": plan.code, "subscription": subscription}


def _ways(voice: Voice) -> list[Button]:
    return [voice.topic_button("compare_plans"), voice.person_button()]


def _no_plan(voice: Voice) -> Reply:
    return answer(voice, voice.text("plans.none"), buttons=_ways(voice))


def _pending(voice: Voice, contract: ContractStatus) -> Reply:
    """A change is scheduled already: which, from when, and the way to call it off."""
    text = voice.text("plans.pending_stands", **_pending_facts(voice, contract))
    keep = withdraw_button(voice, contract.subscription)
    return answer(voice, text, buttons=[keep, *_ways(voice)])


def _keep_proposal(voice: Voice, contract: ContractStatus) -> Shown:
    if contract.pending_plan is None:
        raise SubscriptionError(Code.NOTHING_PENDING)
    text = voice.text(
        "plans.keep_proposal", old=voice.plan(contract.plan), **_pending_facts(voice, contract)
    )
    return Shown(text, {})


def _pending_facts(voice: Voice, contract: ContractStatus) -> dict[str, str]:
    new = voice.plan(contract.pending_plan or contract.plan)
    return {"plan": new, "date": voice.day(contract.pending_from or contract.period_end)}


def _at_the_end(voice: Voice, current: Plan, facts: Facts, *, up: bool) -> Reply:
    """There is none beyond the current plan, or none that is billed as wished."""
    key = "plans.already_biggest" if up else "plans.already_smallest"
    if "interval" in facts:
        same = facts["interval"] == current.interval.value
        key = "plans.interval_already" if same else "plans.no_other_interval"
    return answer(voice, voice.text(key, plan=voice.plan(current)), buttons=_ways(voice))


def _shown(voice: Voice, quote: Quote, others: list[Button]) -> Shown:
    """The quote: with price and terms at the order button, or as a proposal that costs nothing now."""
    # The plan is kept as well, so that "yearly, please" says something about it.
    facts = {"token": quote.token, "plan": quote.new.code}
    card = quote_card(voice, quote)
    if quote.kind is ChangeKind.UPGRADE:
        key = "plans.quote" if quote.due_now.minor else "plans.quote_later"
        text = voice.text(key, plan=voice.plan(quote.new))
        return Shown(text, facts, cards=[card], more=others, order=order_terms(voice, quote))
    text = voice.text(
        "plans.downgrade_proposal",
        old=voice.plan(quote.old),
        new=voice.plan(quote.new),
        price=voice.price(quote.new),
        date=voice.day(quote.effective_on),
    )
    return Shown(text, facts, cards=[card], more=others)


def _wanted(facts: Facts, catalogue: Sequence[Plan], current: Plan, *, up: bool) -> str | None:
    """The plan that was named, in the interval that was named; else the next one on the ladder."""
    by_code = {plan.code: plan for plan in catalogue}
    named, wished = facts.get("plan"), facts.get("interval")
    if wished is not None:
        same = by_code.get(named or "", current)
        sibling = _in_interval(catalogue, same, wished)
        if sibling is not None and sibling != current.code:
            return sibling
        return named
    if named is not None:
        return named
    ladder = _ladder(catalogue, current, up=up)
    usual = [plan for plan in ladder if plan.interval is current.interval]
    return next((plan.code for plan in (*usual, *ladder)), None)


def _in_interval(catalogue: Iterable[Plan], like: Plan, wished: str) -> str | None:
    """The same plan billed in another interval."""
    found = (p for p in catalogue if p.rank == like.rank and p.interval.value == wished)
    return next((plan.code for plan in found), None)


def _ladder(catalogue: Iterable[Plan], current: Plan, *, up: bool) -> list[Plan]:
    """The plans beyond the current one, nearest first."""
    if up:
        return sorted((p for p in catalogue if p.rank > current.rank), key=lambda p: p.rank)
    return sorted((p for p in catalogue if p.rank < current.rank), key=lambda p: -p.rank)
