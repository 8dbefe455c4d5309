"""Declarations to cancel: accepted from anybody, confirmed at once, before anything else is said.

Invariants: no level is needed (§ 312k BGB) and nothing makes a declaration fail; the receipt carries a
reference and the moment; a repeated declaration gets the first receipt; card numbers never reach storage.
"""

import secrets
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from subscriptions.entities.contracts import Subscription, can_end, schedule_end
from subscriptions.errors import SubscriptionError
from subscriptions.model.base import Caller
from subscriptions.model.cancellation import CancellationReceipt
from subscriptions.policy.access import identified
from subscriptions.policy.calendar import business_date
from subscriptions.policy.ending import ends_on
from subscriptions.policy.masking import mask_cards
from subscriptions.store import contracts, customers, requests
from subscriptions.store.backing import Backing
from subscriptions.store.write import Done, Notice, Order, write_once

MAX_TEXT = 4000


class Cancellation:
    """Ending a contract in the ordinary way; level 0."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    def declare(self, caller: Caller, text: str, *, key: str) -> CancellationReceipt:
        """Receive a declaration and confirm it; unmatched when nobody is identified."""
        now = self._backing.clock()
        kept = mask_cards(text)[:MAX_TEXT]
        order = Order("cancellation.declare", caller, identified(caller), key, {"text": kept}, now)
        return write_once(
            self._backing.engine, order, CancellationReceipt, lambda db: _declare(db, order, kept)
        )


def _declare(db: Connection, order: Order, text: str) -> Done[CancellationReceipt]:
    customer = _known(db, order.owner)
    contract = contracts.of_customer(db, customer, lock=True) if customer else None
    if contract is not None:
        first = requests.declaration_for(db, contract.id)
        if first is not None and not can_end(contract):
            receipt = replace(_receipt(db, first), repeated=True)
            return Done(receipt, customer, {"reference": receipt.reference, "repeated": True})
    declaration = requests.Declaration(
        reference=f"C-{secrets.token_hex(4).upper()}",
        customer=customer,
        subscription=contract.id if contract else None,
        received_at=order.at,
        text=text,
        plan=contract.plan if contract else None,
        ends_on=_end(db, contract, order) if contract else None,
    )
    requests.add_declaration(db, declaration)
    receipt = _receipt(db, declaration)
    notice = Notice("contract", "cancellation_received", {"reference": receipt.reference})
    return Done(
        receipt,
        customer,
        {"reference": receipt.reference, "matched": receipt.matched},
        (notice,) if customer else (),
    )


def _known(db: Connection, number: str | None) -> str | None:
    """The customer if there is one: an unknown number must not make a declaration fail."""
    if number is None:
        return None
    try:
        return customers.by_number(db, number).number
    except SubscriptionError:
        return None


def _end(db: Connection, contract: Subscription, order: Order) -> date | None:
    """Schedule the end of a running contract and return its day."""
    if not can_end(contract):
        return contract.ends_on
    plan = contracts.plan(db, contract.plan)
    last = ends_on(contract, plan, business_date(order.at))
    contracts.store(
        db,
        schedule_end(contract, last),
        contracts.Happened("cancel_scheduled", order.caller.actor, order.at),
    )
    return last


def _receipt(db: Connection, declaration: requests.Declaration) -> CancellationReceipt:
    return CancellationReceipt(
        reference=declaration.reference,
        received_at=declaration.received_at,
        matched=declaration.customer is not None,
        plan=contracts.plan(db, declaration.plan) if declaration.plan else None,
        ends_on=declaration.ends_on,
    )
