"""The one offer that may follow a cancellation: shown after the receipt, taken with a yes, let go with a no.

Invariants: it is shown once and never called to mind; a no, or silence, changes nothing; what it says is what the business
offers; a typed yes counts only right after it.
"""

from dataclasses import replace

from actions.dialogue.pending import Pending, subject_of
from actions.dialogue.proposals import VALID_FOR, propose
from actions.replies import Reply, answer
from actions.services import Services, ask
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Card
from subscriptions.errors import SubscriptionError
from subscriptions.model.base import Level
from subscriptions.model.cancellation import Offer, OfferAnswer, OfferKind
from subscriptions.model.catalogue import Plan

CANCELLING = "cancel_subscription"
"""The intent whose matter an offer is, wherever it is shown."""


async def offered(services: Services, turn: Turn, voice: Voice, cancellation: str) -> Reply | None:
    """The offer after this cancellation as a message of its own; None when there is none, for whatever reason."""
    if turn.caller.level < Level.IDENTIFIED:
        return None
    offer_of = services.subscriptions.cancellation.offer
    try:
        offer = await ask(offer_of, turn.caller, cancellation, key=f"{turn.key}:offer")
        if offer is None:
            return None
        text = await _words(services, turn, voice, offer)
    except SubscriptionError:
        return None  # the receipt stands, with or without an offer after it
    facts = {"offer": offer.id, "cancellation": cancellation}
    until = services.clock() + VALID_FOR
    matter = Pending(CANCELLING, subject_of(turn.caller), f"offer:{offer.id}", until, facts)
    reply = propose(voice, text, matter)
    first = reply.says[0]
    buttons = [*first.buttons, voice.person_button()]
    return replace(reply, says=(first.model_copy(update={"buttons": buttons}),))


async def _words(services: Services, turn: Turn, voice: Voice, offer: Offer) -> str:
    if offer.kind is OfferKind.SMALLER_PLAN and offer.plan is not None:
        plan = await _priced(services, turn, offer.plan)
        return voice.text(
            "cancellation.offer_smaller_plan", plan=voice.plan(plan), price=voice.price(plan)
        )
    months = str(offer.months or 0)
    if offer.kind is OfferKind.PAUSE:
        return voice.text("cancellation.offer_pause", months=months)
    return voice.text("cancellation.offer_discount", months=months, percent=str(offer.percent or 0))


async def _priced(services: Services, turn: Turn, plan: Plan) -> Plan:
    """The plan with the price that holds for this caller."""
    compared = await ask(services.subscriptions.plans.compare, turn.caller, plan.product)
    return next((c.plan for c in compared if c.plan.code == plan.code), plan)


async def accepted(services: Services, turn: Turn, voice: Voice, matter: Pending) -> Reply:
    """Take the offer: the cancellation is taken back with it; raises OFFER_GONE."""
    given = await _answered(services, turn, matter, accept=True)
    rows = [
        voice.row("card.reference", matter.fact("cancellation")),
        voice.row("card.agreed", voice.text(f"cancellation.agreed_{given.kind.value}")),
        voice.row("card.time", voice.moment(given.at)),
    ]
    if given.effective_on is not None:
        rows.append(voice.row("card.effective_on", voice.day(given.effective_on)))
    card = Card(kind="receipt", title=voice.text("card.offer_receipt"), rows=rows)
    return answer(voice, voice.text("cancellation.offer_accepted"), cards=[card])


async def declined(services: Services, turn: Turn, voice: Voice, matter: Pending) -> Reply:
    """Let the offer go; raises OFFER_GONE."""
    await _answered(services, turn, matter, accept=False)
    return answer(voice, voice.text("cancellation.offer_declined"))


async def _answered(
    services: Services, turn: Turn, matter: Pending, *, accept: bool
) -> OfferAnswer:
    said = "yes" if accept else "no"
    return await ask(
        services.subscriptions.cancellation.answer_offer,
        turn.caller,
        matter.fact("offer"),
        accept=accept,
        key=f"{matter.key}:{said}",
    )
