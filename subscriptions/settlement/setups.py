"""News that somebody left a new way to pay on a page of the provider.

Invariants: a page counts once; what was left is used for every running contract that this customer pays.
"""

from sqlalchemy import Connection

from subscriptions.entities.setup_links import SetupState, setup_to
from subscriptions.model.settlement import Outcome
from subscriptions.policy.calendar import business_date
from subscriptions.settlement.told import Settled, Told
from subscriptions.store import contracts, methods
from subscriptions.store.requests import hashed
from subscriptions.store.write import Notice


def setup_done(db: Connection, told: Told) -> Settled:
    """Store the new way to pay and let contracts and planned tries use it."""
    event = told.event
    link = methods.link_of(db, hashed(event.reference or ""))
    if link is None and event.reference is None and event.provider_reference is not None:
        link = methods.link_on(db, event.provider_reference, lock=True)
    if link is None or told.left is None:
        return Settled(Outcome.UNKNOWN)
    facts = {"kind": link.kind}
    if link.state is SetupState.DONE:
        return Settled(Outcome.STALE, link.customer, facts)
    methods.store_link(db, setup_to(link, SetupState.DONE))
    today = business_date(told.at)
    method = methods.take(db, link.customer, told.left, on=today, at=told.at)
    paid = methods.payable(db, link.customer, lock=True)
    meant = methods.moving(db, paid, method.kind)
    methods.use(db, meant, method, contracts.Happened("method_changed", told.actor, told.at))
    notice = Notice("contract", "payment_method_changed", {"method": method.label})
    return Settled(Outcome.APPLIED, link.customer, {**facts, "method": method.id}, (notice,))
