"""The money of the 360° view as plain data, nested and frozen.

Invariants: methods are masked already; lists are newest first.
"""

from dataclasses import dataclass
from datetime import date, datetime

from subscriptions.entities.invoices import InvoiceStatus
from subscriptions.model.base import Money, Words
from subscriptions.model.billing import Balance, Finding
from subscriptions.model.dunning import DunningState
from subscriptions.model.payments import Failure, FailureClass


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice that is not paid; `left` is what is still to be paid of it."""

    number: str
    total: Money
    due_on: date
    status: InvoiceStatus
    overdue: bool
    disputed: bool
    left: Money


@dataclass(frozen=True, slots=True)
class Method:
    """The way to pay, masked, with its SEPA mandate if it has one."""

    kind: str
    label: str
    expires_on: date | None
    expired: bool
    mandate: str | None
    mandate_state: str | None


@dataclass(frozen=True, slots=True)
class Dot:
    """One of the last payments: `paid`, `late` (paid after a failure), `processing`, `failed`, `open`."""

    invoice: str
    on: date
    total: Money
    result: str


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt to collect; the reason is set when it failed."""

    at: datetime
    invoice: str
    amount: Money
    state: str
    raw_code: str | None
    kind: FailureClass | None
    reason_de: str | None
    reason_en: str | None


@dataclass(frozen=True, slots=True)
class DunningLine:
    """What was done in a dunning case: message (with its tone), retry or step, by which rule."""

    at: datetime
    kind: str
    tone: str | None
    rule: str


@dataclass(frozen=True, slots=True)
class Dunning:
    """The running dunning case with its next step and why."""

    id: str
    state: DunningState
    opened_at: datetime
    next_step: str | None
    next_at: datetime | None
    why: Words | None
    actions: tuple[DunningLine, ...]


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """The newest promise to pay. `state`: proposed, confirmed, kept, broken."""

    amount: Money
    due_on: date
    state: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class InstalmentLine:
    """A part that is still to be paid."""

    number: int
    amount: Money
    due_on: date


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A pay link that is open."""

    amount: Money
    invoices: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RefundLine:
    """Money on its way back, or gone. `state`: waiting (for a person), submitted, succeeded, failed."""

    reference: str
    invoice: str
    amount: Money
    reason: str
    state: str
    asked_at: datetime
    expected_on: date | None


@dataclass(frozen=True, slots=True)
class CreditLine:
    """What the next invoice of a contract takes off: for an issue, or an interruption from `first` to `last`."""

    reference: str
    subscription: str
    amount: Money
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class MoneyPart:
    """Everything about money. `method` is that of the first contract, `methods` are all that may be used.

    `findings` are charges of a good year that the ledger proves wrong; `credits` wait for an invoice.
    """

    balance: Balance
    unpaid: tuple[OpenInvoice, ...]
    method: Method | None
    failure: Failure | None
    payments: tuple[Dot, ...]
    attempts: tuple[Try, ...]
    methods: tuple[Method, ...]
    dunning: Dunning | None
    promise: PromiseLine | None
    instalments: tuple[InstalmentLine, ...]
    links: tuple[LinkLine, ...]
    refunds: tuple[RefundLine, ...]
    findings: tuple[Finding, ...]
    credits: tuple[CreditLine, ...]
