"""One event of the provider, applied in one transaction with its audit entry and notices.

Invariants: an event that was told before changes nothing; what a setup page left is fetched before the
transaction begins, so that no lock waits for the network.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.settlement import Outcome
from subscriptions.provider import (
    EventKind,
    ProviderEvent,
    ProviderUnavailableError,
    RegisteredMethod,
)
from subscriptions.settlement.charges import charge, nobodys_money
from subscriptions.settlement.pages import page_asked
from subscriptions.settlement.requests import page_paid, refund
from subscriptions.settlement.setups import setup_done
from subscriptions.settlement.told import Settled, Told
from subscriptions.store import audit, provider_events
from subscriptions.store.backing import Backing
from subscriptions.store.engine import writing
from subscriptions.store.write import add_notice

_HANDLERS: Mapping[EventKind, Callable[[Connection, Told], Settled]] = {
    EventKind.CHARGE_SUCCEEDED: charge,
    EventKind.CHARGE_FAILED: charge,
    EventKind.CHARGE_RETURNED: charge,
    EventKind.CHARGE_REFUNDED: charge,
    EventKind.PAGE_PAID: page_paid,
    EventKind.SETUP_DONE: setup_done,
    EventKind.REFUND_SUCCEEDED: refund,
    EventKind.REFUND_FAILED: refund,
}
# Money that came or went: about nothing we know, a person has to find out whose it is.
_MONEY = frozenset(
    {
        EventKind.CHARGE_SUCCEEDED,
        EventKind.PAGE_PAID,
        EventKind.CHARGE_RETURNED,
        EventKind.CHARGE_REFUNDED,
        EventKind.REFUND_SUCCEEDED,
        EventKind.REFUND_FAILED,
    }
)
_NOTED = frozenset({Outcome.APPLIED, Outcome.CONFLICT})


def take(backing: Backing, event: ProviderEvent, at: datetime) -> Outcome:
    """Store an event and apply it, unless it was told before. Raises PROVIDER_DOWN, STORE_UNAVAILABLE."""
    told = _told(backing, event, at)
    with writing(backing.engine) as db:
        if not provider_events.note(db, backing.provider.name, event, at):
            return Outcome.DUPLICATE
        return _apply(db, backing.provider.name, told)


def take_again(
    backing: Backing, event: ProviderEvent, at: datetime, *, give_up: bool = False
) -> Outcome:
    """Apply a stored event that was unknown when it came, unless somebody else just did.

    `give_up`: money that is still about nothing we know becomes a case for a person.
    """
    told = _told(backing, event, at)
    with writing(backing.engine) as db:
        if not provider_events.unknown_again(db, backing.provider.name, event.id):
            return Outcome.DUPLICATE
        return _apply(db, backing.provider.name, told, give_up=give_up)


def _told(backing: Backing, event: ProviderEvent, at: datetime) -> Told:
    actor = f"provider:{backing.provider.name}"
    return Told(event, actor, at, backing.limits, _left(backing, event))


def _left(backing: Backing, event: ProviderEvent) -> RegisteredMethod | None:
    reference, page = event.reference, event.provider_reference
    if event.kind is not EventKind.SETUP_DONE or page is None:
        return None
    if reference is None and page_asked(backing, page, event.occurred_at) is None:
        return None  # somebody else's page
    try:
        return backing.provider.registered(reference or page, page)
    except ProviderUnavailableError as error:
        raise SubscriptionError(Code.PROVIDER_DOWN) from error


def _apply(db: Connection, provider: str, told: Told, *, give_up: bool = False) -> Outcome:
    handler = _HANDLERS.get(told.event.kind)
    settled = handler(db, told) if handler else Settled(Outcome.IGNORED)
    if give_up and settled.outcome is Outcome.UNKNOWN and told.event.kind in _MONEY:
        settled = nobodys_money(db, told)
    provider_events.decided(db, provider, told.event.id, settled.outcome)
    for notice in settled.notices:
        add_notice(db, settled.customer, notice, told.at)
    if settled.outcome in _NOTED:
        facts = {"event": told.event.id, "outcome": settled.outcome.value, **settled.facts}
        action = f"settlement.{told.event.kind.value}"
        audit.append(db, audit.Entry(told.at, told.actor, action, settled.customer, facts))
    return settled.outcome
