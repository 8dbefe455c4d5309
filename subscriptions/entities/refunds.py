"""Money given back, its steps, and the credit note that corrects an invoice.

Invariants: what was given back is never forgotten: a refund that failed may be tried again or goes to a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from subscriptions.entities.steps import illegal_step
from subscriptions.model.base import Money


class RefundState(StrEnum):
    """Where the money is; even a refund that arrived may come back, when the account was closed.

    `unknown` is written down before the provider is asked and stays when its answer is lost; `not_submitted`: the
    provider knows nothing of it.
    """

    WAITING = "waiting"  # for a person
    UNKNOWN = "unknown"
    NOT_SUBMITTED = "not_submitted"
    SUBMITTED = "submitted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class RefundReason(StrEnum):
    """Why money goes back: the first four are our own errors, proven by the ledger; the rest is goodwill."""

    PAID_TWICE = "paid_twice"
    INVOICED_TWICE = "invoiced_twice"
    CHARGED_AFTER_END = "charged_after_end"
    WRONG_AMOUNT = "wrong_amount"
    SERVICE = "service"  # something did not work
    UNUSED = "unused"
    MISTAKE = "mistake"  # the customer's
    GOODWILL = "goodwill"
    WITHDRAWAL = "withdrawal"  # § 357 BGB


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund of one payment of an invoice."""

    reference: str
    customer: str
    invoice: str
    payment: str | None
    amount: Money
    reason: RefundReason
    state: RefundState
    asked_at: datetime
    expected_on: date | None = None
    provider_reference: str | None = None

    @property
    def counts(self) -> bool:
        """Whether the money is on its way or gone, so that it cannot be given back again."""
        return self.state not in {RefundState.FAILED, RefundState.NOT_SUBMITTED}


_R = RefundState
REFUND_STEPS: Mapping[RefundState, frozenset[RefundState]] = {
    _R.WAITING: frozenset({_R.UNKNOWN, _R.SUBMITTED, _R.SUCCEEDED, _R.FAILED}),
    # What the provider does not make is owed all the same: it waits for a person.
    _R.UNKNOWN: frozenset({_R.SUBMITTED, _R.SUCCEEDED, _R.WAITING, _R.NOT_SUBMITTED}),
    _R.NOT_SUBMITTED: frozenset(),
    _R.SUBMITTED: frozenset({_R.SUCCEEDED, _R.FAILED}),
    _R.SUCCEEDED: frozenset({_R.FAILED}),
    _R.FAILED: frozenset({_R.WAITING, _R.SUBMITTED}),
}


def refund_to(refund: Refund, new: RefundState) -> Refund:
    """The next state of a refund."""
    if new not in REFUND_STEPS[refund.state]:
        raise illegal_step("refund", refund.state, new)
    return replace(refund, state=new)


@dataclass(frozen=True, slots=True)
class CreditNote:
    """A correction that lowers an invoice, § 14 (4) UStG; `tax_minor` is contained in the amount."""

    number: str
    customer: str
    invoice: str
    amount: Money
    tax_minor: int
    reason: RefundReason
    issued_on: date
