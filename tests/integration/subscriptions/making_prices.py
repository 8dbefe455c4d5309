"""Prices and phases beside those of the demo's catalogue."""

from sqlalchemy import Connection, insert

from subscriptions.entities.pricing import Phase, Price
from subscriptions.store import tables as t


def add_price(db: Connection, price: Price) -> None:
    """An entry of the price history."""
    values = {
        "plan": price.plan,
        "valid_from": price.valid_from,
        "price_minor": price.price.minor,
        "currency": price.price.currency,
        "reason_de": price.reason_de,
        "reason_en": price.reason_en,
    }
    db.execute(insert(t.prices).values(values))


def add_phase(db: Connection, phase: Phase) -> None:
    """A phase of a plan."""
    values = {
        "plan": phase.plan,
        "position": phase.position,
        "kind": phase.kind.value,
        "days": phase.days,
        "months": phase.months,
        "price_minor": phase.price.minor,
    }
    db.execute(insert(t.phases).values(values))
