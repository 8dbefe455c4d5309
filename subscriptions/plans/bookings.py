"""Add-ons beside the plan: what can be booked, what is booked, and removing it.

Invariants: what is removed runs to the end of the period that is paid for; removing costs nothing and needs no
order button; it stays open while something is owed.
"""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Connection

from subscriptions.entities.contracts import Subscription
from subscriptions.model.base import Caller, Level
from subscriptions.model.catalogue import Plan
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.plans import AddonOffer, AddonReceipt, AddonsOf
from subscriptions.policy.access import require
from subscriptions.policy.bookings import pieces_left, removal
from subscriptions.policy.calendar import business_date, current_period
from subscriptions.policy.contract_status import addon_statuses
from subscriptions.policy.pricing import addon_price
from subscriptions.store import addons, contracts
from subscriptions.store.backing import Backing
from subscriptions.store.cases import reference
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Notice, Order, write_once


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be removed: pieces (None: all) of an add-on, from one of the contracts."""

    addon: str
    quantity: int | None
    subscription: str | None


def addons_of(backing: Backing, caller: Caller, subscription: str | None) -> AddonsOf:
    """The add-ons of the product with their price for this contract, and those that run."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    today = business_date(now)
    with reading(backing.engine) as db:
        contract = contracts.running(db, number, subscription)
        plan = contracts.plan(db, contract.plan)
        booked = addons.booked(db, contract.id)
        known = addons.catalogue(db, plan.product)
    offers = (
        AddonOffer(
            addon,
            addon_price(addon, 1, plan.interval),
            pieces_left(addon, booked, today, backing.limits),
        )
        for addon in known
    )
    running = addon_statuses(booked, plan.interval, today)
    return AddonsOf(contract.id, plan.interval, tuple(offers), running)


def remove(backing: Backing, caller: Caller, wish: Wish, key: str) -> AddonReceipt:
    """End pieces of an add-on with the running period."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    order = Order("plans.remove_addon", caller, number, key, asdict(wish), now)

    def act(db: Connection) -> Done[AddonReceipt]:
        contract = contracts.running(db, number, wish.subscription, lock=True)
        addon = addons.find(db, wish.addon)
        own = [b for b in addons.booked(db, contract.id) if b.addon.code == addon.code]
        until = _paid_until(contract, contracts.plan(db, contract.plan), business_date(now))
        done = removal(own, wish.quantity, until, reference("AO"))
        for booking in done.ended:
            addons.end(db, booking)
        if done.rest is not None:
            addons.book(db, done.rest)
        receipt = AddonReceipt(contract.id, addon, done.quantity, until, reference("A"), now)
        facts: dict[str, str | int] = {
            "addon": addon.code,
            "quantity": done.quantity,
            "ends_on": until.isoformat(),
        }
        happened = contracts.Happened("addon_removed", caller.actor, now, facts)
        contracts.note_event(db, contract, happened)
        told = {"reference": receipt.reference, **facts}
        return Done(receipt, number, told, (Notice("contract", "addon_removed", told),))

    return write_once(backing.engine, order, AddonReceipt, act)


def _paid_until(contract: Subscription, plan: Plan, today: date) -> date:
    """The end of the running period; while paused no period runs on."""
    if contract.state is SubscriptionState.PAUSED:
        return max(contract.period.end, today)
    return current_period(contract.period, plan.interval, contract.anchor_day, today).end
