"""Preferences and the log of consents.

Invariants: an entry of the consent log is never changed or removed; the newest entry of a purpose and channel holds.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from subscriptions.entities.profile import Consent, Preferences
from subscriptions.store import tables as t
from subscriptions.store.write import insert_if_absent


def preferences(db: Connection, customer: str) -> Preferences:
    """How a customer wants to be written to; the usual way when they never said."""
    row = db.execute(
        select(t.preferences).where(t.preferences.c.customer == customer)
    ).one_or_none()
    if row is None:
        return Preferences(customer)
    return Preferences(customer, row.channel, row.letters_locale, row.less_contact)


def store_preferences(db: Connection, wanted: Preferences, at: datetime) -> None:
    """Store what a customer wants."""
    values: Mapping[str, Any] = {**asdict(wanted), "changed_at": at}
    if not insert_if_absent(db, t.preferences, values):
        where = t.preferences.c.customer == wanted.customer
        db.execute(update(t.preferences).where(where).values(values))


def address_as(db: Connection, customer: str, locale: str, form: str) -> None:
    """Write the language of letters and the form of address to the customer."""
    where = t.customers.c.number == customer
    db.execute(update(t.customers).where(where).values(locale=locale, address_form=form))


def add_consent(db: Connection, consent: Consent) -> None:
    """Add an entry to the log."""
    db.execute(insert(t.consents).values(asdict(consent)))


def consents(db: Connection, customer: str) -> tuple[Consent, ...]:
    """The log of a customer, oldest first."""
    c = t.consents.c
    query = select(t.consents).where(c.customer == customer).order_by(c.at, c.id)
    return tuple(_consent(row) for row in db.execute(query))


def consent_of(db: Connection, token_hash: str) -> Consent | None:
    """The entry that a link confirms."""
    row = db.execute(select(t.consents).where(t.consents.c.token_hash == token_hash)).one_or_none()
    return _consent(row) if row else None


def _consent(row: Row[Any]) -> Consent:
    values = dict(row._mapping)
    del values["id"]
    return Consent(**values)
