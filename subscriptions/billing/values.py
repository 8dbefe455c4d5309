"""From entities to the values that leave the business."""

from collections.abc import Sequence
from datetime import date

from subscriptions.entities.invoices import Invoice, InvoiceLifecycle, InvoiceStatus
from subscriptions.entities.payments import Payment
from subscriptions.entities.refunds import CreditNote, Refund, RefundState
from subscriptions.model.base import Money
from subscriptions.model.billing import (
    Credit,
    InvoiceLine,
    InvoiceSummary,
    PaymentMade,
    RefundStatus,
    TaxSum,
)
from subscriptions.policy.changes import contained_tax
from subscriptions.policy.ledger import is_overdue

_UNPAID = frozenset({InvoiceStatus.OPEN, InvoiceStatus.FAILED})
_SENT = frozenset({RefundState.SUBMITTED, RefundState.SUCCEEDED})
_RATES = (19, 7, 0)  # § 12 UStG


def is_owed(invoice: Invoice) -> bool:
    """Whether something is still asked for: it holds, and no money came or is on its way."""
    return invoice.lifecycle is InvoiceLifecycle.FINAL and invoice.status in _UNPAID


def tax_sums(lines: Sequence[InvoiceLine]) -> tuple[TaxSum, ...]:
    """What each tax rate contributes, the highest rate first; net and tax add up to gross."""
    sums: dict[int, tuple[int, int]] = {}
    for line in lines:
        gross, tax = sums.get(_rate(line), (0, 0))
        sums[_rate(line)] = (gross + line.amount.minor, tax + line.tax_minor)
    currency = lines[0].amount.currency if lines else "EUR"
    return tuple(
        TaxSum(rate, Money(gross - tax, currency), Money(tax, currency), Money(gross, currency))
        for rate, (gross, tax) in sorted(sums.items(), reverse=True)
    )


def _rate(line: InvoiceLine) -> int:
    """The rate of a line; early lines keep the tax only, and one rate fits it."""
    if line.tax_percent is not None:
        return line.tax_percent
    fitting = (r for r in _RATES if contained_tax(line.amount.minor, r) == line.tax_minor)
    return next(fitting, 0)


def summary(invoice: Invoice, today: date) -> InvoiceSummary:
    """An invoice for a list."""
    return InvoiceSummary(
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        total=invoice.total,
        status=invoice.status.value,
        lifecycle=invoice.lifecycle.value,
        overdue=is_owed(invoice) and is_overdue(invoice, today),
        disputed=invoice.disputed,
        kind=invoice.kind,
        subscription=invoice.subscription,
    )


def payment_made(payment: Payment) -> PaymentMade:
    """A payment as its customer sees it."""
    return PaymentMade(
        reference=payment.reference,
        received_at=payment.received_at,
        amount=payment.amount,
        source=payment.source.value,
        state=payment.state.value,
    )


def credit_of(note: CreditNote) -> Credit:
    """A credit note as its customer sees it."""
    return Credit(note.number, note.issued_on, note.amount, note.tax_minor, note.reason.value)


def refund_status(refund: Refund) -> RefundStatus:
    """A refund as its customer sees it."""
    return RefundStatus(
        reference=refund.reference,
        invoice=refund.invoice,
        amount=refund.amount,
        reason=refund.reason.value,
        state=refund.state.value,
        asked_at=refund.asked_at,
        expected_on=refund.expected_on if refund.state in _SENT else None,
    )
