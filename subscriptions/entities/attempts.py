"""Tries to collect money and their steps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from subscriptions.entities.methods import MethodKind
from subscriptions.entities.steps import illegal_step
from subscriptions.model.base import Money
from subscriptions.model.payments import FailureClass


class AttemptState(StrEnum):
    """Where one try to collect money stands; `succeeded` is not final for SEPA.

    `unknown` is written down before the provider is asked and stays when its answer is lost: the money may be on its way.
    `not_submitted`: the provider knows nothing of it, so nothing will come of it.
    """

    SCHEDULED = "scheduled"
    CALLED_OFF = "called_off"
    UNKNOWN = "unknown"
    NOT_SUBMITTED = "not_submitted"
    SUBMITTED = "submitted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    RETURNED = "returned"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to collect the amount of an invoice."""

    reference: str
    invoice: str
    number: int
    method: str
    kind: MethodKind
    amount: Money
    state: AttemptState
    raw_code: str | None
    at: datetime
    decided_by: str | None = None  # schedule, bot, agent:<login>
    failure_class: FailureClass | None = None
    provider_reference: str | None = None
    settled_at: datetime | None = None
    due_on: date | None = None  # of a scheduled attempt


_A = AttemptState


ATTEMPT_STEPS: Mapping[AttemptState, frozenset[AttemptState]] = {
    # Called off: paid in another way, or collection rests; nothing was ever sent to a bank.
    _A.SCHEDULED: frozenset({_A.UNKNOWN, _A.CALLED_OFF}),
    _A.CALLED_OFF: frozenset(),
    _A.UNKNOWN: frozenset({_A.SUBMITTED, _A.SUCCEEDED, _A.FAILED, _A.NOT_SUBMITTED}),
    _A.NOT_SUBMITTED: frozenset(),
    _A.SUBMITTED: frozenset({_A.SUCCEEDED, _A.FAILED}),
    _A.SUCCEEDED: frozenset({_A.RETURNED, _A.REFUNDED}),
    _A.FAILED: frozenset(),
    _A.RETURNED: frozenset(),
    _A.REFUNDED: frozenset(),
}

_NEVER_MADE = frozenset({_A.SCHEDULED, _A.CALLED_OFF, _A.NOT_SUBMITTED})


def is_made(attempt: Attempt) -> bool:
    """Whether the provider was asked, as far as we know; a try that never reached it says nothing about a way to pay."""
    return attempt.state not in _NEVER_MADE


def attempt_to(attempt: Attempt, new: AttemptState, raw_code: str | None = None) -> Attempt:
    """The next state of an attempt; only SEPA debits can be returned or refunded."""
    returned = new in {_A.RETURNED, _A.REFUNDED}
    if new not in ATTEMPT_STEPS[attempt.state] or (returned and attempt.kind is MethodKind.CARD):
        raise illegal_step("attempt", attempt.state, new)
    return replace(attempt, state=new, raw_code=raw_code)
