"""Everything a customer may ask about their money, in one place.

Invariants: every method needs level 1 if it does not say otherwise, and shows the caller's own account only.
"""

from subscriptions.billing import (
    balances,
    charges,
    details,
    document_links,
    documents,
    goodwill,
    prices,
    refunds,
    vouchers,
)
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
from subscriptions.model.invoice_details import DetailsReceipt, DetailsWish, InvoiceDetails
from subscriptions.model.pricing import PlanPrices
from subscriptions.model.vouchers import VoucherReceipt, VoucherStatus
from subscriptions.store.backing import Backing


class Billing:
    """The use cases of billing; what each raises stands with the function it calls."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    def explain_charge(self, caller: Caller, invoice: str | None = None) -> Charge:
        """An invoice item by item, the latest by default; NOT_FOUND if the caller has none such."""
        return charges.explain_charge(self._backing, caller, invoice)

    def balance(self, caller: Caller) -> Balance:
        """What is open and overdue in cents, and the next debits with their day, amount and method."""
        return balances.balance(self._backing, caller)

    def invoices(self, caller: Caller, year: int | None = None) -> tuple[InvoiceSummary, ...]:
        """The invoices of a year, or all of them, newest first."""
        return charges.listed(self._backing, caller, year)

    def invoice_pdf(self, caller: Caller, number: str, locale: str | None = None) -> Document:
        """An invoice as PDF, in the customer's language by default; NOT_FOUND, BAD_INPUT."""
        return documents.invoice_pdf(self._backing, caller, number, locale)

    def invoice_link(
        self, caller: Caller, number: str | None = None, year: int | None = None, *, key: str
    ) -> DocumentLink:
        """A link to an invoice as PDF (the latest by default), or to those of a year as ZIP; a quarter of an hour.

        Raises NOT_FOUND, BAD_INPUT when both are given.
        """
        return document_links.invoice_link(self._backing, caller, number, year, key=key)

    def document_of(self, token: str) -> Document:
        """The file behind a link, level 0: the token is the proof. LINK_EXPIRED, also for what was never made."""
        return document_links.document_of(self._backing, token)

    def find_duplicates(self, caller: Caller) -> ChargeCheck:
        """What is wrong about the charges of the last 13 months: paid or invoiced twice, too late, too high."""
        return charges.check(self._backing, caller)

    def redeem_voucher(
        self, caller: Caller, code: str, subscription: str | None = None, *, key: str
    ) -> VoucherReceipt:
        """Redeem a code for a running contract; VOUCHER_UNKNOWN, _USED, _EXPIRED, _NOT_FOR_PLAN."""
        return vouchers.redeem_voucher(self._backing, caller, code, subscription, key=key)

    def voucher_status(
        self, caller: Caller, code: str, subscription: str | None = None
    ) -> VoucherStatus:
        """What became of a code, also when it was not applied though it was valid; VOUCHER_UNKNOWN."""
        return vouchers.voucher_status(self._backing, caller, code, subscription)

    def price_history(self, caller: Caller, plan: str | None = None) -> tuple[PlanPrices, ...]:
        """Prices over time with their reasons, level 0; the own price for who is identified. PLAN_UNKNOWN."""
        return prices.price_history(self._backing, caller, plan)

    def invoice_details(self, caller: Caller) -> InvoiceDetails:
        """To whom invoices are made out; masked below level 2."""
        return details.invoice_details(self._backing, caller)

    def change_invoice_details(
        self, caller: Caller, wish: DetailsWish, *, key: str
    ) -> DetailsReceipt:
        """Change them for future invoices, level 2; BAD_INPUT, TEXT_TOO_LONG, VAT_ID_INVALID, ADDRESS_INVALID."""
        return details.change_invoice_details(self._backing, caller, wish, key=key)

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
        return refunds.refund(self._backing, caller, invoice, amount, reason=reason, key=key)

    def refund_quote(
        self, caller: Caller, invoice: str | None = None, amount: Money | None = None
    ) -> RefundQuote:
        """What a refund would give now, of the latest invoice by default; raises as `refund` does, changes nothing."""
        return refunds.refund_quote(self._backing, caller, invoice, amount)

    def credit_quote(
        self, caller: Caller, amount: Money, *, subscription: str | None = None
    ) -> CreditQuote:
        """What goodwill on the next invoice would be, for a person at the desk; raises as `credit`, changes nothing."""
        return goodwill.credit_quote(self._backing, caller, amount, subscription)

    def credit(
        self, caller: Caller, amount: Money, *, key: str, subscription: str | None = None
    ) -> CreditReceipt:
        """Take an amount off the next invoice of a contract, as goodwill; only a person at the desk gives it."""
        return goodwill.credit(self._backing, caller, amount, subscription, key=key)

    def refund_status(self, caller: Caller) -> tuple[RefundStatus, ...]:
        """All refunds of the caller, newest first."""
        return refunds.refund_status(self._backing, caller)
