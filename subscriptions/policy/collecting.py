"""Pure decisions about collecting open money: what counts as due, when a try may be, what a payment covers.

Invariants: nothing is collected twice, while a hold stands, or of an invoice that is disputed; money that
came is spread over invoices oldest first and not a cent of it is lost.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from subscriptions.entities.attempts import Attempt
from subscriptions.entities.holds import Hold
from subscriptions.entities.invoices import Invoice, InvoiceLifecycle, InvoiceStatus
from subscriptions.errors import Code, SubscriptionError
from subscriptions.policy.failures import WINDOW, RetryDecision

DUE = "due"  # the reason of a try that is made
UNPAID = frozenset({InvoiceStatus.OPEN, InvoiceStatus.FAILED})
# A try that could not be made on its day is still made on the next ones; then the announcement is too old.
LATE_DAYS = 3


def is_collectable(invoice: Invoice) -> bool:
    """Whether the invoice holds and is unpaid; what is being processed is not collected again."""
    return invoice.lifecycle is InvoiceLifecycle.FINAL and invoice.status in UNPAID


def is_due(invoice: Invoice, today: date) -> bool:
    """Whether the customer should pay it now: its day has come or its debit failed, and it is not disputed."""
    came = invoice.status is InvoiceStatus.FAILED or invoice.due_on <= today
    return is_collectable(invoice) and came and not invoice.disputed


def rests(invoice: Invoice, holds: Iterable[Hold]) -> bool:
    """Whether collection of this invoice rests; `holds` are those that stand."""
    return invoice.disputed or any(hold.covers(invoice.number) for hold in holds)


def check_day(on: date, today: date) -> None:
    """Whether a try may be scheduled on a day: DATE_IN_PAST, or DATE_TOO_FAR beyond 28 days."""
    if on < today:
        raise SubscriptionError(Code.DATE_IN_PAST)
    last = today + WINDOW
    if on > last:
        raise SubscriptionError(Code.DATE_TOO_FAR, until=last, days=WINDOW.days)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a scheduled try on its day; `reason` is a code for the audit."""

    run: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A scheduled try on its day, with all that speaks for or against it.

    `resting`: a hold stands or the invoice is disputed; `paused`: the contract is, and nobody asked for this try;
    `arranged`: a promise or instalments are open.
    """

    attempt: Attempt
    invoice: Invoice
    decision: RetryDecision
    resting: bool
    paused: bool
    arranged: bool


def decide_planned(planned: Planned, today: date) -> Verdict:
    """Whether a scheduled try whose day has come is made, or called off and why; the first reason counts."""
    due_on = planned.attempt.due_on
    reasons = (
        (not is_collectable(planned.invoice), "nothing_due"),
        (planned.resting, Code.ACCOUNT_ON_HOLD.value),
        (planned.paused, "paused"),
        (planned.arranged, "arranged"),
        (due_on is None or due_on + timedelta(days=LATE_DAYS) < today, "too_late"),
    )
    for speaks, reason in reasons:
        if speaks:
            return Verdict(run=False, reason=reason)
    refusal = planned.decision.refusal
    return Verdict(run=refusal is None, reason=refusal.value if refusal else DUE)


@dataclass(frozen=True, slots=True)
class Share:
    """Cents of a payment that go to one invoice, and whether they pay the last of it."""

    invoice: str
    minor: int
    settles: bool


def spread(minor: int, open_cents: Sequence[tuple[str, int]]) -> tuple[tuple[Share, ...], int]:
    """Spread an amount over invoices with what is open of each, in order; also returns what is left over."""
    shares: list[Share] = []
    for number, wanted in open_cents:
        part = min(minor, wanted)
        if part > 0:
            shares.append(Share(number, part, settles=part == wanted))
            minor -= part
    return tuple(shares), minor
