"""Addresses with their validity; nothing is overwritten, a new address ends the old one."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from subscriptions.entities.addresses import Address, AddressKind
from subscriptions.store import tables as t


def of_customer(db: Connection, customer: str) -> tuple[Address, ...]:
    """All addresses of a customer, oldest first."""
    query = select(t.addresses).where(t.addresses.c.customer == customer)
    rows = db.execute(query.order_by(t.addresses.c.valid_from, t.addresses.c.id))
    return tuple(_address(row) for row in rows)


def on(db: Connection, customer: str, kind: AddressKind, day: date) -> Address | None:
    """The address of this kind that holds on a day; the newest if several do."""
    found = [a for a in of_customer(db, customer) if a.kind is kind and a.holds(day)]
    return found[-1] if found else None


def find(db: Connection, number: str) -> Address | None:
    """The address of this id."""
    row = db.execute(select(t.addresses).where(t.addresses.c.id == number)).one_or_none()
    return _address(row) if row else None


def add(db: Connection, address: Address) -> None:
    """Store a new address beside the others, for example for the days of a redirection."""
    db.execute(insert(t.addresses).values({**asdict(address), "kind": address.kind.value}))


def replace_from(db: Connection, address: Address) -> None:
    """Store a new address that ends those of its kind on the day before it begins."""
    last = address.valid_from - timedelta(days=1)
    db.execute(
        update(t.addresses)
        .where(
            t.addresses.c.customer == address.customer,
            t.addresses.c.kind == address.kind.value,
            t.addresses.c.valid_until.is_(None) | (t.addresses.c.valid_until > last),
        )
        .values(valid_until=last)
    )
    add(db, address)


def _address(row: Row[Any]) -> Address:
    values = dict(row._mapping)
    return Address(**{**values, "kind": AddressKind(values["kind"])})
