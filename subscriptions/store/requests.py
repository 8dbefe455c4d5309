"""What customers asked for: quotes, password resets, and what was sent to them.

Invariants: a quote and a reset are found by the hash of their token, the token itself is never stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from subscriptions.store import tables as t


@dataclass(frozen=True, slots=True)
class StoredQuote:
    """A quote as it was offered, and the receipt when it was used."""

    token_hash: str
    customer: str
    subscription: str
    body: Mapping[str, Any]
    expires_at: datetime
    receipt: Mapping[str, Any] | None
    attempt: str | None = None


@dataclass(frozen=True, slots=True)
class Reset:
    """A request for a new password. A reset that is not `live` opens nothing."""

    token_hash: str
    customer: str | None
    address_hash: str
    requested_at: datetime
    expires_at: datetime
    live: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """An outbound message that was caused."""

    at: datetime
    channel: str
    reason: str
    template: str
    facts: Mapping[str, Any]


def hashed(secret: str) -> str:
    """The form in which a token or an address is stored and looked up."""
    return sha256(secret.encode()).hexdigest()


def add_quote(db: Connection, quote: StoredQuote) -> None:
    """Store an offer."""
    db.execute(
        insert(t.quotes).values(
            token_hash=quote.token_hash,
            customer=quote.customer,
            subscription=quote.subscription,
            body=dict(quote.body),
            expires_at=quote.expires_at,
        )
    )


def quote(db: Connection, token: str) -> StoredQuote | None:
    """The offer behind a token, locked."""
    query = select(t.quotes).where(t.quotes.c.token_hash == hashed(token)).with_for_update()
    row = db.execute(query).one_or_none()
    return StoredQuote(**row._mapping) if row else None


def use_quote(db: Connection, quote: StoredQuote, receipt: Mapping[str, Any]) -> None:
    """Keep the receipt of a quote that was used."""
    db.execute(
        update(t.quotes)
        .where(t.quotes.c.token_hash == quote.token_hash)
        .values(receipt=dict(receipt))
    )


def tried(db: Connection, quote: StoredQuote, attempt: str | None) -> None:
    """Keep which attempt collects what is due now for a quote; None when none does any more."""
    where = t.quotes.c.token_hash == quote.token_hash
    db.execute(update(t.quotes).where(where).values(attempt=attempt))


def quote_of(db: Connection, attempt: str) -> StoredQuote | None:
    """The offer that an attempt collects for, locked."""
    query = select(t.quotes).where(t.quotes.c.attempt == attempt).with_for_update()
    row = db.execute(query).one_or_none()
    return StoredQuote(**row._mapping) if row else None


def add_reset(db: Connection, reset: Reset) -> None:
    """Store a request for a new password."""
    db.execute(
        insert(t.password_resets).values(
            token_hash=reset.token_hash,
            customer=reset.customer,
            address_hash=reset.address_hash,
            requested_at=reset.requested_at,
            expires_at=reset.expires_at,
            live=reset.live,
        )
    )


def resets_since(db: Connection, address_hash: str, since: datetime) -> int:
    """How many resets were asked for this address since then."""
    query = select(func.count()).where(
        t.password_resets.c.address_hash == address_hash,
        t.password_resets.c.requested_at >= since,
    )
    return int(db.execute(query).scalar_one())


def contacts_of(db: Connection, customer: str, limit: int) -> tuple[Contact, ...]:
    """The last outbound messages to a customer, newest first."""
    query = select(
        t.contacts.c.at,
        t.contacts.c.channel,
        t.contacts.c.reason,
        t.contacts.c.template,
        t.contacts.c.facts,
    ).where(t.contacts.c.customer == customer)
    query = query.order_by(t.contacts.c.at.desc(), t.contacts.c.id.desc()).limit(limit)
    return tuple(Contact(**row._mapping) for row in db.execute(query))
