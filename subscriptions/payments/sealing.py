"""Whose open money only a person may touch, and the refusal of everybody else.

Invariants: one payment that was stopped for good, or is on hold for a review, closes every way to pay of its customer
until a person has looked (domain paper, section 3: RISK, STOP_ALL); that person may still act.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from subscriptions.entities.invoices import Invoice
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller
from subscriptions.policy.access import is_agent
from subscriptions.policy.failures import is_sealed
from subscriptions.store import invoices


def only_a_person(db: Connection, unpaid: Sequence[Invoice]) -> bool:
    """Whether one of a customer's unpaid invoices is sealed."""
    return any(is_sealed(invoices.attempts_of(db, invoice.number)) for invoice in unpaid)


def refuse_sealed(db: Connection, caller: Caller, unpaid: Sequence[Invoice]) -> None:
    """Raise ACCOUNT_ON_HOLD when one of these invoices is sealed and no person at the desk asks."""
    if not is_agent(caller) and only_a_person(db, unpaid):
        raise SubscriptionError(Code.ACCOUNT_ON_HOLD)
