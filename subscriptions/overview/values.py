"""The values of the 360° view: plain data, nested and frozen, for `dataclasses.asdict` and JSON.

Invariants: addresses and methods are masked already; lists are newest first.
"""

from dataclasses import dataclass
from datetime import date, datetime

from subscriptions.entities.invoices import InvoiceStatus
from subscriptions.model.base import Money
from subscriptions.model.billing import Balance
from subscriptions.model.catalogue import Plan
from subscriptions.model.contracts import Entitlement, SubscriptionState
from subscriptions.model.payments import Failure, FailureClass
from subscriptions.policy.next_action import NextAction
from subscriptions.policy.segments import Segment


@dataclass(frozen=True, slots=True)
class Header:
    """Who this is. `since` is the first day as a customer."""

    number: str
    name: str
    locale: str
    address_form: str
    email: str
    since: date
    segment: Segment


@dataclass(frozen=True, slots=True)
class Contract:
    """The contract with its plan; `renews_on` is None when it ends."""

    id: str
    plan: Plan
    state: SubscriptionState
    entitlement: Entitlement
    started_on: date
    renews_on: date | None
    ends_on: date | None
    pending_plan: Plan | None


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice that is not paid."""

    number: str
    total: Money
    due_on: date
    status: InvoiceStatus
    overdue: bool


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
class MoneyPart:
    """Everything about money."""

    balance: Balance
    unpaid: tuple[OpenInvoice, ...]
    method: Method | None
    failure: Failure | None
    payments: tuple[Dot, ...]
    attempts: tuple[Try, ...]


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One message that went out."""

    at: datetime
    channel: str
    reason: str
    template: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The 360° view as of a moment."""

    as_of: datetime
    header: Header
    contracts: tuple[Contract, ...]
    money: MoneyPart
    contacts: tuple[ContactLine, ...]
    next_action: NextAction | None
