"""What every change of a contract asks first: is it the caller's to change, and does anything stand against it."""

from datetime import datetime

from sqlalchemy import Connection

from subscriptions.entities.contracts import Subscription
from subscriptions.entities.holds import HoldKind
from subscriptions.entities.invoices import InvoiceStatus
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.catalogue import ChangeKind
from subscriptions.policy.changes import allow_change, allow_own
from subscriptions.store import accounts, holds, invoices

_NOTHING_SOLD = frozenset({HoldKind.DECEASED, HoldKind.FRAUD})


def pays_self(db: Connection, contract: Subscription) -> bool:
    """Whether the one who uses the contract also pays for it."""
    if contract.account is None:
        return True
    account = accounts.find(db, contract.customer)
    return account is not None and account.id == contract.account


def allow(db: Connection, contract: Subscription, kind: ChangeKind, at: datetime) -> None:
    """Raise what stands against a change.

    SOLD_BY_PARTNER, PAID_BY_OTHER, CHANGE_PENDING, PAST_DUE, ILLEGAL_STEP; and ACCOUNT_ON_HOLD, because nothing is
    sold to somebody who died or whose account may be in other hands.
    """
    number = contract.customer
    allow_own(contract, pays_self=pays_self(db, contract))
    allow_change(contract, kind, owes=_owes(db, number))
    if kind is not ChangeKind.DOWNGRADE and any(
        hold.kind in _NOTHING_SOLD for hold in holds.standing(db, number, at)
    ):
        raise SubscriptionError(Code.ACCOUNT_ON_HOLD)


def _owes(db: Connection, number: str) -> bool:
    """Whether any payment of the customer failed and is still open, whichever contract it is for."""
    return any(invoice.status is InvoiceStatus.FAILED for invoice in invoices.unpaid(db, number))
