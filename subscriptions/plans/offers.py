"""Quotes: priced offers for a plan or an add-on, stored under a token that only the subscriber gets.

Invariants: making an offer changes nothing of the contract, but first lets happen to it what was due anyway: an offer
holds for its own day only, so whoever orders by it finds no period unbilled; only the hash of its token is stored;
asking again makes a new offer.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection

from subscriptions.entities.contracts import Subscription
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.catalogue import Addon, ChangeKind, Quote
from subscriptions.plans.standing import allow
from subscriptions.policy.access import require
from subscriptions.policy.bookings import allow_booking
from subscriptions.policy.calendar import business_date
from subscriptions.policy.changes import keep_fixed_term, kind_of_change
from subscriptions.policy.limits import Limits
from subscriptions.policy.quotes import Taxed, addon_quote, change_quote
from subscriptions.rolling import bring_up_to_date
from subscriptions.store import addons, contracts, pricing, requests
from subscriptions.store.backing import Backing
from subscriptions.store.write import Done, Order, write_once

QUOTE: TypeAdapter[Quote] = TypeAdapter(Quote)

Pricing = Callable[[Connection, Subscription, Order], Quote]


def quote_plan(backing: Backing, caller: Caller, code: str, subscription: str | None) -> Quote:
    """The offer to change to the plan of this code; a plan that is not sold any more is unknown."""

    def price(db: Connection, contract: Subscription, order: Order) -> Quote:
        old, new = _taxed(db, contract.plan), _taxed(db, code)
        if not new.terms.plan.available:
            raise SubscriptionError(Code.PLAN_UNKNOWN, plan=code)
        allow(db, contract, kind_of_change(old.terms.plan, new.terms.plan), order.at)
        offer = change_quote(contract, old, new, order.at)
        keep_fixed_term(contract, offer.kind, (offer.old, offer.new), offer.effective_on)
        return offer

    return _offer(backing, caller, ("plans.quote", subscription), price)


def quote_addon(
    backing: Backing, caller: Caller, wanted: tuple[str, int], subscription: str | None
) -> Quote:
    """The offer to book pieces of the add-on of this code."""

    code, quantity = wanted

    def price(db: Connection, contract: Subscription, order: Order) -> Quote:
        pieces = (addons.find(db, code), quantity)
        allow_pieces(db, contract, pieces, at=order.at, limits=backing.limits)
        terms = pricing.terms_of(db, contracts.plan(db, contract.plan))
        return addon_quote(contract, terms, pieces, order.at)

    return _offer(backing, caller, ("plans.quote_addon", subscription), price)


def allow_pieces(
    db: Connection,
    contract: Subscription,
    pieces: tuple[Addon, int],
    *,
    at: datetime,
    limits: Limits,
) -> None:
    """Raise what stands against booking these pieces; asked for the offer and again for the order."""
    plan = contracts.plan(db, contract.plan)
    booked = addons.booked(db, contract.id)
    allow_booking(pieces, plan, booked, day=business_date(at), limits=limits)
    allow(db, contract, ChangeKind.ADDON, at)


def _offer(
    backing: Backing, caller: Caller, asked: tuple[str, str | None], price: Pricing
) -> Quote:
    """Price an offer for the contract that is meant, store it, and give it out with its token."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    bring_up_to_date(backing, number, now)  # what is sold is priced by the period that is billed
    action, subscription = asked
    token = secrets.token_urlsafe(24)
    # The key is fresh: asking again makes a new offer. The stored result leaves the token out.
    order = Order(action, caller, number, f"quote:{requests.hashed(token)}", {}, now)

    def act(db: Connection) -> Done[Quote]:
        contract = contracts.running(db, number, subscription)
        offer = price(db, contract, order)
        requests.add_quote(
            db,
            requests.StoredQuote(
                token_hash=requests.hashed(token),
                customer=number,
                subscription=contract.id,
                body=QUOTE.dump_python(offer, mode="json"),
                expires_at=offer.expires_at,
                receipt=None,
            ),
        )
        return Done(offer, number, facts_of(offer))

    return replace(write_once(backing.engine, order, Quote, act), token=token)


def facts_of(offer: Quote) -> dict[str, str | int]:
    """What the audit keeps of an offer, and of its order."""
    due = {"due": offer.due_now.minor}
    if offer.addon is not None:
        return {"addon": offer.addon.code, "quantity": offer.quantity, **due}
    return {"old": offer.old.code, "new": offer.new.code, **due}


def _taxed(db: Connection, code: str) -> Taxed:
    terms = pricing.terms_of(db, contracts.plan(db, code))
    return Taxed(terms, contracts.tax_percent(db, code))
