"""Links to invoices as files: for a quarter of an hour, for whoever holds the link.

Invariants: nothing of a link is stored; its token says which document of which customer until when, sealed with the
operator's secret, so that it can be neither guessed nor changed; the same key gives the same link again; who opens
one is written down. A token that is over, changed or made up is refused in the same way.
"""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection

from subscriptions.billing.charges import owned
from subscriptions.billing.documents import addressed, pdf_of, zip_of
from subscriptions.billing.pdf_words import WORDS
from subscriptions.entities.invoices import Invoice
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.billing import Document, DocumentLink
from subscriptions.policy.access import require
from subscriptions.store import audit, customers, invoices
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Order, note_view, write_once

_LANGUAGE = "de"  # of customers who write in one that invoices do not have


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a token opens: one invoice, or those of a year."""

    customer: str
    invoice: str | None
    year: int | None
    expires: int  # seconds since 1970


def invoice_link(
    backing: Backing, caller: Caller, number: str | None, year: int | None, *, key: str
) -> DocumentLink:
    """See `Billing.invoice_link`."""
    now = backing.clock()
    customer = require(caller, Level.IDENTIFIED, now)
    if number is not None and year is not None:
        raise SubscriptionError(Code.BAD_INPUT, field="year")
    body = {"invoice": number, "year": year}
    order = Order("billing.invoice_link", caller, customer, key, body, now)

    def act(db: Connection) -> Done[DocumentLink]:
        customers.by_number(db, customer)
        found = _invoices(db, customer, number, year)
        until = now.replace(microsecond=0) + timedelta(minutes=backing.limits.document_link_minutes)
        link = DocumentLink(None if year else found[0].number, year, until)
        return Done(link, customer, {"invoice": link.invoice, "year": year})

    link = write_once(backing.engine, order, DocumentLink, act)
    meant = _Meant(customer, link.invoice, link.year, int(link.expires_at.timestamp()))
    return replace(link, token=_sealed(backing, meant))


def document_of(backing: Backing, token: str) -> Document:
    """See `Billing.document_of`."""
    now = backing.clock()
    meant = _opened(backing, token)
    if meant is None or datetime.fromtimestamp(meant.expires, UTC) <= now:
        raise SubscriptionError(Code.LINK_EXPIRED)
    with reading(backing.engine) as db:
        person = customers.by_number(db, meant.customer)
        found = addressed(db, _invoices(db, meant.customer, meant.invoice, meant.year))
    facts: audit.Facts = {"invoice": meant.invoice, "year": meant.year}
    entry = audit.Entry(now, "link", "billing.document_of", meant.customer, facts)
    note_view(backing.engine, entry)
    language = person.locale if person.locale in WORDS else _LANGUAGE
    if meant.year is None:
        return pdf_of(found[0], backing.seller, language)
    return zip_of(found, backing.seller, language, meant.year)


def _invoices(
    db: Connection, customer: str, number: str | None, year: int | None
) -> Sequence[Invoice]:
    """The invoices that are meant, at least one; raises NOT_FOUND."""
    if year is None:
        return [owned(db, customer, number)]
    found = [each for each in invoices.since(db, customer) if each.issued_on.year == year]
    if not found:
        raise SubscriptionError(Code.NOT_FOUND, invoice=None)
    return found


def _sealed(backing: Backing, meant: _Meant) -> str:
    said = [meant.customer, meant.invoice, meant.year, meant.expires]
    body = _text(json.dumps(said, separators=(",", ":")).encode())
    return f"{body}.{_seal(backing, body)}"


def _opened(backing: Backing, token: str) -> _Meant | None:
    """What a token says, if we said it."""
    body, _, seal = token.partition(".")
    if not hmac.compare_digest(seal.encode(), _seal(backing, body).encode()):
        return None
    said = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return _Meant(*said)


def _seal(backing: Backing, body: str) -> str:
    """The prefix keeps it apart from everything else that is sealed with this secret."""
    return _text(hmac.new(backing.secret, f"document.{body}".encode(), sha256).digest())


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
