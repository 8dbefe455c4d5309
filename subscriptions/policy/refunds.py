"""How much may be given back without a person, from which payment, and how the invoice is corrected.

Invariants: never more than arrived and stayed; our own proven errors are given back in full and do not
count against goodwill; a credit note never exceeds its invoice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from subscriptions.entities.invoices import Invoice
from subscriptions.entities.payments import Payment, PaymentSource
from subscriptions.entities.refunds import Refund, RefundReason
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.billing import Finding
from subscriptions.policy.changes import rounded
from subscriptions.policy.limits import Limits
from subscriptions.policy.overcharges import Charged

OWN_ERRORS = frozenset(
    {
        RefundReason.PAID_TWICE,
        RefundReason.INVOICED_TWICE,
        RefundReason.CHARGED_AFTER_END,
        RefundReason.WRONG_AMOUNT,
    }
)
_WAYS = (PaymentSource.DEBIT, PaymentSource.LINK, PaymentSource.TRANSFER)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: an amount (None: what our error comes to, else all that is left), and why.

    `by_person`: somebody at the desk decides, so what may be given without a person is no limit; what they were shown
    as our error is given as that or not at all, because nobody decided on a gift.
    """

    amount: Money | None
    reason: RefundReason
    by_person: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """What the ledger says: the charge, what is wrong about it, and the refunds of the last twelve months."""

    charge: Charged
    findings: Sequence[Finding]
    earlier: Sequence[Refund]


@dataclass(frozen=True, slots=True)
class Giving:
    """What is given back of which payment, and why."""

    amount: Money
    reason: RefundReason
    payment: Payment


def decide(wish: Wish, record: Record, limits: Limits) -> Giving:
    """What a refund becomes.

    Raises BAD_INPUT for no amount of money, REFUND_IMPOSSIBLE beyond what was paid and is left, and
    REFUND_ABOVE_LIMIT when a person has to decide: `limit` is the most at once, `most` how often a year.
    """
    charge, currency = record.charge, record.charge.invoice.total.currency
    minor = _wanted(wish, record)
    if minor <= 0 or (wish.amount is not None and wish.amount.currency != currency):
        raise SubscriptionError(Code.BAD_INPUT, field="amount")
    error = next((f for f in record.findings if f.refundable.minor >= minor), None)
    reason = RefundReason(error.kind.value) if error else _goodwill(wish, minor, record, limits)
    return Giving(Money(minor, currency), reason, _source(charge, minor))


def credit_of(reason: RefundReason, minor: int, valid: int) -> int:
    """By how many cents a refund lowers an invoice that comes to `valid` cents.

    Money that was paid twice is no part of the invoice, so the invoice was right.
    """
    return 0 if reason is RefundReason.PAID_TWICE else min(minor, valid)


def credited_tax(invoice: Invoice, credit: int) -> int:
    """The tax contained in a part of an invoice, in cents: all rates in the proportion of the invoice."""
    total = invoice.total.minor
    tax = sum(line.tax_minor for line in invoice.lines)
    return rounded(tax * credit, total) if total else 0


def _wanted(wish: Wish, record: Record) -> int:
    left = record.charge.kept
    if left <= 0:
        raise SubscriptionError(Code.REFUND_IMPOSSIBLE)
    if wish.amount is None:
        return max((f.refundable.minor for f in record.findings), default=0) or left
    if wish.amount.minor > left:
        raise SubscriptionError(Code.REFUND_IMPOSSIBLE)
    return wish.amount.minor


def _goodwill(wish: Wish, minor: int, record: Record, limits: Limits) -> RefundReason:
    if wish.by_person and not _is_goodwill(wish.reason):
        raise SubscriptionError(Code.REFUND_IMPOSSIBLE)
    given = [r for r in record.earlier if r.counts and _is_goodwill(r.reason)]
    beyond = minor > limits.refund_goodwill_minor or len(given) >= limits.refunds_per_year
    if beyond and not wish.by_person:
        limit = Money(limits.refund_goodwill_minor, record.charge.invoice.total.currency)
        raise SubscriptionError(Code.REFUND_ABOVE_LIMIT, limit=limit, most=limits.refunds_per_year)
    # What the ledger does not prove is no error of ours, whatever it was called.
    return wish.reason if _is_goodwill(wish.reason) else RefundReason.GOODWILL


def _is_goodwill(reason: RefundReason) -> bool:
    return reason not in OWN_ERRORS and reason is not RefundReason.WITHDRAWAL


def _source(charge: Charged, minor: int) -> Payment:
    """The payment that still holds that much: the newest debit, else what needs more work to send back."""
    newest = charge.received[::-1]
    ways = sorted(newest, key=lambda p: _WAYS.index(p.source))
    holding = (p for p in ways if p.amount.minor - charge.gone_of(p) >= minor)
    found = next(holding, None)
    if found is None:
        raise SubscriptionError(Code.REFUND_IMPOSSIBLE)
    return found
