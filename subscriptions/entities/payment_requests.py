"""A pay link for one or several invoices, and its steps.

Invariants: it is paid at most once; money that arrives on a link that ran out or was replaced still counts,
because a page of the provider may outlive our link and money is never turned away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from subscriptions.entities.steps import illegal_step
from subscriptions.model.base import Money
from subscriptions.model.payments import PaymentRequestState

_R = PaymentRequestState


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """What is asked for. `invoices` are numbers, oldest first; the token itself is never stored."""

    id: str
    token_hash: str
    customer: str
    amount: Money
    invoices: tuple[str, ...]
    state: PaymentRequestState
    created_at: datetime
    expires_at: datetime
    provider_reference: str | None = None

    def seen(self, now: datetime) -> PaymentRequestState:
        """Its state at a moment: a link that nobody closed yet runs out by itself."""
        over = self.state is _R.OPEN and self.expires_at <= now
        return _R.EXPIRED if over else self.state


REQUEST_STEPS: Mapping[PaymentRequestState, frozenset[PaymentRequestState]] = {
    _R.OPEN: frozenset({_R.PAID, _R.EXPIRED, _R.CANCELLED}),
    _R.EXPIRED: frozenset({_R.PAID}),
    _R.CANCELLED: frozenset({_R.PAID}),
    _R.PAID: frozenset(),
}


def request_to(request: PaymentRequest, new: PaymentRequestState) -> PaymentRequest:
    """The next state of a pay link."""
    if new not in REQUEST_STEPS[request.state]:
        raise illegal_step("payment_request", request.state, new)
    return replace(request, state=new)
