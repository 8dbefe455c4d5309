"""Invoices and the steps of their payment."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.steps import illegal_step
from subscriptions.model.base import Money
from subscriptions.model.billing import InvoiceLine


class InvoiceStatus(StrEnum):
    """Payment status of a final invoice; overdue is derived from the due date."""

    OPEN = "open"
    PROCESSING = "processing"
    PAID = "paid"
    FAILED = "failed"


class InvoiceLifecycle(StrEnum):
    """Whether an invoice may still change; a field of its own beside the payment status."""

    DRAFT = "draft"
    FINAL = "final"
    VOID = "void"


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
    account: str | None = None
    lifecycle: InvoiceLifecycle = InvoiceLifecycle.FINAL
    disputed: bool = False
    kind: str = "period"  # period, change, addon, correction
    paid_at: datetime | None = None
    void_reason: str | None = None


_I = InvoiceStatus


INVOICE_STEPS: Mapping[InvoiceStatus, frozenset[InvoiceStatus]] = {
    _I.OPEN: frozenset({_I.PROCESSING, _I.PAID, _I.FAILED}),
    # Open again: the provider knows nothing of the only debit there was.
    _I.PROCESSING: frozenset({_I.PAID, _I.FAILED, _I.OPEN}),
    _I.FAILED: frozenset({_I.PROCESSING, _I.PAID, _I.FAILED}),
    _I.PAID: frozenset({_I.FAILED}),
}


def invoice_to(invoice: Invoice, new: InvoiceStatus) -> Invoice:
    """The next payment status of an invoice."""
    if new not in INVOICE_STEPS[invoice.status]:
        raise illegal_step("invoice", invoice.status, new)
    return replace(invoice, status=new)


def void(invoice: Invoice, reason: str) -> Invoice:
    """An unpaid invoice that does not hold any more; what was paid is corrected by a credit note alone."""
    unpaid = invoice.status in {_I.OPEN, _I.FAILED}
    if invoice.lifecycle is InvoiceLifecycle.VOID or not unpaid:
        raise illegal_step("invoice", invoice.lifecycle, InvoiceLifecycle.VOID)
    return replace(invoice, lifecycle=InvoiceLifecycle.VOID, void_reason=reason)


_AFTER_ATTEMPT = {
    AttemptState.SUBMITTED: InvoiceStatus.PROCESSING,
    AttemptState.SUCCEEDED: InvoiceStatus.PAID,
    AttemptState.FAILED: InvoiceStatus.FAILED,
}


def invoice_after(invoice: Invoice, attempt: Attempt) -> Invoice:
    """The invoice after an attempt was answered by the payment provider."""
    return invoice_to(invoice, _AFTER_ATTEMPT[attempt.state])
