"""When a contract is debited next, and whether its way to pay may be used then.

Invariants: nothing is billed for a contract that is over, that ends before, or while it is paused; a method
that failed for good or was stopped is not used before it was renewed (domain paper, section 3).
"""

from datetime import date, timedelta

from subscriptions.entities.attempts import Attempt
from subscriptions.entities.contracts import Period, Subscription
from subscriptions.entities.methods import Mandate, MandateState, MethodKind, PaymentMethod
from subscriptions.model.billing import MethodProblem
from subscriptions.model.catalogue import Interval
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.payments import FailureClass as F
from subscriptions.policy.calendar import business_date, current_period
from subscriptions.policy.failures import classify, is_declined
from subscriptions.policy.pauses import debit_after

_S = SubscriptionState
_BILLED = frozenset({_S.ACTIVE, _S.TRIALING, _S.PAST_DUE, _S.CANCEL_SCHEDULED})
_STOPPED = frozenset(
    {F.UPDATE_METHOD, F.HARD_METHOD, F.NEW_MANDATE, F.CUSTOMER_STOP, F.RISK, F.STOP_ALL}
)
_USABLE = frozenset({MandateState.CREATED, MandateState.ACTIVE, MandateState.AMENDED})


def next_start(
    contract: Subscription, interval: Interval, today: date, pause: Period | None = None
) -> date | None:
    """The first day of the next period to be billed, or None when no more is billed by us.

    A partner bills its own contracts. `pause` is one that runs or is planned: what was paid for before it follows after it.
    """
    running = contract.state is _S.PAUSED and pause is not None
    if contract.channel == "partner" or (contract.state not in _BILLED and not running):
        return None
    start = current_period(contract.period, interval, contract.anchor_day, today).end
    if contract.trial_ends_on is not None and contract.trial_ends_on > today:
        start = contract.trial_ends_on
    if pause is not None and pause.start <= start:
        start = debit_after(contract, interval, pause)
    ends = contract.ends_on or (start if contract.state is _S.CANCEL_SCHEDULED else None)
    return None if ends is not None and ends <= start else start


def debit_on(start: date, debit_day: int | None) -> date:
    """When a period that begins on `start` is debited: then, or on the wanted day of month after it."""
    day = start
    while debit_day is not None and day.day != debit_day:
        day += timedelta(days=1)
    return day


def method_problem(
    method: PaymentMethod | None, mandate: Mandate | None, last: Attempt | None, on: date
) -> MethodProblem | None:
    """Why this method may not be debited on a day; `last` is the newest attempt with it."""
    if method is None:
        return MethodProblem.MISSING
    revoked = mandate is not None and mandate.state not in _USABLE
    if not method.active or (method.kind is MethodKind.SEPA and revoked):
        return MethodProblem.REVOKED
    if method.expires_on is not None and method.expires_on < on:
        return MethodProblem.EXPIRED
    return MethodProblem.FAILED if last is not None and _stopped(method, last) else None


def _stopped(method: PaymentMethod, last: Attempt) -> bool:
    """Whether the newest attempt closed this method, and nobody has renewed it since."""
    closed = is_declined(last) and classify(last.kind, last.raw_code) in _STOPPED
    return closed and method.updated_on <= business_date(last.at)
