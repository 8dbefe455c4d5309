"""What a charge is made of, what is open and next, and what was found when charges were checked."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from subscriptions.model.base import Money

NOTHING = Money(0)


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
class TaxSum:
    """What one tax rate contributes to an invoice; `net` and `tax` add up to `gross`."""

    percent: int
    net: Money
    tax: Money
    gross: Money


@dataclass(frozen=True, slots=True)
class PaymentMade:
    """Money that arrived for an invoice. `state`: received, returned, refunded; `source`: debit, link, transfer."""

    reference: str
    received_at: datetime
    amount: Money
    source: str
    state: str


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit note: it lowers an invoice; `tax_minor` is contained in `amount`."""

    number: str
    issued_on: date
    amount: Money
    tax_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class RefundStatus:
    """Money on its way back. `state`: waiting (for a person), submitted, succeeded, failed.

    `expected_on` is the day by which banks show it; None while a person has to look at it first.
    """

    reference: str
    invoice: str
    amount: Money
    reason: str
    state: str
    asked_at: datetime
    expected_on: date | None


@dataclass(frozen=True, slots=True)
class RefundQuote:
    """What would be given back for an invoice, and why: one of our errors, or goodwill. Nothing is promised by it."""

    invoice: str
    amount: Money
    reason: str


@dataclass(frozen=True, slots=True)
class RefundReceipt:
    """Money that was ordered back. `credit_note` lowers the invoice; money that was paid twice needs none.

    `case` is set when a person has to send it, because the way it came is closed.
    """

    reference: str
    invoice: str
    amount: Money
    reason: str
    state: str
    expected_on: date | None
    credit_note: str | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True)
class CreditQuote:
    """What goodwill on the next invoice of a contract would be: that invoice is made on `on` and then comes to `after`."""

    subscription: str
    amount: Money
    on: date
    before: Money
    after: Money


@dataclass(frozen=True, slots=True)
class CreditReceipt:
    """Goodwill that waits for the next invoice, as a voucher of its own."""

    reference: str
    code: str
    terms: CreditQuote
    at: datetime


@dataclass(frozen=True, slots=True)
class Charge:
    """The answer to "what is this charge for": one invoice, itemised.

    `status` is the payment status (open, processing, paid, failed), `lifecycle` says whether the invoice
    holds (draft, final, void); `unpaid` is what is still to be paid of it.
    """

    invoice: str
    issued_on: date
    due_on: date
    total: Money
    status: str
    method: str
    lines: tuple[InvoiceLine, ...]
    lifecycle: str = "final"
    overdue: bool = False
    disputed: bool = False
    kind: str = "period"  # period, change, addon, correction
    subscription: str = ""
    unpaid: Money = NOTHING
    taxes: tuple[TaxSum, ...] = ()
    payments: tuple[PaymentMade, ...] = ()
    credits: tuple[Credit, ...] = ()
    refunds: tuple[RefundStatus, ...] = ()


@dataclass(frozen=True, slots=True)
class InvoiceSummary:
    """An invoice in a list; states as in `Charge`."""

    number: str
    issued_on: date
    due_on: date
    total: Money
    status: str
    lifecycle: str
    overdue: bool
    disputed: bool
    kind: str
    subscription: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file to hand out."""

    content: bytes
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class DocumentLink:
    """A link to one invoice as PDF, or to those of a `year` as ZIP; whoever has it may open it until `expires_at`.

    `token` is empty in what is stored.
    """

    invoice: str | None
    year: int | None
    expires_at: datetime
    token: str = field(default="", repr=False)

    @property
    def path(self) -> str:
        """The page behind the link, under the public address of the gateway."""
        return f"documents/{self.token}"


class MethodProblem(StrEnum):
    """Why a way to pay will not be debited."""

    MISSING = "missing"
    EXPIRED = "expired"
    REVOKED = "revoked"  # the method was removed, or the SEPA mandate ended
    FAILED = "failed"  # it failed for good, or the customer stopped it


@dataclass(frozen=True, slots=True)
class NextDebit:
    """What will be debited for a contract. With a `problem` it is due on that day, but cannot be debited."""

    subscription: str
    on: date
    amount: Money
    method: str | None
    problem: MethodProblem | None = None
    invoice: str | None = None  # when it is written already; else the lines are a preview
    lines: tuple[InvoiceLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Balance:
    """What is open now and what will be debited next.

    `next_on` and `next_amount` are the first of `debits`. `method` is None when nothing can be debited; then
    `problem` says why. While a customer is `on_hold` nothing is debited, and none is announced.
    """

    open: Money
    overdue: Money
    next_on: date | None
    next_amount: Money | None
    method: str | None
    problem: MethodProblem | None = None
    on_hold: bool = False
    disputed: Money = NOTHING
    debits: tuple[NextDebit, ...] = ()


class FindingKind(StrEnum):
    """What can be wrong about a charge."""

    PAID_TWICE = "paid_twice"
    INVOICED_TWICE = "invoiced_twice"
    CHARGED_AFTER_END = "charged_after_end"
    WRONG_AMOUNT = "wrong_amount"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, with the references that prove it. `refundable` has arrived and is owed back."""

    kind: FindingKind
    invoice: str
    on: date
    charged: Money
    expected: Money
    refundable: Money
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChargeCheck:
    """The result of checking all charges since a day; no findings is a result too."""

    since: date
    invoices: int
    findings: tuple[Finding, ...]
