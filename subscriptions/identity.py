"""Who somebody is, and a new password for whoever lost it.

Invariants: asking for a reset gives the same receipt after the same work whether or not the account
exists, and whether or not the limit is reached; a reset goes to the address on file, never to one that
was typed; only the hash of a token is stored; the token leaves through the mail port after the commit.
"""

import secrets
from datetime import timedelta
from typing import Protocol

from sqlalchemy import Connection, Engine

from subscriptions.entities.parties import Customer
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Clock, Level
from subscriptions.model.identity import DemoCustomer, Profile, ResetReceipt
from subscriptions.policy.access import identified, require
from subscriptions.policy.masking import mask_address
from subscriptions.store import customers, requests
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Notice, Order, write_once

RESET_VALID = timedelta(minutes=30)
RESETS_PER_HOUR = 3
HOUR = timedelta(hours=1)


class ResetMail(Protocol):
    """Delivers a reset link to an address on file; called after the commit, and must not raise."""

    def __call__(self, address: str, token: str) -> None:
        """Send, or queue for sending."""
        ...


def no_mail(address: str, token: str) -> None:
    """The default until an operator connects a mail server: nothing leaves the house."""


class Identity:
    """Profile (level 1), password reset (level 0), and the demo's customers."""

    def __init__(self, engine: Engine, clock: Clock, mail: ResetMail = no_mail) -> None:
        self._engine = engine
        self._clock = clock
        self._mail = mail

    def profile(self, caller: Caller) -> Profile:
        """Number, name and language of the caller."""
        number = require(caller, Level.IDENTIFIED, self._clock())
        with reading(self._engine) as db:
            found = customers.by_number(db, number)
        return Profile(found.number, found.name, found.locale)

    def demo_customers(self) -> tuple[DemoCustomer, ...]:
        """The customers of the demo data; empty in a real operator's database."""
        with reading(self._engine) as db:
            return customers.demo(db)

    def request_reset(self, caller: Caller, address: str | None, *, key: str) -> ResetReceipt:
        """Ask for a new password; BAD_INPUT when nobody is identified and no address is given."""
        now = self._clock()
        owner = identified(caller)
        if owner is None and not (address and address.strip()):
            raise SubscriptionError(Code.BAD_INPUT, field="address")
        typed = requests.hashed((address or "").strip().lower()) if owner is None else ""
        order = Order("identity.request_reset", caller, owner, key, {"address": typed}, now)
        outgoing: list[tuple[str, str]] = []

        def act(db: Connection) -> Done[ResetReceipt]:
            found = (
                customers.by_number(db, owner) if owner else customers.by_email(db, address or "")
            )
            return _reset(db, order, found, (typed, outgoing))

        receipt = write_once(self._engine, order, ResetReceipt, act)
        for to, token in outgoing:
            self._mail(to, token)
        return receipt


def _reset(
    db: Connection,
    order: Order,
    found: Customer | None,
    way: tuple[str, list[tuple[str, str]]],
) -> Done[ResetReceipt]:
    """Store a reset, live or not, with the same statements in every case."""
    typed, outgoing = way
    address_hash = requests.hashed(found.email) if found else typed
    token = secrets.token_urlsafe(32)
    recent = requests.resets_since(db, address_hash, order.at - HOUR)
    live = found is not None and recent < RESETS_PER_HOUR
    customer = found.number if found and live else None
    requests.add_reset(
        db,
        requests.Reset(
            token_hash=requests.hashed(token),
            customer=customer,
            address_hash=address_hash,
            requested_at=order.at,
            expires_at=order.at + RESET_VALID,
            live=live,
        ),
    )
    if found and live:
        outgoing.append((found.email, token))
    shown = mask_address(found.email) if found and order.owner else None
    template = "password_reset" if live else "password_reset_suppressed"
    return Done(
        ResetReceipt(shown, RESET_VALID // timedelta(minutes=1)),
        customer,
        {"live": live},
        (Notice("requested", template),),
    )
