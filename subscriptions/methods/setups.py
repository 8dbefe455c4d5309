"""Links to pages of the provider on which a card, a wallet or a PayPal account is left.

Invariants: only the hash of the reference is stored, by which the finished page is recognised.
"""

import secrets
from datetime import timedelta

from sqlalchemy import Connection

from subscriptions.entities.setup_links import SetupLink, SetupState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.methods import SetupPage
from subscriptions.policy.access import require
from subscriptions.provider import HostedPage, ProviderUnavailableError, SetupKind, SetupRequest
from subscriptions.store import customers, methods
from subscriptions.store.backing import Backing
from subscriptions.store.requests import hashed
from subscriptions.store.write import Done, Order, write_once


def setup_link(backing: Backing, caller: Caller, kind: str, *, key: str) -> SetupPage:
    """Ask the provider for a page, once for the key."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    if kind not in {each.value for each in SetupKind}:
        raise SubscriptionError(Code.BAD_INPUT, field="kind")
    order = Order("methods.setup_link", caller, number, key, {"kind": kind}, now)
    return write_once(
        backing.engine, order, SetupPage, lambda db: _open(db, backing, order, SetupKind(kind))
    )


def _open(db: Connection, backing: Backing, order: Order, kind: SetupKind) -> Done[SetupPage]:
    customer = customers.by_number(db, order.owner or "")
    if not methods.payable(db, customer.number):
        raise SubscriptionError(Code.CONTRACT_MISSING)
    reference = secrets.token_urlsafe(24)
    expires_at = order.at + timedelta(hours=backing.limits.setup_link_hours)
    asked = SetupRequest(reference, customer.number, kind, customer.locale, expires_at)
    page = _page(backing, asked)
    link = SetupLink(
        token_hash=hashed(reference),
        customer=customer.number,
        kind=kind.value,
        provider_reference=page.provider_reference,
        state=SetupState.OPEN,
        created_at=order.at,
        expires_at=expires_at,
    )
    methods.add_link(db, link)
    return Done(SetupPage(kind.value, page.url, expires_at), customer.number, {"kind": kind.value})


def _page(backing: Backing, asked: SetupRequest) -> HostedPage:
    try:
        return backing.provider.setup_page(asked)
    except ProviderUnavailableError as error:
        raise SubscriptionError(Code.PROVIDER_DOWN) from error
