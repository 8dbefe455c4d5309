"""Calling a change off before it takes effect: the contract stays as it is.

Invariants: nothing is sold and nothing is charged; it stays open in every state, also while something is owed.
"""

from sqlalchemy import Connection

from subscriptions.entities.contracts import Subscription, drop_change
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.catalogue import Addon, Plan
from subscriptions.model.plans import KeptReceipt
from subscriptions.policy.access import require
from subscriptions.policy.bookings import kept
from subscriptions.policy.calendar import business_date
from subscriptions.store import addons, contracts
from subscriptions.store.backing import Backing
from subscriptions.store.cases import reference
from subscriptions.store.write import Done, Notice, Order, write_once


def withdraw_pending(
    backing: Backing, caller: Caller, meant: tuple[str | None, str | None], key: str
) -> KeptReceipt:
    """Keep the plan, or the add-on that is named."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    subscription, addon = meant
    body = {"subscription": subscription, "addon": addon}
    order = Order("plans.withdraw_pending", caller, number, key, body, now)

    def act(db: Connection) -> Done[KeptReceipt]:
        contract = contracts.running(db, number, subscription, lock=True)
        dropped = _keep_plan(db, contract, order) if addon is None else None
        piece = _keep_addon(db, contract, addon, order) if addon is not None else None
        plan = contracts.plan(db, contract.plan)
        receipt = KeptReceipt(contract.id, plan, dropped, piece, reference("A"), now)
        facts = {"reference": receipt.reference, "kept": addon or plan.code}
        return Done(receipt, number, facts, (Notice("contract", "change_withdrawn", facts),))

    return write_once(backing.engine, order, KeptReceipt, act)


def _keep_plan(db: Connection, contract: Subscription, order: Order) -> Plan:
    """Drop the pending change; returns the plan that does not come."""
    if contract.pending_plan is None:
        raise SubscriptionError(Code.NOTHING_PENDING)
    dropped = contracts.plan(db, contract.pending_plan)
    contracts.store(db, drop_change(contract), _happened(order, "plan", dropped.code))
    return dropped


def _keep_addon(db: Connection, contract: Subscription, code: str, order: Order) -> Addon:
    """Take the planned end of an add-on back."""
    addon = addons.find(db, code)
    own = [b for b in addons.booked(db, contract.id) if b.addon.code == code]
    for booking in kept(own, business_date(order.at)):
        addons.end(db, booking)
    contracts.note_event(db, contract, _happened(order, "addon", code))
    return addon


def _happened(order: Order, what: str, code: str) -> contracts.Happened:
    return contracts.Happened("change_withdrawn", order.caller.actor, order.at, {what: code})
