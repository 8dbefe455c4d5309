"""Things of the business that live on: subscription, invoice, attempt, mandate, and their steps.

Invariants: values are frozen, a step returns a new value; a step that domain law does not know raises
`SubscriptionError(ILLEGAL_STEP)`; what someone may use is not here, it is derived by policy.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from subscriptions.errors import Code, SubscriptionError
from subscriptions.model import InvoiceLine, Money, SubscriptionState

WITHDRAWAL_DAYS = 14  # § 355 BGB


class MethodKind(StrEnum):
    """How money is collected."""

    CARD = "card"
    SEPA = "sepa"


class AttemptState(StrEnum):
    """Where one try to collect money stands; `succeeded` is not final for SEPA."""

    SCHEDULED = "scheduled"
    SUBMITTED = "submitted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    RETURNED = "returned"
    REFUNDED = "refunded"


class MandateState(StrEnum):
    """Whether a SEPA mandate may be used."""

    CREATED = "created"
    ACTIVE = "active"
    AMENDED = "amended"
    REVOKED = "revoked"
    INVALID = "invalid"
    LAPSED = "lapsed"


class InvoiceStatus(StrEnum):
    """Payment status of a final invoice; overdue is derived from the due date."""

    OPEN = "open"
    PROCESSING = "processing"
    PAID = "paid"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Customer:
    """A person. `since` is a date in Europe/Berlin, like every date of the business."""

    number: str
    name: str
    email: str
    locale: str
    address_form: str
    since: date


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A way to pay. `label` is masked already; `hint` steers the built-in payment simulator only."""

    id: str
    customer: str
    kind: MethodKind
    label: str
    expires_on: date | None
    updated_on: date
    hint: str


@dataclass(frozen=True, slots=True)
class Mandate:
    """The permission to debit an account."""

    reference: str
    method: str
    state: MandateState
    signed_on: date


@dataclass(frozen=True, slots=True)
class Period:
    """A billing period: `start` is its first day, `end` the first day of the next one."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Its length in days."""
        return (self.end - self.start).days


@dataclass(frozen=True, slots=True)
class Subscription:
    """A contract about one plan. `anchor_day` is the day of month on which periods begin."""

    id: str
    customer: str
    plan: str
    state: SubscriptionState
    started_on: date
    period: Period
    anchor_day: int
    method: str | None
    pending_plan: str | None = None
    ends_on: date | None = None


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


@dataclass(frozen=True, slots=True)
class Invoice:
    """A final invoice with its lines."""

    number: str
    customer: str
    subscription: str
    issued_on: date
    due_on: date
    total: Money
    status: InvoiceStatus
    lines: tuple[InvoiceLine, ...] = ()


_S = SubscriptionState
_ENDABLE = frozenset({_S.TRIALING, _S.ACTIVE, _S.PAUSED, _S.PAST_DUE, _S.SUSPENDED})
SUBSCRIPTION_STEPS: Mapping[SubscriptionState, frozenset[SubscriptionState]] = {
    _S.PENDING: frozenset({_S.TRIALING, _S.ACTIVE, _S.WITHDRAWN}),
    _S.TRIALING: frozenset({_S.ACTIVE, _S.CANCEL_SCHEDULED, _S.WITHDRAWN}),
    _S.ACTIVE: frozenset({_S.PAUSED, _S.PAST_DUE, _S.CANCEL_SCHEDULED, _S.WITHDRAWN}),
    _S.PAUSED: frozenset({_S.ACTIVE, _S.CANCEL_SCHEDULED, _S.WITHDRAWN}),
    # A declaration to cancel counts in every state (§ 312k BGB), unpaid invoices or not.
    _S.PAST_DUE: frozenset({_S.ACTIVE, _S.SUSPENDED, _S.CANCEL_SCHEDULED, _S.WITHDRAWN}),
    _S.SUSPENDED: frozenset({_S.ACTIVE, _S.ENDED, _S.CANCEL_SCHEDULED, _S.WITHDRAWN}),
    _S.CANCEL_SCHEDULED: frozenset({_S.ACTIVE, _S.PAST_DUE, _S.ENDED, _S.WITHDRAWN}),
    _S.ENDED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}
_A = AttemptState
ATTEMPT_STEPS: Mapping[AttemptState, frozenset[AttemptState]] = {
    _A.SCHEDULED: frozenset({_A.SUBMITTED}),
    _A.SUBMITTED: frozenset({_A.SUCCEEDED, _A.FAILED}),
    _A.SUCCEEDED: frozenset({_A.RETURNED, _A.REFUNDED}),
    _A.FAILED: frozenset(),
    _A.RETURNED: frozenset(),
    _A.REFUNDED: frozenset(),
}
_M = MandateState
_MANDATE_ENDS = frozenset({_M.REVOKED, _M.INVALID, _M.LAPSED})
MANDATE_STEPS: Mapping[MandateState, frozenset[MandateState]] = {
    _M.CREATED: frozenset({_M.ACTIVE}),
    _M.ACTIVE: _MANDATE_ENDS | {_M.AMENDED},
    _M.AMENDED: _MANDATE_ENDS | {_M.AMENDED},
    _M.REVOKED: frozenset(),
    _M.INVALID: frozenset(),
    _M.LAPSED: frozenset(),
}
_I = InvoiceStatus
INVOICE_STEPS: Mapping[InvoiceStatus, frozenset[InvoiceStatus]] = {
    _I.OPEN: frozenset({_I.PROCESSING, _I.PAID, _I.FAILED}),
    _I.PROCESSING: frozenset({_I.PAID, _I.FAILED}),
    _I.FAILED: frozenset({_I.PROCESSING, _I.PAID, _I.FAILED}),
    _I.PAID: frozenset({_I.FAILED}),
}


def _refuse(machine: str, old: StrEnum, new: StrEnum) -> SubscriptionError:
    return SubscriptionError(Code.ILLEGAL_STEP, machine=machine, old=old.value, new=new.value)


def _moved(subscription: Subscription, new: SubscriptionState) -> Subscription:
    if new not in SUBSCRIPTION_STEPS[subscription.state]:
        raise _refuse("subscription", subscription.state, new)
    return replace(subscription, state=new)


def start_trial(subscription: Subscription) -> Subscription:
    """pending → trialing."""
    return _moved(subscription, _S.TRIALING)


def activate(subscription: Subscription) -> Subscription:
    """pending, trialing, paused, past due, suspended → active; a scheduled end is taken back."""
    return replace(_moved(subscription, _S.ACTIVE), ends_on=None)


def pause(subscription: Subscription) -> Subscription:
    """active → paused."""
    return _moved(subscription, _S.PAUSED)


def fall_behind(subscription: Subscription) -> Subscription:
    """active, or a taken back cancellation with unpaid invoices → past due."""
    return replace(_moved(subscription, _S.PAST_DUE), ends_on=None)


def suspend(subscription: Subscription) -> Subscription:
    """past due → suspended."""
    return _moved(subscription, _S.SUSPENDED)


def schedule_end(subscription: Subscription, on: date) -> Subscription:
    """Any running contract → cancel scheduled; a pending plan change falls away with it."""
    return replace(_moved(subscription, _S.CANCEL_SCHEDULED), ends_on=on, pending_plan=None)


def end(subscription: Subscription, on: date) -> Subscription:
    """suspended, or cancel scheduled whose day has come → ended."""
    if subscription.ends_on is not None and on < subscription.ends_on:
        raise _refuse("subscription", subscription.state, _S.ENDED)
    return replace(_moved(subscription, _S.ENDED), ends_on=on)


def withdraw(subscription: Subscription, on: date) -> Subscription:
    """Within 14 days of the start → withdrawn, § 355 BGB."""
    if on > subscription.started_on + timedelta(days=WITHDRAWAL_DAYS):
        raise _refuse("subscription", subscription.state, _S.WITHDRAWN)
    return replace(_moved(subscription, _S.WITHDRAWN), ends_on=on, pending_plan=None)


def can_end(subscription: Subscription) -> bool:
    """Whether a declaration to cancel still changes anything."""
    return subscription.state in _ENDABLE


def attempt_to(attempt: Attempt, new: AttemptState, raw_code: str | None = None) -> Attempt:
    """The next state of an attempt; only SEPA debits can be returned or refunded."""
    returned = new in {_A.RETURNED, _A.REFUNDED}
    if new not in ATTEMPT_STEPS[attempt.state] or (returned and attempt.kind is MethodKind.CARD):
        raise _refuse("attempt", attempt.state, new)
    return replace(attempt, state=new, raw_code=raw_code)


def mandate_to(mandate: Mandate, new: MandateState) -> Mandate:
    """The next state of a mandate."""
    if new not in MANDATE_STEPS[mandate.state]:
        raise _refuse("mandate", mandate.state, new)
    return replace(mandate, state=new)


def invoice_to(invoice: Invoice, new: InvoiceStatus) -> Invoice:
    """The next payment status of an invoice."""
    if new not in INVOICE_STEPS[invoice.status]:
        raise _refuse("invoice", invoice.status, new)
    return replace(invoice, status=new)


_AFTER_ATTEMPT = {
    AttemptState.SUBMITTED: InvoiceStatus.PROCESSING,
    AttemptState.SUCCEEDED: InvoiceStatus.PAID,
    AttemptState.FAILED: InvoiceStatus.FAILED,
}


def invoice_after(invoice: Invoice, attempt: Attempt) -> Invoice:
    """The invoice after an attempt was answered by the payment provider."""
    return invoice_to(invoice, _AFTER_ATTEMPT[attempt.state])
