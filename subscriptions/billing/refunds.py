"""Giving money back: our own errors in full, goodwill up to the operator's limit, the rest by a person.

Invariants: the customer is locked while it is decided, so that no cap is passed twice at once; a provider that does
not answer leaves nothing behind; the number of the refund of its invoice makes the provider's reference, so
that an answer that was lost never gives money back twice, whatever key is used.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from subscriptions.billing.charges import CHECKED_MONTHS, owned
from subscriptions.billing.history import history_of, link_of
from subscriptions.billing.values import refund_status as status_of
from subscriptions.entities.payments import PaymentSource
from subscriptions.entities.refunds import CreditNote, Refund, RefundReason, RefundState, refund_to
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level, Money
from subscriptions.model.billing import RefundReceipt, RefundStatus
from subscriptions.policy.access import require
from subscriptions.policy.calendar import add_months, bank_days_after, business_date
from subscriptions.policy.overcharges import find
from subscriptions.policy.refunds import Giving, Record, Wish, credited_tax, decide
from subscriptions.provider import (
    PaymentProvider,
    ProviderUnavailableError,
    RefundAnswer,
    RefundRequest,
    RefundResult,
)
from subscriptions.store import cases, customers, invoices, refunds
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Notice, Order, write_once

ARRIVES_BANK_DAYS = 5
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class _Ask:
    """A refund that is asked for: of which invoice, how much, why."""

    order: Order
    invoice: str
    wish: Wish


def refund(
    backing: Backing,
    caller: Caller,
    invoice: str,
    amount: Money | None,
    *,
    reason: str,
    key: str,
) -> RefundReceipt:
    """Give money back for an invoice; without an amount all that is owed back, else all that is left.

    Raises NOT_FOUND, BAD_INPUT (amount, reason), REFUND_IMPOSSIBLE when that much was not paid or is gone already,
    REFUND_ABOVE_LIMIT beyond goodwill (a person is offered), PROVIDER_DOWN. Then nothing has changed.
    """
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    body = {
        "invoice": invoice,
        "amount": amount.minor if amount else None,
        "currency": amount.currency if amount else None,
        "reason": reason,
    }
    order = Order("billing.refund", caller, number, key, body, now)
    ask = _Ask(order, invoice, Wish(amount, _reason(reason)))
    return write_once(backing.engine, order, RefundReceipt, lambda db: _refund(backing, db, ask))


def _reason(given: str) -> RefundReason:
    """A reason that may be given here; a withdrawal is a declaration of its own."""
    known = {reason.value for reason in RefundReason} - {RefundReason.WITHDRAWAL.value}
    if given not in known:
        raise SubscriptionError(Code.BAD_INPUT, field="reason")
    return RefundReason(given)


def _refund(backing: Backing, db: Connection, ask: _Ask) -> Done[RefundReceipt]:
    number, at = ask.order.owner or "", ask.order.at
    record = _record(db, number, ask, at)
    giving = decide(ask.wish, record, backing.limits)
    made = _made(record, giving, at)
    answered = _answered(made, _order_back(db, backing.provider, made, giving), business_date(at))
    refunds.add(db, answered)
    note = _correct(db, answered, giving, business_date(at))
    case = _case(backing, db, answered, at) if answered.state is RefundState.WAITING else None
    receipt = RefundReceipt(
        reference=answered.reference,
        invoice=answered.invoice,
        amount=answered.amount,
        reason=answered.reason.value,
        state=answered.state.value,
        expected_on=answered.expected_on,
        credit_note=note.number if note else None,
        case=case,
    )
    told: dict[str, str | int | None] = {
        "refund": receipt.reference,
        "invoice": receipt.invoice,
        "amount": receipt.amount.minor,
    }
    facts = {**told, "reason": receipt.reason, "state": receipt.state, "case": case}
    return Done(receipt, number, facts, (Notice("payment", "refund_made", told),))


def _record(db: Connection, number: str, ask: _Ask, at: datetime) -> Record:
    """What the ledger says about the invoice, which is locked after its customer, as everywhere."""
    customers.by_number(db, number, lock=True)
    invoice = owned(db, number, ask.invoice, lock=True)
    since = min(add_months(business_date(at), -CHECKED_MONTHS), invoice.issued_on)
    history = history_of(db, number, since)
    charge = next(c for c in history.charges if c.invoice.number == invoice.number)
    return Record(
        charge=charge,
        findings=[f for f in find(history) if f.invoice == invoice.number],
        earlier=refunds.of_customer(db, number, at - YEAR),
    )


def _made(record: Record, giving: Giving, at: datetime) -> Refund:
    """The refund before anybody was asked; its number follows those that its invoice has."""
    invoice = record.charge.invoice
    return Refund(
        reference=f"G-{invoice.number}-{len(record.charge.refunds) + 1}",
        customer=invoice.customer,
        invoice=invoice.number,
        payment=giving.payment.reference,
        amount=giving.amount,
        reason=giving.reason,
        state=RefundState.WAITING,
        asked_at=at,
    )


def _order_back(
    db: Connection, provider: PaymentProvider, made: Refund, giving: Giving
) -> RefundAnswer | None:
    """What the provider says; None for a bank transfer, which only a person can send back."""
    source = _source(db, made, giving)
    if source is None:
        return None
    charge, method_id = source
    request = RefundRequest(
        reference=made.reference,
        charge_reference=charge,
        amount=made.amount,
        reason=made.reason.value,
        method=customers.method_of(db, method_id),
    )
    try:
        return provider.refund(request)
    except ProviderUnavailableError as error:
        raise SubscriptionError(Code.PROVIDER_DOWN) from error


def _source(db: Connection, made: Refund, giving: Giving) -> tuple[str, str | None] | None:
    """The provider's reference of the charge, and the method of a debit."""
    payment = giving.payment
    if payment.attempt is not None:
        tried = invoices.attempts_of(db, made.invoice)
        attempt = next(a for a in tried if a.reference == payment.attempt)
        return attempt.provider_reference or attempt.reference, attempt.method
    if payment.source is PaymentSource.LINK:
        link = link_of(db, payment)
        return ((link.provider_reference or link.id), None) if link else None
    return None


def _answered(made: Refund, answer: RefundAnswer | None, today: date) -> Refund:
    """A refund that the provider does not make stays with a person: it is owed all the same."""
    if answer is None or answer.state is RefundResult.FAILED:
        return made
    return replace(
        refund_to(made, RefundState(answer.state.value)),
        provider_reference=answer.provider_reference,
        expected_on=bank_days_after(today, ARRIVES_BANK_DAYS),
    )


def _correct(db: Connection, made: Refund, giving: Giving, today: date) -> CreditNote | None:
    """The credit note that lowers the invoice by what was given back, if it was too high."""
    if giving.credit <= 0:
        return None
    invoice = owned(db, made.customer, made.invoice)
    note = CreditNote(
        number=refunds.next_credit_note(db, made.customer),
        customer=made.customer,
        invoice=made.invoice,
        amount=Money(giving.credit, made.amount.currency),
        tax_minor=credited_tax(invoice, giving.credit),
        reason=made.reason,
        issued_on=today,
    )
    refunds.add_credit_note(db, note)
    return note


def _case(backing: Backing, db: Connection, made: Refund, at: datetime) -> str:
    facts = {"refund": made.reference, "invoice": made.invoice}
    concern = cases.Concern("refund", "BIL", facts=facts)
    return cases.open_case(db, made.customer, concern, at=at, limits=backing.limits).number


def refund_status(backing: Backing, caller: Caller) -> tuple[RefundStatus, ...]:
    """All refunds of the caller, newest first; none is an answer too."""
    number = require(caller, Level.IDENTIFIED, backing.clock())
    with reading(backing.engine) as db:
        customers.by_number(db, number)
        return tuple(status_of(r) for r in refunds.of_customer(db, number))
