"""The one offer that may follow a cancellation, and its answer.

Invariants: no offer without a receipt before it; at most one for a cancellation and in the months that the limits
say; none to somebody in trouble; a no, or silence, changes nothing at all; a yes takes the cancellation back and
applies the terms in the same transaction.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from subscriptions.cancellation.keeping import revive, still_reversible
from subscriptions.cancellation.terms import (
    apply_terms,
    choice_of,
    in_trouble,
    is_unwanted,
    seller_of,
)
from subscriptions.entities.contracts import Subscription
from subscriptions.entities.declarations import Declaration
from subscriptions.entities.offers import OfferState, RetentionOffer, answer
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.cancellation import Offer, OfferAnswer
from subscriptions.policy.access import require
from subscriptions.policy.calendar import business_date, midnight
from subscriptions.policy.retention import Around, OfferTerms, may_offer, save_offer
from subscriptions.store import cases, contracts, declarations, offers
from subscriptions.store.backing import Backing
from subscriptions.store.write import Done, Notice, Order, write_once


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found for a cancellation; None is a good answer."""

    offer: Offer | None


def offer(backing: Backing, caller: Caller, cancellation: str, *, key: str) -> Offer | None:
    """The offer after a cancellation, or None; raises NOT_FOUND, OFFER_ONLY_ONCE."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    body = {"cancellation": cancellation}
    order = Order("cancellation.offer", caller, number, key, body, now)
    return write_once(
        backing.engine, order, _Found, lambda db: _offer(db, order, cancellation, backing)
    ).offer


def answer_offer(
    backing: Backing, caller: Caller, offer_id: str, *, accept: bool, key: str
) -> OfferAnswer:
    """Accept or decline an offer; raises NOT_FOUND, OFFER_GONE."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    body = {"offer": offer_id, "answer": "accept" if accept else "decline"}
    order = Order("cancellation.answer_offer", caller, number, key, body, now)
    return write_once(
        backing.engine,
        order,
        OfferAnswer,
        lambda db: _answer(db, order, (offer_id, accept), backing),
    )


def _offer(db: Connection, order: Order, reference: str, backing: Backing) -> Done[_Found]:
    number = order.owner or ""
    theirs = contracts.all_of(db, number, lock=True)
    declaration = declarations.find(db, number, reference)
    if declaration is None:
        raise SubscriptionError(Code.NOT_FOUND)
    earlier = offers.of_customer(db, number)
    before = next((o for o in earlier if o.cancellation == reference), None)
    if before is not None and before.open_at(order.at):
        return Done(_Found(_shown(db, before)), number, {"offer": before.id, "repeated": True})
    if before is not None:
        raise SubscriptionError(Code.OFFER_ONLY_ONCE)
    contract = next((c for c in theirs if c.id == declaration.subscription), None)
    made = _made(db, order, (contract, declaration, earlier), backing)
    if made is None:
        return Done(_Found(None), number, {"cancellation": reference, "offer": None})
    offers.add(db, made)
    facts = {"cancellation": reference, "offer": made.id, "kind": made.kind.value}
    return Done(_Found(_shown(db, made)), number, facts)


def _made(
    db: Connection,
    order: Order,
    about: tuple[Subscription | None, Declaration, tuple[RetentionOffer, ...]],
    backing: Backing,
) -> RetentionOffer | None:
    """The offer by the rules of `policy.retention`; None without a scheduled end that could be taken back."""
    contract, declaration, earlier = about
    today = business_date(order.at)
    standing = still_reversible(db, contract, today)
    if contract is None or standing is None or standing.reference != declaration.reference:
        return None
    refused = in_trouble(db, contract, order.at) or is_unwanted(db, contract.customer)
    around = Around(refused, earlier, seller_of(db, contract))
    if not may_offer(around, declaration.reference, order.at, backing.limits):
        return None
    terms = save_offer(choice_of(db, contract, today, backing.limits), backing.limits)
    if terms is None or contract.ends_on is None:
        return None
    return _new(order, (contract, declaration), terms, _until(order.at, contract.ends_on, backing))


def _until(now: datetime, ends_on: date, backing: Backing) -> datetime:
    """An offer lives as long as the limits say, but never beyond the contract."""
    return min(now + timedelta(days=backing.limits.offer_days), midnight(ends_on))


def _new(
    order: Order,
    about: tuple[Subscription, Declaration],
    terms: OfferTerms,
    expires_at: datetime,
) -> RetentionOffer:
    contract, declaration = about
    return RetentionOffer(
        id=cases.reference("O"),
        customer=contract.customer,
        subscription=contract.id,
        cancellation=declaration.reference,
        kind=terms.kind,
        reason_de=terms.why.de,
        reason_en=terms.why.en,
        offered_at=order.at,
        expires_at=expires_at,
        plan=terms.plan.code if terms.plan else None,
        months=terms.months,
        percent=terms.percent,
    )


def _answer(
    db: Connection, order: Order, said: tuple[str, bool], backing: Backing
) -> Done[OfferAnswer]:
    number, today = order.owner or "", business_date(order.at)
    offer_id, accept = said
    theirs = contracts.all_of(db, number, lock=True)
    found = offers.find(db, number, offer_id)
    if found is None:
        raise SubscriptionError(Code.NOT_FOUND)
    if not found.open_at(order.at):
        raise SubscriptionError(Code.OFFER_GONE)
    effective_on = None
    if accept:
        contract = next(c for c in theirs if c.id == found.subscription)
        standing = still_reversible(db, contract, today)
        if standing is None or standing.reference != found.cancellation:
            raise SubscriptionError(Code.OFFER_GONE)
        revived = revive(db, contract, standing, order)
        effective_on = apply_terms(db, order, (revived, found), backing.limits)
    state = OfferState.ACCEPTED if accept else OfferState.DECLINED
    offers.store(db, answer(found, state, order.at))
    given = OfferAnswer(found.id, found.kind, accept, effective_on, order.at)
    facts = {"offer": found.id, "answer": state.value}
    notice = Notice("contract", "offer_accepted", {"offer": found.id, "kind": found.kind.value})
    return Done(given, number, facts, (notice,) if accept else ())


def _shown(db: Connection, made: RetentionOffer) -> Offer:
    return Offer(
        id=made.id,
        cancellation=made.cancellation,
        kind=made.kind,
        plan=contracts.plan(db, made.plan) if made.plan else None,
        months=made.months,
        percent=made.percent,
        reason_de=made.reason_de,
        reason_en=made.reason_en,
        expires_at=made.expires_at,
    )
