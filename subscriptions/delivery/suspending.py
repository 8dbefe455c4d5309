"""Letting issues rest or go elsewhere for some days, and taking that back."""

from dataclasses import asdict, dataclass, replace
from datetime import date

from sqlalchemy import Connection

from subscriptions.delivery.telling import told
from subscriptions.entities.addresses import Address, AddressKind
from subscriptions.entities.delivery import Suspension, is_alive
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level, Money
from subscriptions.model.delivery import (
    SuspensionKind,
    SuspensionQuote,
    SuspensionReceipt,
    SuspensionState,
)
from subscriptions.model.profile import NewAddress
from subscriptions.policy.access import require
from subscriptions.policy.calendar import business_date
from subscriptions.policy.contact import HOME, checked_address
from subscriptions.policy.delivery import (
    Printed,
    check_span,
    credit_for,
    cut,
    earliest_change,
    issues,
    next_issue,
)
from subscriptions.policy.limits import Limits
from subscriptions.store import addresses, cases, contracts, customers
from subscriptions.store import delivery as store
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.requests import hashed
from subscriptions.store.write import Done, Notice, Order, write_once


@dataclass(frozen=True, slots=True)
class Wish:
    """Which days (both included), what happens with their issues, and where they go."""

    from_on: date
    until_on: date
    kind: SuspensionKind
    subscription: str | None
    place: NewAddress | None = None


def quote(backing: Backing, caller: Caller, wish: Wish) -> SuspensionQuote:
    """What the change would mean; nothing changes."""
    now = backing.clock()
    number, today = require(caller, Level.IDENTIFIED, now), business_date(now)
    with reading(backing.engine) as db:
        printed = store.printed(db, contracts.running(db, number, wish.subscription), today)
    place, touched = _checked(printed, wish, today, backing.limits)
    minor = credit_for(printed, wish.kind, touched)
    rests = Suspension(
        *("", printed.contract.id, wish.kind, wish.from_on, wish.until_on),
        state=SuspensionState.SCHEDULED,
        asked_at=now,
    )
    after = replace(printed, suspensions=(*printed.suspensions, rests))
    return SuspensionQuote(
        kind=wish.kind,
        from_on=wish.from_on,
        until_on=wish.until_on,
        issues=len(touched),
        credit=Money(minor, printed.terms.plan.price.currency) if minor is not None else None,
        resumes_on=next_issue(after, wish.until_on),
        city=place.city if place else None,
    )


def suspend(backing: Backing, caller: Caller, wish: Wish, key: str) -> SuspensionReceipt:
    """Store an interruption, a donation or a redirection."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    _check_kind(wish)
    body = {
        "from_on": wish.from_on.isoformat(),
        "until_on": wish.until_on.isoformat(),
        "kind": wish.kind.value,
        "subscription": wish.subscription,
        "place": hashed(repr(asdict(wish.place))) if wish.place else None,
    }
    action = "delivery.redirect" if wish.place else "delivery.suspend"
    order = Order(action, caller, number, key, body, now)
    return write_once(
        backing.engine,
        order,
        SuspensionReceipt,
        lambda db: _suspend(db, order, wish, backing.limits),
    )


def _suspend(db: Connection, order: Order, wish: Wish, limits: Limits) -> Done[SuspensionReceipt]:
    customer, today = order.owner or "", business_date(order.at)
    contract = contracts.running(db, customer, wish.subscription, lock=True)
    printed = store.printed(db, contract, today)
    place, touched = _checked(printed, wish, today, limits)
    suspension = Suspension(
        id=cases.reference("U"),
        subscription=contract.id,
        kind=wish.kind,
        from_on=wish.from_on,
        until_on=wish.until_on,
        state=SuspensionState.SCHEDULED,
        asked_at=order.at,
        address=_kept_place(db, order, wish, place) if place else None,
        credit_minor=credit_for(printed, wish.kind, touched),
    )
    store.add_suspension(db, suspension)
    return _done(db, customer, printed, suspension)


def _checked(
    printed: Printed, wish: Wish, today: date, limits: Limits
) -> tuple[NewAddress | None, tuple[date, ...]]:
    """Where the issues would go, and which they are; raises whatever stands against it."""
    _check_kind(wish)
    check_span(wish.from_on, wish.until_on, today, limits)
    place = _place(wish, today, limits)
    touched = issues(printed, wish.from_on, wish.until_on)
    if not touched:
        raise SubscriptionError(Code.BAD_INPUT, field="until_on")
    _check_free(printed, wish)
    return place, touched


def _check_kind(wish: Wish) -> None:
    """A redirection has an address, and nothing else has one."""
    if (wish.kind is SuspensionKind.REDIRECT) is (wish.place is None):
        raise SubscriptionError(Code.BAD_INPUT, field="kind")


def _check_free(printed: Printed, wish: Wish) -> None:
    """Raise SUSPENSION_OVERLAPS, naming the one that stands in the way."""
    for other in printed.suspensions:
        if is_alive(other) and other.from_on <= wish.until_on and wish.from_on <= other.until_on:
            raise SubscriptionError(Code.SUSPENSION_OVERLAPS, number=other.id, until=other.until_on)


def _kept_place(db: Connection, order: Order, wish: Wish, place: NewAddress) -> str:
    """Store where the issues go meanwhile, beside the address on file."""
    address = Address(
        id=cases.reference("D"),
        customer=order.owner or "",
        kind=AddressKind.DELIVERY,
        name=place.name or customers.by_number(db, order.owner or "").name,
        street=place.street,
        postcode=place.postcode,
        city=place.city,
        country=place.country,
        valid_from=wish.from_on,
        valid_until=wish.until_on,
    )
    addresses.add(db, address)
    return address.id


def _place(wish: Wish, today: date, limits: Limits) -> NewAddress | None:
    """Where redirected issues go, in one form; ADDRESS_INVALID, or ADDRESS_ABROAD where we do not deliver."""
    if wish.place is None:
        return None
    place = checked_address(replace(wish.place, kind="delivery", from_on=None), today, limits)
    if place.country != HOME:
        raise SubscriptionError(Code.ADDRESS_ABROAD)
    return place


def withdraw(backing: Backing, caller: Caller, reference: str, key: str) -> SuspensionReceipt:
    """Take it back as far as the deliverers can still learn of it."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    order = Order("delivery.withdraw_suspension", caller, number, key, {"number": reference}, now)
    return write_once(
        backing.engine,
        order,
        SuspensionReceipt,
        lambda db: _withdraw(db, order, reference, backing.limits),
    )


def _withdraw(
    db: Connection, order: Order, reference: str, limits: Limits
) -> Done[SuspensionReceipt]:
    customer, today = order.owner or "", business_date(order.at)
    found = store.suspension(db, customer, reference, today)
    if found is None:
        raise SubscriptionError(Code.NOT_FOUND)
    contract = contracts.running(db, customer, found.subscription, lock=True)
    printed = store.printed(db, contract, today)
    # Once more under the lock: a rival may have taken it back meanwhile.
    current = next(s for s in printed.suspensions if s.id == reference)
    earliest = earliest_change(today, limits)
    if not is_alive(current):
        raise SubscriptionError(Code.NOT_FOUND)
    if current.until_on < earliest:
        raise SubscriptionError(Code.DATE_TOO_SOON, limit=earliest)
    ended = cut(printed, current, earliest)
    store.store_suspension(db, ended)
    after = replace(printed, suspensions=_replaced(printed, ended))
    return _done(db, customer, after, ended)


def _replaced(printed: Printed, new: Suspension) -> tuple[Suspension, ...]:
    return tuple(new if s.id == new.id else s for s in printed.suspensions)


def _done(
    db: Connection, customer: str, printed: Printed, suspension: Suspension
) -> Done[SuspensionReceipt]:
    receipt = told(db, printed, suspension)
    facts = {
        "reference": receipt.reference,
        "kind": receipt.kind.value,
        "from_on": receipt.from_on.isoformat(),
        "until_on": receipt.until_on.isoformat(),
    }
    notice = Notice("contract", "delivery_changed", facts)
    return Done(receipt, customer, {**facts, "state": receipt.state.value}, (notice,))
