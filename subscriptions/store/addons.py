"""Add-ons of the catalogue and those that contracts have booked.

Invariants: the catalogue is read, never written, by use cases; a booking is added and ended, never changed.
"""

from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from subscriptions.entities.addons import Addon, BookedAddon
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.catalogue import Interval
from subscriptions.store import tables as t
from subscriptions.store.write import insert_if_absent

_a = t.addons.c
_b = t.subscription_addons.c


def catalogue(db: Connection, product: str | None = None) -> tuple[Addon, ...]:
    """All add-ons or those of a product, cheapest first."""
    query = select(t.addons).order_by(_a.product, _a.price_minor, _a.code)
    if product is not None:
        query = query.where(_a.product == product)
    return tuple(_addon(row) for row in db.execute(query))


def find(db: Connection, code: str) -> Addon:
    """The add-on of this code; raises ADDON_UNKNOWN."""
    row = db.execute(select(t.addons).where(_a.code == code)).one_or_none()
    if row is None:
        raise SubscriptionError(Code.ADDON_UNKNOWN)
    return _addon(row)


def add(db: Connection, addon: Addon) -> bool:
    """Store an add-on unless it is there; says whether it was new."""
    values = asdict(addon)
    price = values.pop("price")
    return insert_if_absent(
        db, t.addons, {**values, "price_minor": price["minor"], "currency": price["currency"]}
    )


def booked(db: Connection, subscription: str, since: date | None = None) -> tuple[BookedAddon, ...]:
    """What a contract has booked, oldest first: all that ever was, or what had not ended on the day `since`."""
    query = (
        select(t.addons, _b.id, _b.subscription, _b.quantity, _b.since, _b.ends_on)
        .join(t.subscription_addons, _a.code == _b.addon)
        .where(_b.subscription == subscription)
        .order_by(_b.since, _b.id)
    )
    if since is not None:
        query = query.where(or_(_b.ends_on.is_(None), _b.ends_on > since))
    return tuple(_booked(row) for row in db.execute(query))


def book(db: Connection, booking: BookedAddon) -> None:
    """Store a new booking of a locked contract."""
    db.execute(
        insert(t.subscription_addons).values(
            id=booking.id,
            subscription=booking.subscription,
            addon=booking.addon.code,
            quantity=booking.quantity,
            since=booking.since,
            ends_on=booking.ends_on,
        )
    )


def end(db: Connection, booking: BookedAddon) -> None:
    """Store the end of a booking."""
    db.execute(
        update(t.subscription_addons).where(_b.id == booking.id).values(ends_on=booking.ends_on)
    )


def _addon(row: Row[Any]) -> Addon:
    return Addon(
        code=row.code,
        product=row.product,
        name_de=row.name_de,
        name_en=row.name_en,
        price=Money(row.price_minor, row.currency),
        interval=Interval(row.interval),
        tax_percent=row.tax_percent,
        most=row.most,
    )


def _booked(row: Row[Any]) -> BookedAddon:
    return BookedAddon(
        id=row.id,
        subscription=row.subscription,
        addon=_addon(row),
        quantity=row.quantity,
        since=row.since,
        ends_on=row.ends_on,
    )
