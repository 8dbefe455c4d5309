"""What the remote system knows about one customer, read and turned into our values.

Invariants: one customer's data is only ever read through their own account; at most five requests a use case.
"""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.contracts import Period, Subscription
from subscriptions.entities.invoices import Invoice, InvoiceLifecycle, InvoiceStatus
from subscriptions.entities.methods import MethodKind
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.billing import InvoiceLine
from subscriptions.model.catalogue import Plan
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.calendar import MONTHS, add_months
from subscriptions.remote import shapes
from subscriptions.remote.client import RemoteApi, money
from subscriptions.store.write import Order

ROOT = "/1.0/kb"
_ATTEMPT_STATES = {
    "SUCCESS": AttemptState.SUCCEEDED,
    "PENDING": AttemptState.SUBMITTED,
    "PAYMENT_FAILURE": AttemptState.FAILED,
    "PLUGIN_FAILURE": AttemptState.FAILED,
}
_COLLECTS = frozenset({"PURCHASE", "CAPTURE"})


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads for the account of one customer number."""

    api: RemoteApi

    def account(self, number: str) -> shapes.Account:
        """The account of a customer number; raises NOT_FOUND."""
        answer = self.api.get(f"{ROOT}/accounts", {"externalKey": number})
        found = shapes.read(shapes.Account, answer)
        if found.external_key != number:
            raise SubscriptionError(Code.STORE_UNAVAILABLE)
        return found

    def search(self, words: str, start: int, most: int) -> tuple[shapes.Account, ...]:
        """Accounts whose number, name or address holds the words, from a place on."""
        page = {"offset": str(start), "limit": str(most)}
        answer = self.api.get(f"{ROOT}/accounts/search/{_id(words)}", page)
        return shapes.read_all(shapes.Account, answer)

    def billed(self, invoice: str) -> shapes.Account | None:
        """The account of an invoice number, which is digits there; None without one."""
        if not invoice.isdecimal():
            return None
        try:
            found = shapes.read(shapes.Billed, self.api.get(f"{ROOT}/invoices/byNumber/{invoice}"))
        except SubscriptionError as error:
            if error.code is Code.NOT_FOUND:
                return None
            raise
        return shapes.read(shapes.Account, self.api.get(f"{ROOT}/accounts/{_id(found.account_id)}"))

    def invoices(self, account: shapes.Account) -> tuple[shapes.Invoice, ...]:
        """The invoices of an account with their items, oldest first; drafts and voided ones left out."""
        path = f"{ROOT}/accounts/{_id(account.account_id)}/invoices"
        found = shapes.read_all(shapes.Invoice, self.api.get(path, {"withItems": "true"}))
        final = [invoice for invoice in found if invoice.status == "COMMITTED"]
        return tuple(sorted(final, key=lambda i: (i.invoice_date, i.invoice_number)))

    def payments(self, account: shapes.Account) -> tuple[shapes.Payment, ...]:
        """What was tried to collect."""
        path = f"{ROOT}/accounts/{_id(account.account_id)}/payments"
        return shapes.read_all(shapes.Payment, self.api.get(path))

    def contracts(self, account: shapes.Account) -> tuple[shapes.Contract, ...]:
        """The base subscriptions of an account, the newest first."""
        path = f"{ROOT}/accounts/{_id(account.account_id)}/bundles"
        bundles = shapes.read_all(shapes.Bundle, self.api.get(path))
        found = [c for b in bundles for c in b.subscriptions if c.product_category == "BASE"]
        return tuple(sorted(found, key=lambda c: c.start_date, reverse=True))

    def collect(
        self, account: shapes.Account, invoice_id: str, amount: Money, order: Order
    ) -> None:
        """Have an invoice collected now, with the account's default method."""
        body = {
            "accountId": account.account_id,
            "targetInvoiceId": invoice_id,
            "purchasedAmount": f"{amount.minor // 100}.{amount.minor % 100:02d}",
        }
        place = f"{ROOT}/invoices/{_id(invoice_id)}/payments"
        self.api.send("POST", place, actor=order.caller.actor, params={}, body=body)

    def cancel(self, subscription: str, order: Order) -> None:
        """End a subscription, and its billing, with the term that is paid for."""
        params = {"entitlementPolicy": "END_OF_TERM", "billingPolicy": "END_OF_TERM"}
        place = f"{ROOT}/subscriptions/{_id(subscription)}"
        self.api.send("DELETE", place, actor=order.caller.actor, params=params)


def _id(value: str) -> str:
    """An identifier of the remote system, safe in a path."""
    return quote(value, safe="")


def invoice(found: shapes.Invoice, attempts: tuple[Attempt, ...], number: str) -> Invoice:
    """An invoice in our terms; what is tried and failed decides between open and failed."""
    return Invoice(
        number=found.invoice_number,
        customer=number,
        subscription="",
        issued_on=found.invoice_date,
        due_on=found.target_date or found.invoice_date,
        total=cents(found.amount, found.currency),
        status=_status(found, attempts),
        lines=tuple(_line(item, found.currency) for item in found.items),
        lifecycle=InvoiceLifecycle.FINAL,
    )


def _status(found: shapes.Invoice, attempts: tuple[Attempt, ...]) -> InvoiceStatus:
    if found.balance <= 0:
        return InvoiceStatus.PAID
    last = attempts[-1].state if attempts else None
    if last is AttemptState.SUBMITTED:
        return InvoiceStatus.PROCESSING
    return InvoiceStatus.FAILED if last is AttemptState.FAILED else InvoiceStatus.OPEN


def _line(item: shapes.Item, currency: str) -> InvoiceLine:
    text = item.description or item.pretty_plan_name or item.plan_name or item.item_type
    return InvoiceLine(
        text_de=text,
        text_en=text,
        amount=cents(item.amount, currency),
        tax_minor=cents(item.amount, currency).minor if item.item_type == "TAX" else 0,
        period_start=item.start_date,
        period_end=item.end_date or item.start_date,
        kind="plan" if item.item_type == "RECURRING" else "charge",
        code=item.plan_name,
    )


def attempts(payments: tuple[shapes.Payment, ...], invoice_id: str) -> tuple[Attempt, ...]:
    """The tries to collect one invoice, oldest first."""
    found = [
        (payment, tried)
        for payment in payments
        if payment.target_invoice_id == invoice_id
        for tried in payment.transactions
        if tried.transaction_type in _COLLECTS and tried.status in _ATTEMPT_STATES
    ]
    found.sort(key=lambda pair: pair[1].effective_date)
    return tuple(
        Attempt(
            reference=tried.transaction_id,
            invoice=invoice_id,
            number=index,
            method=payment.payment_method_id or "",
            kind=_kind(tried.gateway_error_code),
            amount=cents(tried.amount, tried.currency),
            state=_ATTEMPT_STATES[tried.status],
            raw_code=tried.gateway_error_code,
            at=_aware(tried.effective_date),
        )
        for index, (payment, tried) in enumerate(found, start=1)
    )


def _kind(code: str | None) -> MethodKind:
    """SEPA return codes are two letters and two digits (ISO 20022); all else came from a card."""
    sepa = code is not None and len(code) == 4 and code[:2].isalpha() and code[2:].isdigit()
    return MethodKind.SEPA if sepa else MethodKind.CARD


def contract(found: shapes.Contract, plan: Plan, number: str, today: date) -> Subscription:
    """A contract in our terms; the charged-through date is the first day of the next period."""
    end = found.charged_through_date or add_months(today, MONTHS[plan.interval])
    return Subscription(
        id=found.subscription_id,
        customer=number,
        plan=plan.code,
        state=_state(found, today),
        started_on=found.start_date,
        period=Period(add_months(end, -MONTHS[plan.interval]), end),
        anchor_day=end.day,
        method=None,
        ends_on=found.billing_end_date or found.cancelled_date,
    )


def _state(found: shapes.Contract, today: date) -> SubscriptionState:
    ends = found.billing_end_date or found.cancelled_date
    if ends is not None:
        return SubscriptionState.ENDED if ends <= today else SubscriptionState.CANCEL_SCHEDULED
    states = {"ACTIVE": SubscriptionState.ACTIVE, "PENDING": SubscriptionState.PENDING}
    return states.get(found.state, SubscriptionState.ENDED)


def cents(amount: object, currency: str) -> Money:
    """An amount in cents; one that is none is no proper answer."""
    try:
        return money(amount, currency)
    except (ValueError, ArithmeticError) as error:
        raise SubscriptionError(Code.STORE_UNAVAILABLE) from error


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise SubscriptionError(Code.STORE_UNAVAILABLE)
    return at


def locale(account: shapes.Account) -> str:
    """`de` or `en`; German for an account that says neither."""
    said = (account.locale or "")[:2]
    return said if said in {"de", "en"} else "de"
