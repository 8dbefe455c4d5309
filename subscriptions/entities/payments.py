"""A payment: money that arrived, and whether it stayed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from subscriptions.entities.steps import illegal_step
from subscriptions.model.base import Money


class PaymentState(StrEnum):
    """Where the money is; a SEPA payment may still go back after it arrived."""

    RECEIVED = "received"
    RETURNED = "returned"
    REFUNDED = "refunded"


class PaymentSource(StrEnum):
    """How the money came."""

    DEBIT = "debit"
    LINK = "link"
    TRANSFER = "transfer"


PAYMENT_STEPS: Mapping[PaymentState, frozenset[PaymentState]] = {
    PaymentState.RECEIVED: frozenset({PaymentState.RETURNED, PaymentState.REFUNDED}),
    PaymentState.RETURNED: frozenset(),
    PaymentState.REFUNDED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received for an invoice; `attempt` is the debit that brought it, if one did."""

    reference: str
    customer: str
    invoice: str | None
    amount: Money
    source: PaymentSource
    received_at: datetime
    state: PaymentState = PaymentState.RECEIVED
    attempt: str | None = None


def payment_to(payment: Payment, new: PaymentState) -> Payment:
    """The next state of a payment."""
    if new not in PAYMENT_STEPS[payment.state]:
        raise illegal_step("payment", payment.state, new)
    return replace(payment, state=new)
