"""Who somebody is, and a new password for whoever lost it.

Invariants: asking for a reset gives the same receipt after the same work whether or not the account
exists, and whether or not the limit is reached; a reset goes to the address on file, never to one that
was typed; only the hash of a token is stored; the token leaves through the outbox after the commit.
"""

import secrets
from datetime import timedelta

from sqlalchemy import Connection

from subscriptions.entities.parties import Customer
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.identity import DemoCustomer, Profile, ResetReceipt
from subscriptions.outbox import Message
from subscriptions.policy.access import identified, require
from subscriptions.policy.masking import mask_address
from subscriptions.store import customers, requests
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Notice, Order, write_once

RESET_VALID = timedelta(minutes=30)
RESETS_PER_HOUR = 3
HOUR = timedelta(hours=1)


class Identity:
    """Profile (level 1), password reset (level 0), and the demo's customers."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    def profile(self, caller: Caller) -> Profile:
        """Number, name and language of the caller."""
        number = require(caller, Level.IDENTIFIED, self._backing.clock())
        with reading(self._backing.engine) as db:
            found = customers.by_number(db, number)
        return Profile(found.number, found.name, found.locale)

    def demo_customers(self) -> tuple[DemoCustomer, ...]:
        """The customers of the demo data; empty in a real operator's database."""
        with reading(self._backing.engine) as db:
            return customers.demo(db)

    def request_reset(self, caller: Caller, address: str | None, *, key: str) -> ResetReceipt:
        """Ask for a new password; BAD_INPUT when nobody is identified and no address is given."""
        now = self._backing.clock()
        owner = identified(caller)
        if owner is None and not (address and address.strip()):
            raise SubscriptionError(Code.BAD_INPUT, field="address")
        typed = requests.hashed((address or "").strip().lower()) if owner is None else ""
        order = Order("identity.request_reset", caller, owner, key, {"address": typed}, now)
        outgoing: list[Message] = []

        def act(db: Connection) -> Done[ResetReceipt]:
            found = (
                customers.by_number(db, owner) if owner else customers.by_email(db, address or "")
            )
            return _reset(db, order, found, (typed, outgoing))

        receipt = write_once(self._backing.engine, order, ResetReceipt, act)
        for message in outgoing:
            self._backing.outbox(message)
        return receipt


def _reset(
    db: Connection,
    order: Order,
    found: Customer | None,
    way: tuple[str, list[Message]],
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
        outgoing.append(Message(found.email, "email", found.locale, "password_reset", token))
    shown = mask_address(found.email) if found and order.owner else None
    template = "password_reset" if live else "password_reset_suppressed"
    return Done(
        ResetReceipt(shown, RESET_VALID // timedelta(minutes=1)),
        customer,
        {"live": live},
        (Notice("requested", template),),
    )
