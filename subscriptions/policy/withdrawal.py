"""Withdrawing from an order: until when, what of its invoices is corrected, and what goes back.

Invariants: integer cents; without `value_due` everything goes back; a correction and what stays always sum to the
invoice; nothing goes back that was not paid.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from subscriptions.entities.contracts import Subscription
from subscriptions.entities.delivery import WaitingCredit
from subscriptions.entities.invoices import Invoice, InvoiceLifecycle, InvoiceStatus
from subscriptions.model.base import Money
from subscriptions.policy.calendar import is_working_day
from subscriptions.policy.changes import rounded

_COLLECTED = frozenset({InvoiceStatus.PAID, InvoiceStatus.PROCESSING})
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Settled:
    """What of an invoice was credited before and what arrived for it, in cents."""

    credited: int = 0
    received: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """What a withdrawal or an early end does to one invoice. `void`: nothing of it is asked for any more."""

    invoice: Invoice
    credit: Money
    tax_minor: int
    refund: Money
    void: bool


def last_day(ordered_on: date, days: int) -> date:
    """The last day to withdraw; a deadline does not end on a weekend or holiday (§ 193 BGB)."""
    day = ordered_on + timedelta(days=days)
    while day.weekday() == _SATURDAY or not is_working_day(day):
        day += timedelta(days=1)
    return day


def is_in_time(contract: Subscription, today: date, days: int) -> bool:
    """Whether this contract may be withdrawn from today."""
    return today <= last_day(contract.started_on, days)


def ordered_lately(invoices: Sequence[Invoice], today: date, days: int) -> bool:
    """Whether something was bought for the contract, beside its periods, that may still be withdrawn from."""
    return any(
        i.kind in {"change", "addon"} and today <= last_day(i.issued_on, days) for i in invoices
    )


def unwind(
    invoices: Sequence[Invoice], settled: Mapping[str, Settled], today: date, *, value_due: bool
) -> tuple[Correction, ...]:
    """The corrections that a withdrawal makes. `value_due`: what was used until today is kept of what was paid."""
    held = [i for i in invoices if i.lifecycle is InvoiceLifecycle.FINAL]
    found = (_correction(i, settled.get(i.number, Settled()), today, value_due) for i in held)
    return tuple(c for c in found if c.credit.minor > 0 or c.void)


def used_value(invoice: Invoice, today: date) -> int:
    """What the days before today are worth, line by line, in cents; vouchers lower it."""
    value = 0
    for line in invoice.lines:
        days = (line.period_end - line.period_start).days
        used = min(max((today - line.period_start).days, 0), days)
        value += rounded(line.amount.minor * used, days) if days > 0 else line.amount.minor
    return min(max(value, 0), invoice.total.minor)


def unused_rest(
    invoices: Sequence[Invoice], period_end: date, ends_on: date
) -> list[tuple[Invoice, int]]:
    """The invoices that were made for days after an early end, each with the cents that it may keep.

    `period_end` is the end of the contract's period: after a pause it lies later than the invoices say.
    """
    ends = [_last_day(i) for i in invoices if i.kind == "period" and i.lines]
    moved = period_end - max(ends, default=period_end)
    as_of = ends_on - max(moved, timedelta(0))
    reaching = [i for i in invoices if i.lines and _last_day(i) > as_of]
    return [(i, used_value(i, as_of)) for i in reaching]


def placed(
    credits_left: Sequence[WaitingCredit], free: Sequence[tuple[Invoice, int]]
) -> list[tuple[WaitingCredit, Invoice, int]]:
    """Which cents of credits that wait are taken off which invoice, given the cents of each that may be credited.

    An invoice of the days that a credit is for comes first, then the newest; what fits nowhere is left out.
    """
    left = {invoice.number: cents for invoice, cents in free}
    found: list[tuple[WaitingCredit, Invoice, int]] = []
    for credit in credits_left:
        wanted = credit.minor
        billed = [invoice for invoice, _ in free if _bills(invoice, credit)]
        others = [invoice for invoice, _ in free if invoice not in billed]
        for invoice in (*billed, *others):
            taken = min(wanted, left[invoice.number])
            if taken > 0:
                found.append((credit, invoice, taken))
                left[invoice.number] -= taken
                wanted -= taken
    return found


def _bills(invoice: Invoice, credit: WaitingCredit) -> bool:
    """Whether an invoice has days of a credit on it."""
    return any(
        line.period_start <= credit.last and credit.first < line.period_end
        for line in invoice.lines
    )


def _last_day(invoice: Invoice) -> date:
    return max(line.period_end for line in invoice.lines)


def correct(invoice: Invoice, settled: Settled, keep: int) -> Correction:
    """An invoice of which only `keep` cents may stay; what was paid beyond them goes back."""
    total, currency = invoice.total.minor, invoice.total.currency
    collected = invoice.status in _COLLECTED
    paid = total - settled.credited if collected else settled.received
    credit = max(total - settled.credited - keep, 0)
    tax = sum(line.tax_minor for line in invoice.lines)
    return Correction(
        invoice=invoice,
        credit=Money(credit, currency),
        tax_minor=rounded(tax * credit, total) if total else 0,
        refund=Money(max(paid - keep, 0), currency),
        void=not collected and keep == 0,
    )


def _correction(invoice: Invoice, settled: Settled, today: date, value_due: bool) -> Correction:
    collected = invoice.status in _COLLECTED
    keep = used_value(invoice, today) if value_due and collected else 0
    return correct(invoice, settled, keep)
