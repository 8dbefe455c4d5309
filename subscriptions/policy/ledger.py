"""What is open, overdue and next, derived from unpaid invoices and the contract.

Invariants: what is being processed is not open; a failed invoice is overdue at once; a debit is
announced only for a contract that goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from subscriptions.entities.contracts import Subscription
from subscriptions.entities.invoices import Invoice, InvoiceStatus
from subscriptions.model.base import Money
from subscriptions.model.billing import Balance
from subscriptions.model.catalogue import Plan
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.calendar import current_period

_BILLED = frozenset(
    {SubscriptionState.ACTIVE, SubscriptionState.TRIALING, SubscriptionState.PAST_DUE}
)


@dataclass(frozen=True, slots=True)
class Terms:
    """A contract with its plan now, the one after the period end, and the label of its method."""

    contract: Subscription
    plan: Plan
    following: Plan
    method: str | None


def is_overdue(invoice: Invoice, today: date) -> bool:
    """Whether an unpaid invoice should have been paid before today."""
    return invoice.status is InvoiceStatus.FAILED or invoice.due_on < today


def balance(unpaid: Sequence[Invoice], terms: Terms | None, today: date) -> Balance:
    """The balance of a customer; `terms` is None without a contract."""
    next_on, next_amount = _next_debit(unpaid, terms, today)
    return Balance(
        open=Money(sum(i.total.minor for i in unpaid)),
        overdue=Money(sum(i.total.minor for i in unpaid if is_overdue(i, today))),
        next_on=next_on,
        next_amount=next_amount,
        method=terms.method if terms else None,
    )


def _next_debit(
    unpaid: Sequence[Invoice], terms: Terms | None, today: date
) -> tuple[date | None, Money | None]:
    for invoice in unpaid:
        if invoice.status is InvoiceStatus.OPEN and invoice.due_on >= today:
            return invoice.due_on, invoice.total
    if terms is None or terms.contract.state not in _BILLED:
        return None, None
    contract = terms.contract
    period = current_period(contract.period, terms.plan.interval, contract.anchor_day, today)
    return period.end, terms.following.price
