"""Addresses: what holds from when to when, and moving."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Connection

from subscriptions.entities.addresses import Address, AddressKind
from subscriptions.entities.parties import Customer
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.profile import AddressReceipt, AddressShown, NewAddress
from subscriptions.policy.access import is_confirmed, require
from subscriptions.policy.calendar import business_date
from subscriptions.policy.contact import checked_address
from subscriptions.policy.masking import mask_street
from subscriptions.profile.holds import require_no_break_in
from subscriptions.store import addresses as rows
from subscriptions.store import contact_changes, contracts, customers, requests
from subscriptions.store.backing import Backing
from subscriptions.store.cases import reference
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Notice, Order, write_once


def of(backing: Backing, caller: Caller) -> tuple[AddressShown, ...]:
    """See `ProfileOf.addresses`."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    with reading(backing.engine) as db:
        customers.by_number(db, number)
        found = rows.of_customer(db, number)
    full, today = is_confirmed(caller, now), business_date(now)
    return tuple(_shown(address, full=full) for address in found if _counts(address, today))


def check(backing: Backing, caller: Caller, wanted: NewAddress) -> AddressShown:
    """See `ProfileOf.check_address`."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    today = business_date(now)
    found = checked_address(wanted, today, backing.limits)
    with reading(backing.engine) as db:
        person = customers.by_number(db, number)
        _require_possible(db, backing, number, found)
    return _shown(_address(person, found, found.from_on or today), full=True)


def change(backing: Backing, caller: Caller, wanted: NewAddress, *, key: str) -> AddressReceipt:
    """See `ProfileOf.change_address`."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    today = business_date(now)
    found = checked_address(wanted, today, backing.limits)
    words = (found.street, found.postcode, found.city, found.country, found.name or "")
    body = {
        "kind": found.kind,
        "address": requests.hashed("\n".join(words)),
        "from": wanted.from_on.isoformat() if wanted.from_on else None,
    }
    order = Order("profile.change_address", caller, number, key, body, now)
    return write_once(
        backing.engine,
        order,
        AddressReceipt,
        lambda db: _change(db, backing, order, (found, found.from_on or today)),
    )


def _change(
    db: Connection, backing: Backing, order: Order, move: tuple[NewAddress, date]
) -> Done[AddressReceipt]:
    wanted, begin = move
    person = contact_changes.locked_customer(db, order.owner or "")
    _require_possible(db, backing, person.number, wanted)
    address = _address(person, wanted, begin)
    kind, last = address.kind, begin - timedelta(days=1)
    before = rows.on(db, person.number, kind, last)
    rows.replace_from(db, address)
    shown = _shown(address, full=is_confirmed(order.caller, order.at))
    facts = {"kind": kind.value, "reference": address.id, "from": begin.isoformat()}
    return Done(
        AddressReceipt(shown, last if before else None, address.id),
        person.number,
        facts,
        (Notice("contract", "address_changed", facts),),
    )


def _require_possible(db: Connection, backing: Backing, customer: str, wanted: NewAddress) -> None:
    """Raises ACCOUNT_ON_HOLD after a reported break-in, ADDRESS_ABROAD when a printed issue would have to go there."""
    require_no_break_in(db, customer)
    if wanted.country not in backing.limits.delivered_countries and _gets_print(db, customer):
        raise SubscriptionError(Code.ADDRESS_ABROAD)


def _address(person: Customer, wanted: NewAddress, begin: date) -> Address:
    return Address(
        id=reference("A"),
        customer=person.number,
        kind=AddressKind(wanted.kind),
        name=wanted.name or person.name,
        street=wanted.street,
        postcode=wanted.postcode,
        city=wanted.city,
        country=wanted.country,
        valid_from=begin,
    )


def _gets_print(db: Connection, customer: str) -> bool:
    """Whether a running contract brings something printed."""
    running = [c for c in contracts.all_of(db, customer) if not contracts.is_over(c)]
    return any(contracts.plan(db, contract.plan).print_delivery for contract in running)


def _counts(address: Address, today: date) -> bool:
    """Whether it holds now or will; one that was replaced before it began never does."""
    until = address.valid_until
    return until is None or (until >= today and until >= address.valid_from)


def _shown(address: Address, *, full: bool) -> AddressShown:
    shown = AddressShown(
        kind=address.kind.value,
        name=address.name,
        street=address.street,
        postcode=address.postcode,
        city=address.city,
        country=address.country,
        valid_from=address.valid_from,
        valid_until=address.valid_until,
    )
    return shown if full else replace(shown, street=mask_street(shown.street))
