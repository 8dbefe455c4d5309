"""Charges, open money and ways to pay, as callers see them."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from subscriptions.model.base import Caller, Money
from subscriptions.model.billing import (
    Balance,
    Charge,
    ChargeCheck,
    CreditQuote,
    CreditReceipt,
    Document,
    DocumentLink,
    InvoiceSummary,
    RefundQuote,
    RefundReceipt,
    RefundStatus,
)
from subscriptions.model.dunning import AccessStatus, DunningStatus
from subscriptions.model.invoice_details import DetailsReceipt, DetailsWish, InvoiceDetails
from subscriptions.model.methods import (
    BankAccountReceipt,
    DebitDay,
    MandateInfo,
    MandateRevoked,
    MandateTerms,
    MethodsOnFile,
    NewAccount,
    SetupPage,
)
from subscriptions.model.payments import (
    ClaimReceipt,
    Failure,
    HoldReceipt,
    InstalmentReceipt,
    InstalmentTerms,
    Paid,
    PayLink,
    PayLinkState,
    PromiseReceipt,
    PromiseTerms,
    RetryOutcome,
)
from subscriptions.model.pricing import PlanPrices
from subscriptions.model.vouchers import VoucherReceipt, VoucherStatus


class BillingPort(Protocol):
    """The use cases of billing; what each raises stands with the function it calls."""

    def explain_charge(self, caller: Caller, invoice: str | None = None) -> Charge:
        """An invoice item by item, the latest by default; NOT_FOUND if the caller has none such."""
        ...

    def balance(self, caller: Caller) -> Balance:
        """What is open and overdue in cents, and the next debits with their day, amount and method."""
        ...

    def invoices(self, caller: Caller, year: int | None = None) -> tuple[InvoiceSummary, ...]:
        """The invoices of a year, or all of them, newest first."""
        ...

    def invoice_pdf(self, caller: Caller, number: str, locale: str | None = None) -> Document:
        """An invoice as PDF, in the customer's language by default; NOT_FOUND, BAD_INPUT."""
        ...

    def invoice_link(
        self, caller: Caller, number: str | None = None, year: int | None = None, *, key: str
    ) -> DocumentLink:
        """A link to an invoice as PDF (the latest by default), or to those of a year as ZIP; a quarter of an hour."""
        ...

    def document_of(self, token: str) -> Document:
        """The file behind a link, level 0: the token is the proof. LINK_EXPIRED, also for what was never made."""
        ...

    def find_duplicates(self, caller: Caller) -> ChargeCheck:
        """What is wrong about the charges of the last 13 months: paid or invoiced twice, too late, too high."""
        ...

    def redeem_voucher(
        self, caller: Caller, code: str, subscription: str | None = None, *, key: str
    ) -> VoucherReceipt:
        """Redeem a code for a running contract; VOUCHER_UNKNOWN, _USED, _EXPIRED, _NOT_FOR_PLAN."""
        ...

    def voucher_status(
        self, caller: Caller, code: str, subscription: str | None = None
    ) -> VoucherStatus:
        """What became of a code, also when it was not applied though it was valid; VOUCHER_UNKNOWN."""
        ...

    def price_history(self, caller: Caller, plan: str | None = None) -> tuple[PlanPrices, ...]:
        """Prices over time with their reasons, level 0; the own price for who is identified. PLAN_UNKNOWN."""
        ...

    def invoice_details(self, caller: Caller) -> InvoiceDetails:
        """To whom invoices are made out; masked below level 2."""
        ...

    def change_invoice_details(
        self, caller: Caller, wish: DetailsWish, *, key: str
    ) -> DetailsReceipt:
        """Change them for future invoices, level 2; BAD_INPUT, TEXT_TOO_LONG, VAT_ID_INVALID, ADDRESS_INVALID."""
        ...

    def refund(
        self,
        caller: Caller,
        invoice: str,
        amount: Money | None = None,
        *,
        reason: str = "goodwill",
        key: str,
    ) -> RefundReceipt:
        """Give money back; NOT_FOUND, BAD_INPUT, REFUND_IMPOSSIBLE, REFUND_ABOVE_LIMIT, PROVIDER_DOWN."""
        ...

    def refund_quote(
        self, caller: Caller, invoice: str | None = None, amount: Money | None = None
    ) -> RefundQuote:
        """What a refund would give now, of the latest invoice by default; raises as `refund` does, changes nothing."""
        ...

    def credit_quote(
        self, caller: Caller, amount: Money, *, subscription: str | None = None
    ) -> CreditQuote:
        """What goodwill on the next invoice would be; raises as `credit` does, changes nothing."""
        ...

    def credit(
        self, caller: Caller, amount: Money, *, key: str, subscription: str | None = None
    ) -> CreditReceipt:
        """Goodwill on the next invoice, by a person at the desk only; IDENTITY_NEEDED, BAD_INPUT, as for vouchers."""
        ...

    def refund_status(self, caller: Caller) -> tuple[RefundStatus, ...]:
        """All refunds of the caller, newest first."""
        ...


class PaymentsPort(Protocol):
    """Open money. Level 1, but for hardship and for whoever holds the token of a pay link (level 0)."""

    def why_failed(self, caller: Caller) -> Failure | None:
        """The newest failure that is still unpaid with the `others`, or None when nothing failed."""
        ...

    def retry(
        self, caller: Caller, invoice: str, *, key: str, on: date | None = None
    ) -> RetryOutcome:
        """Try an unpaid invoice again, now or on a day within 28 days, once for the key."""
        ...

    def pay_link(
        self, caller: Caller, invoices: tuple[str, ...] | None = None, *, key: str
    ) -> PayLink:
        """One link for these invoices, for the next instalment, or for all that is open."""
        ...

    def pay_link_of(self, token: str) -> PayLinkState:
        """What the holder of a link may know; TOKEN_INVALID. Level 0: the token is the proof."""
        ...

    def pay_page_of(self, token: str) -> str:
        """The page to pay on, for the holder of a link."""
        ...

    def promise_terms(self, caller: Caller) -> PromiseTerms:
        """What a promise would be about and until when it may run; raises as `promise` does, changes nothing."""
        ...

    def promise(self, caller: Caller, on: date, *, key: str) -> PromiseReceipt:
        """Promise to pay what is due by a day; free, collection rests until then."""
        ...

    def instalment_terms(self, caller: Caller) -> InstalmentTerms:
        """Whether, in how many parts, when and how much."""
        ...

    def agree_instalments(self, caller: Caller, parts: int, *, key: str) -> InstalmentReceipt:
        """Pay what is due in parts; raises INSTALMENTS_OFF, NOTHING_DUE, INSTALMENTS_LIMIT."""
        ...

    def claim_paid(self, caller: Caller, said: Paid | None = None, *, key: str) -> ClaimReceipt:
        """Look for a payment that the customer says they made; if it is not there, collection rests."""
        ...

    def dispute(self, caller: Caller, invoice: str | None, text: str, *, key: str) -> HoldReceipt:
        """The customer says that an invoice, or all that is open, is not owed: it rests, a person looks."""
        ...

    def hardship(self, caller: Caller, text: str, *, key: str) -> HoldReceipt:
        """Somebody cannot pay: collection rests, a person looks. Level 0, never refused."""
        ...

    def dunning_status(self, caller: Caller) -> DunningStatus:
        """What is due, which reminders went out, what comes next and why; the fee is always 0."""
        ...

    def access_status(self, caller: Caller) -> tuple[AccessStatus, ...]:
        """What may be used of each contract and why; of those that are over only the last, if none runs."""
        ...


class MethodsPort(Protocol):
    """Level 1, a new bank account level 2."""

    def list(self, caller: Caller) -> MethodsOnFile:
        """What is on file, masked, and what else can be had."""
        ...

    def setup_link(self, caller: Caller, kind: str, *, key: str) -> SetupPage:
        """A page of the provider for a new card, PayPal account or wallet (`card`, `paypal`, `wallet`)."""
        ...

    def mandate_terms(self, caller: Caller, iban: str, holder: str) -> MandateTerms:
        """The text to agree to before this account is debited, in the customer's language."""
        ...

    def change_bank_account(
        self, caller: Caller, account: NewAccount, *, key: str
    ) -> BankAccountReceipt:
        """Debit another account from now on: contracts, planned tries, a new mandate; the old one ends."""
        ...

    def mandate(self, caller: Caller) -> MandateInfo:
        """The newest mandate, with the text that was agreed to; raises MANDATE_MISSING."""
        ...

    def revoke_mandate(self, caller: Caller, *, key: str) -> MandateRevoked:
        """End the newest mandate and call off planned debits; says which contracts need another way to pay."""
        ...

    def debit_day(self, caller: Caller, wished: int | None = None) -> DebitDay:
        """On which day of month is debited, and when next; with `wished` what it would be, raising as the change does."""
        ...

    def change_debit_day(self, caller: Caller, day: int, *, key: str) -> DebitDay:
        """Debit on another day of month, for invoices to come."""
        ...


class SettlementPort(Protocol):
    """News of the payment provider."""

    def receive(self, provider_name: str, headers: Mapping[str, str], body: bytes) -> object:
        """Take a webhook in; raises UntrustedEventError for one that is not signed, NOT_FOUND for another provider."""
        ...
