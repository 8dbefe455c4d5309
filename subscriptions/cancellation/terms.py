"""What an offer stands on and what it changes; and the read for those who ask for a better price.

Invariants: an offer is only made of what the rules of plans and pauses allow; accepted terms are stored with the
contract, in the same transaction.
"""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection

from subscriptions.entities.cases import CaseState
from subscriptions.entities.contracts import Subscription, schedule_change
from subscriptions.entities.declarations import DeclarationKind
from subscriptions.entities.offers import RetentionOffer
from subscriptions.entities.pauses import Pause, PauseState
from subscriptions.entities.vouchers import Redemption, Voucher, VoucherKind
from subscriptions.errors import SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.cancellation import BetterOffer, OfferKind
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.privacy import ObjectionKind
from subscriptions.policy.access import require
from subscriptions.policy.calendar import business_date, current_period
from subscriptions.policy.limits import Limits
from subscriptions.policy.pauses import Wish, allow_another, allow_wish, span
from subscriptions.policy.pricing import list_price, price_in_force
from subscriptions.policy.retention import Choice, better, discount_minor
from subscriptions.store import (
    cases,
    contracts,
    customers,
    declarations,
    due,
    holds,
    objections,
    pauses,
    pricing,
    vouchers,
    wishes,
)
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.write import Order

_GOES_ON = frozenset({SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE})


def better_offer(backing: Backing, caller: Caller, subscription: str | None) -> BetterOffer | None:
    """What would cost the caller less, at most one; None while a case or a hold stands or an end is scheduled."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    today = business_date(now)
    with reading(backing.engine) as db:
        contract = contracts.running(db, number, subscription)
        busy = any(c.state is not CaseState.CLOSED for c in cases.of_customer(db, number, 100))
        if busy or in_trouble(db, contract, now) or contract.state not in _GOES_ON:
            return None
        if seller_of(db, contract) != "direct" or contract.pending_plan is not None:
            return None
        choice = choice_of(db, contract, today, backing.limits)
        used = {r.voucher.code for r in vouchers.of_customer(db, number)}
        codes = [v for v in vouchers.catalogue(db) if v.code not in used and _left(db, v)]
    found = better(choice, codes, today)
    if found is None:
        return None
    return BetterOffer(
        kind=found.kind,
        plan=found.plan,
        voucher=found.voucher.code if found.voucher else None,
        saving=found.saving,
        reason_de=found.why.de,
        reason_en=found.why.en,
    )


def in_trouble(db: Connection, contract: Subscription, now: datetime) -> bool:
    """Whether something stands against any offer: a hold, an open complaint, a cause, a death."""
    customer = contract.customer
    if holds.standing(db, customer, now) or customers.by_number(db, customer).deceased_on:
        return True
    if declarations.standing(db, contract.id, DeclarationKind.CAUSE) is not None:
        return True
    return any(
        case.state is not CaseState.CLOSED and (case.skill == "CMP" or case.kind == "complaint")
        for case in cases.of_customer(db, customer, 100)
    )


def seller_of(db: Connection, contract: Subscription) -> str:
    """The channel of a contract, `other` when somebody else pays for it: only they may change its price."""
    own = due.payer_of(db, contract.customer, contract.account) == contract.customer
    return contract.channel if own else "other"


def is_unwanted(db: Connection, customer: str) -> bool:
    """Whether somebody objected to advertising or wants less contact: then nothing is offered unasked."""
    objected = objections.last(db, customer, ObjectionKind.ADVERTISING.value) is not None
    return objected or wishes.preferences(db, customer).less_contact


def choice_of(db: Connection, contract: Subscription, today: date, limits: Limits) -> Choice:
    """The plan and its siblings with the prices in force. While a fixed term runs nothing smaller fits."""
    own = contracts.plan(db, contract.plan)
    period = current_period(contract.period, own.interval, contract.anchor_day, today)
    bound = contract.fixed_until is not None and contract.fixed_until > period.end
    known = pricing.terms_by_code(
        db, (own, *(() if bound else contracts.catalogue(db, own.product)))
    )
    paid_on = max(today, contract.trial_ends_on or today)
    plan = replace(own, price=price_in_force(contract, known[own.code], paid_on))
    others = tuple(
        replace(terms.plan, price=list_price(terms, paid_on))
        for code, terms in known.items()
        if code != own.code
    )
    return Choice(plan, others, _may_pause(db, contract, own.interval, (today, limits)))


def _may_pause(
    db: Connection, contract: Subscription, interval: Interval, on: tuple[date, Limits]
) -> bool:
    today, limits = on
    wish = Wish(limits.pause_months_most)
    days = span(contract, interval, wish, today, owes=False)
    try:
        allow_wish(wish, today, limits)
        allow_another(days.start, pauses.of(db, contract.id), limits)
    except SubscriptionError:
        return False
    return True


def apply_terms(
    db: Connection, order: Order, accepted: tuple[Subscription, RetentionOffer], limits: Limits
) -> date:
    """Store what an accepted offer promises for a contract that goes on; returns the day it begins."""
    contract, offer = accepted
    plan = contracts.plan(db, contract.plan)
    today = business_date(order.at)
    start = current_period(contract.period, plan.interval, contract.anchor_day, today).end
    if offer.kind is OfferKind.SMALLER_PLAN and offer.plan is not None:
        happened = _happened("plan_downgrade", order, offer, {"old": plan.code, "new": offer.plan})
        contracts.store(db, schedule_change(contract, offer.plan, start), happened)
    elif offer.kind is OfferKind.PAUSE and offer.months is not None:
        wish = Wish(offer.months, start)
        days = span(contract, plan.interval, wish, today, owes=False)
        reference = cases.reference("U")
        pauses.add(
            db,
            Pause(reference, contract.id, days.start, days.end, PauseState.SCHEDULED, order.at),
        )
        contracts.note_event(db, contract, _happened("pause_scheduled", order, offer, {}))
    else:
        priced = replace(plan, price=pricing.in_force(db, contract, start))
        _discount(db, order, (contract, priced), offer)
        contracts.note_event(db, contract, _happened("discount_agreed", order, offer, {}))
    return start


def _discount(
    db: Connection, order: Order, about: tuple[Subscription, Plan], offer: RetentionOffer
) -> None:
    """A voucher of one customer: percent of as many monthly bills, or the same amount of one yearly bill."""
    contract, plan = about
    percent, months = offer.percent or 0, offer.months or 0
    monthly = plan.interval is Interval.MONTH
    minor = discount_minor(plan, percent, months)
    voucher = Voucher(
        code=f"STAY-{offer.id}",
        kind=VoucherKind.PERCENT if monthly else VoucherKind.AMOUNT,
        value=percent if monthly else minor,
        valid_from=business_date(order.at),
        periods=months if monthly else 1,
        valid_until=business_date(order.at),
        most=1,
    )
    vouchers.add(db, voucher)
    vouchers.redeem(
        db,
        Redemption(
            voucher, contract.customer, contract.id, order.at, voucher.units, offer.cancellation
        ),
    )


def _left(db: Connection, voucher: Voucher) -> bool:
    return voucher.most is None or vouchers.redeemed(db, voucher.code) < voucher.most


def _happened(
    kind: str, order: Order, offer: RetentionOffer, facts: dict[str, str]
) -> contracts.Happened:
    known = {"offer": offer.id, **facts}
    return contracts.Happened(kind, order.caller.actor, order.at, known)
