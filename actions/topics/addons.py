"""What can be booked beside the plan: shown, booked with the priced button, removed or kept with a yes.

Invariants: what costs money is ordered by the order button only (§ 312j(3) BGB); what is removed runs to the end of the
period that is paid for; more pieces than one contract may have are an offer for people to make.
"""

from collections.abc import Sequence
from dataclasses import replace

from typing_extensions import override

from actions.dialogue.contracts import running_contracts
from actions.dialogue.fields import Choice, Facts, Field, value_of
from actions.dialogue.matter import Matter, Shown
from actions.dialogue.pending import Pending
from actions.replies import Reply, answer
from actions.services import ask
from actions.topics.addon_words import ADD, KEEP, PIECES, REMOVE, WISH, addon_named
from actions.topics.contract_cards import counted, per, pieces
from actions.topics.contracts import contract_for, product_named
from actions.topics.plan_cards import (
    addon_quote_card,
    addon_receipt_card,
    kept_card,
    order_terms,
    removal_card,
)
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Card, Row
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level
from subscriptions.model.catalogue import Addon
from subscriptions.model.plans import AddonReceipt, AddonsOf, AddonStatus

_PRODUCT = Field("product", "plans.which_product", read=product_named, wanted=lambda _: False)
_WHICH = Field("addon", "addons.ask_which", read=value_of("addon"))


class ManageAddon(Matter):
    """Lists what there is, quotes what is to be added, ends what is to go."""

    intent = "manage_addon"
    needs = Level.IDENTIFIED
    fields = (_PRODUCT, _WHICH, PIECES, WISH)
    hands_over = {Code.ADDON_LIMIT: "SAL", Code.SOLD_BY_PARTNER: "SAL"}

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        subscription = await self._contract(turn, facts)
        if subscription is None:
            raise SubscriptionError(Code.CONTRACT_MISSING)
        of = await ask(self.services.subscriptions.plans.addons, turn.caller, subscription)
        known = _meant({**facts, "subscription": subscription}, turn, of)
        if not _known(of):
            ways = [voice.topic_button("compare_plans"), voice.person_button()]
            return answer(voice, voice.text("addons.none"), buttons=ways)
        return _with_wish(known, of)

    async def _contract(self, turn: Turn, facts: Facts) -> str | None:
        """The contract that is meant, of several also by the add-on that is named."""
        found = await running_contracts(self.services, turn)
        if "subscription" not in facts and len(found) > 1:
            plans = self.services.subscriptions.plans
            for contract in found:
                of = await ask(plans.addons, turn.caller, contract.subscription)
                if addon_named(turn, _known(of)) is not None:
                    return contract.subscription
        meant = await contract_for(self.services, turn, facts)
        return meant.subscription if meant else None

    @override
    async def _answered(self, turn: Turn, voice: Voice, pending: Pending) -> dict[str, str]:
        """An add-on may be named by a part of its name, too ("no, the profile")."""
        found = await super()._answered(turn, voice, pending)
        if found or not turn.typed or "subscription" not in pending.facts:
            return found
        named = addon_named(turn, _known(await self._of(turn, pending.facts)))
        return {"addon": named} if named else {}

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        if name != _WHICH.name:
            return ()
        of = await self._of(turn, facts)
        booked = {each.addon.code for each in of.booked}
        going = facts.get("wish", ADD) != ADD
        fitting = [addon for addon in _known(of) if not going or addon.code in booked]
        return [Choice(_name(voice, addon), addon.code) for addon in fitting]

    async def _of(self, turn: Turn, facts: Facts) -> AddonsOf:
        plans = self.services.subscriptions.plans
        return await ask(plans.addons, turn.caller, facts["subscription"])

    @override
    async def _asked(self, turn: Turn, voice: Voice, field: Field, pending: Pending) -> Reply:
        reply = await super()._asked(turn, voice, field, pending)
        if field is not _WHICH:
            return reply
        of = await self._of(turn, pending.facts)
        first = reply.says[0].model_copy(update={"cards": _cards(voice, of)})
        return replace(reply, says=(first,))

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        of = await self._of(turn, facts)
        booked = [each for each in of.booked if each.addon.code == facts["addon"]]
        if facts["wish"] == KEEP:
            return _keep_proposal(voice, booked)
        if facts["wish"] == REMOVE:
            return await self._removal(turn, voice, facts, booked)
        quote = await ask(
            self.services.subscriptions.plans.quote_addon,
            turn.caller,
            facts["addon"],
            int(facts.get("pieces", "1")),
            subscription=facts["subscription"],
        )
        addon = quote.addon
        named = counted(voice, addon.name_de, addon.name_en, quote.quantity) if addon else ""
        key = "addons.quote" if quote.due_now.minor else "addons.quote_later"
        text = voice.text(key, addon=named)
        card = addon_quote_card(voice, quote)
        shown = {"token": quote.token, "shown": facts["addon"]}
        return Shown(text, shown, cards=[card], order=order_terms(voice, quote))

    async def _removal(
        self, turn: Turn, voice: Voice, facts: Facts, booked: Sequence[AddonStatus]
    ) -> Shown | Reply:
        """What would end and when; what ends already is said, and can be kept."""
        running_on = [each for each in booked if each.ends_on is None]
        if booked and not running_on:
            return _ends_already(voice, booked[0], facts["subscription"])
        if not running_on:
            raise SubscriptionError(Code.ADDON_NOT_BOOKED)
        contract = await contract_for(self.services, turn, facts)
        until = voice.day(contract.period_end) if contract else ""
        there = sum(each.quantity for each in running_on)
        going = min(int(facts.get("pieces", there)), there)
        addon = running_on[0].addon
        named = counted(voice, addon.name_de, addon.name_en, going)
        key = "addons.remove_proposal" if going == there else "addons.remove_some"
        return Shown(
            voice.text(key, addon=named, date=until), {"going": str(going), "shown": addon.code}
        )

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        plans, addon, subscription = (
            self.services.subscriptions.plans,
            facts["addon"],
            facts["subscription"],
        )
        if facts["wish"] == KEEP:
            kept = await ask(
                plans.withdraw_pending, turn.caller, key=key, subscription=subscription, addon=addon
            )
            return answer(voice, voice.text("addons.kept"), cards=[kept_card(voice, kept)])
        if facts["wish"] == REMOVE:
            gone = await ask(
                plans.remove_addon,
                turn.caller,
                addon,
                key=key,
                quantity=int(facts["going"]),
                subscription=subscription,
            )
            return _removed(voice, gone)
        # The token makes it happen once, whichever button was pressed.
        receipt = await ask(plans.order, turn.caller, facts["token"], key=f"order:{facts['token']}")
        ways = [voice.topic_button("subscription_status"), voice.topic_button("explain_charge")]
        card = addon_receipt_card(voice, receipt)
        return answer(voice, voice.text("addons.ordered"), cards=[card], buttons=ways)


def _known(of: AddonsOf) -> list[Addon]:
    """All add-ons that can be had or are had."""
    every = (*(o.addon for o in of.offers), *(b.addon for b in of.booked))
    return list({addon.code: addon for addon in every}.values())


def _meant(facts: dict[str, str], turn: Turn, of: AddonsOf) -> dict[str, str]:
    """The facts with the add-on that is named now; what was only derived for another one is let go."""
    named = addon_named(turn, _known(of))
    if named is None or named == facts.get("shown"):
        return facts
    if "shown" in facts:
        said = PIECES.found(turn)
        stale = {"both", "shown", *(() if said else ("pieces",))}
        stale |= {"wish"} if "guessed" in facts else set()
        facts = {name: value for name, value in facts.items() if name not in stale}
    return {**facts, "addon": named}


def _with_wish(facts: dict[str, str], of: AddonsOf) -> Facts:
    """What is wanted of the add-on where the words did not say it: both are possible only when some are booked."""
    if "addon" not in facts or "wish" in facts:
        return facts
    code = facts["addon"]
    if all(each.addon.code != code for each in of.booked):
        return {**facts, "wish": ADD, "guessed": "yes"}
    more = any(offer.left for offer in of.offers if offer.addon.code == code)
    return {**facts, "both": "yes"} if more else {**facts, "wish": REMOVE, "guessed": "yes"}


def _name(voice: Voice, addon: Addon) -> str:
    return counted(voice, addon.name_de, addon.name_en, 1)


def _cards(voice: Voice, of: AddonsOf) -> list[Card]:
    """What can be had with its price, and what is booked."""
    offers = [
        Row(label=_name(voice, offer.addon), value=per(voice, offer.price, of.interval))
        for offer in of.offers
        if offer.left
    ]
    booked = [Row(label=pieces(voice, b), value=_booked(voice, b, of)) for b in of.booked]
    cards = []
    if offers:
        cards.append(Card(kind="plan", title=voice.text("addons.card_offers"), rows=offers))
    if booked:
        cards.append(Card(kind="plan", title=voice.text("addons.card_booked"), rows=booked))
    return cards


def _booked(voice: Voice, booked: AddonStatus, of: AddonsOf) -> str:
    price = per(voice, booked.price, of.interval)
    if booked.ends_on is None:
        return price
    return voice.text("status.until", what=price, date=voice.day(booked.ends_on))


def _keep_proposal(voice: Voice, booked: Sequence[AddonStatus]) -> Shown:
    ending = next((each for each in booked if each.ends_on is not None), None)
    if ending is None:
        raise SubscriptionError(Code.NOTHING_PENDING)
    return Shown(voice.text("addons.keep_proposal", addon=pieces(voice, ending)), {})


def _ends_already(voice: Voice, booked: AddonStatus, subscription: str) -> Reply:
    date = voice.day(booked.ends_on) if booked.ends_on else ""
    text = voice.text("addons.ends_already", addon=pieces(voice, booked), date=date)
    value = {"addon": booked.addon.code, "wish": KEEP, "subscription": subscription}
    keep = voice.topic_button("manage_addon", **value)
    keep = keep.model_copy(update={"title": voice.text("addons.keep")})
    return answer(voice, text, buttons=[keep, voice.person_button()])


def _removed(voice: Voice, gone: AddonReceipt) -> Reply:
    addon = gone.addon
    named = counted(voice, addon.name_de, addon.name_en, gone.quantity)
    text = voice.text("addons.removed", addon=named, date=voice.day(gone.ends_on))
    ways = [voice.topic_button("subscription_status"), voice.person_button()]
    return answer(voice, text, cards=[removal_card(voice, gone)], buttons=ways)
