"""What a charge is made of, and what is open and next."""

from dataclasses import dataclass
from datetime import date

from subscriptions.model.base import Money


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One item of an invoice; `tax_minor` is contained in `amount`."""

    text_de: str
    text_en: str
    amount: Money
    tax_minor: int
    period_start: date
    period_end: date
    kind: str = "plan"  # plan, addon, credit, charge, voucher
    tax_percent: int | None = None
    code: str | None = None  # plan, add-on or voucher


@dataclass(frozen=True, slots=True)
class Charge:
    """The answer to "what is this charge for": one invoice, itemised."""

    invoice: str
    issued_on: date
    due_on: date
    total: Money
    status: str
    method: str
    lines: tuple[InvoiceLine, ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """What is open now and what will be debited next."""

    open: Money
    overdue: Money
    next_on: date | None
    next_amount: Money | None
    method: str | None
