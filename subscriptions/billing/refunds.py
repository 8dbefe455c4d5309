"""Giving money back: our own errors in full, goodwill up to the operator's limit, the rest by a person.

Invariants: the customer is locked while it is decided, so that no cap is passed twice at once; a provider that was
not reached leaves nothing behind; the number of the refund of its invoice makes the provider's reference; while the
outcome of one is unknown no other is made for that invoice, so that a lost answer never gives money back twice.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from subscriptions.asking import (
    CHARGES,
    REFUNDS,
    Asking,
    By,
    Handed,
    Settled,
    after_looking_up,
    ask_once,
    begin_refund,
    case_of,
    credited,
    refund_notice,
    refuse_unknown,
)
from subscriptions.billing.charges import CHECKED_MONTHS, owned
from subscriptions.billing.history import history_of
from subscriptions.billing.values import refund_status as status_of
from subscriptions.entities.invoices import Invoice
from subscriptions.entities.refunds import Refund, RefundReason, RefundState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level, Money
from subscriptions.model.billing import RefundQuote, RefundReceipt, RefundStatus
from subscriptions.policy.access import is_agent, require
from subscriptions.policy.calendar import add_months, business_date
from subscriptions.policy.overcharges import find
from subscriptions.policy.refunds import Giving, Record, Wish, decide
from subscriptions.store import customers, giving, refunds
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Order

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
    REFUND_ABOVE_LIMIT beyond what may be given without a person, PROVIDER_DOWN: then nothing has changed. REFUND_UNKNOWN
    while nobody knows whether it was made, PAYMENT_UNKNOWN while a debit of this invoice is; both are looked up first.
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
    ask = _Ask(order, invoice, Wish(amount, _reason(reason), is_agent(caller)))
    asking = Asking(REFUNDS, lambda db: _begin(backing, db, ask), _given)
    return after_looking_up(
        backing, number, (CHARGES, REFUNDS), lambda: ask_once(backing, order, RefundReceipt, asking)
    )


def _reason(given: str) -> RefundReason:
    """A reason that may be given here; a withdrawal is a declaration of its own."""
    known = {reason.value for reason in RefundReason} - {RefundReason.WITHDRAWAL.value}
    if given not in known:
        raise SubscriptionError(Code.BAD_INPUT, field="reason")
    return RefundReason(given)


def _begin(backing: Backing, db: Connection, ask: _Ask) -> Done[RefundReceipt] | Handed:
    """Decide it, and write down what the provider is asked; a bank transfer goes to a person at once."""
    number, at = ask.order.owner or "", ask.order.at
    customers.by_number(db, number, lock=True)
    record = _record(db, owned(db, number, ask.invoice, lock=True), at)
    invoice = record.charge.invoice.number
    refuse_unknown(db, record.charge.invoice.customer, {invoice})
    made = _made(record, decide(ask.wish, record, backing.limits), at)
    if giving.request_of(db, made) is not None:
        return begin_refund(db, made)
    refunds.add(db, made)
    by = By(ask.order.caller.actor, at, backing.limits, at)
    receipt = _receipt(made, credited(db, made, by), case_of(db, made, by))
    return replace(_done(receipt, made), notices=(refund_notice(made),))


def _given(db: Connection, reference: str, settled: Settled | None) -> Done[RefundReceipt]:
    """What became of a refund, as it is stored; what was settled by others is told without its papers."""
    made = refunds.find(db, reference)
    if made is None:
        raise SubscriptionError(Code.REFUND_UNKNOWN)
    papers = settled.facts if settled else {}
    note, case = papers.get("credit_note"), papers.get("case")
    return _done(_receipt(made, str(note) if note else None, str(case) if case else None), made)


def _receipt(made: Refund, note: str | None, case: str | None) -> RefundReceipt:
    return RefundReceipt(
        reference=made.reference,
        invoice=made.invoice,
        amount=made.amount,
        reason=made.reason.value,
        state=made.state.value,
        expected_on=made.expected_on,
        credit_note=note,
        case=case,
    )


def _done(receipt: RefundReceipt, made: Refund) -> Done[RefundReceipt]:
    facts: dict[str, str | int | bool | None] = {
        "refund": receipt.reference,
        "invoice": receipt.invoice,
        "amount": receipt.amount.minor,
        "reason": receipt.reason,
        "state": receipt.state,
        "case": receipt.case,
    }
    return Done(receipt, made.customer, facts)


def _record(db: Connection, invoice: Invoice, at: datetime) -> Record:
    """What the ledger says about the invoice; raises REFUND_UNKNOWN while one of its refunds is."""
    since = min(add_months(business_date(at), -CHECKED_MONTHS), invoice.issued_on)
    history = history_of(db, invoice.customer, since)
    charge = next(c for c in history.charges if c.invoice.number == invoice.number)
    if any(refund.state is RefundState.UNKNOWN for refund in charge.refunds):
        raise SubscriptionError(Code.REFUND_UNKNOWN, invoice=invoice.number)
    return Record(
        charge=charge,
        findings=[f for f in find(history) if f.invoice == invoice.number],
        earlier=refunds.of_customer(db, invoice.customer, at - YEAR),
    )


def _made(record: Record, wanted: Giving, at: datetime) -> Refund:
    """The refund before anybody was asked; its number follows those that its invoice has."""
    invoice = record.charge.invoice
    return Refund(
        reference=f"G-{invoice.number}-{len(record.charge.refunds) + 1}",
        customer=invoice.customer,
        invoice=invoice.number,
        payment=wanted.payment.reference,
        amount=wanted.amount,
        reason=wanted.reason,
        state=RefundState.WAITING,
        asked_at=at,
    )


def refund_quote(
    backing: Backing, caller: Caller, invoice: str | None, amount: Money | None
) -> RefundQuote:
    """What `refund` would give now, of the latest invoice by default; nothing changes, and nobody is asked.

    Raises what `refund` raises before the provider is asked.
    """
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    with reading(backing.engine) as db:
        customers.by_number(db, number)
        record = _record(db, owned(db, number, invoice), now)
    wanted = decide(Wish(amount, RefundReason.GOODWILL, is_agent(caller)), record, backing.limits)
    return RefundQuote(record.charge.invoice.number, wanted.amount, wanted.reason.value)


def refund_status(backing: Backing, caller: Caller) -> tuple[RefundStatus, ...]:
    """All refunds of the caller, newest first; none is an answer too."""
    number = require(caller, Level.IDENTIFIED, backing.clock())
    with reading(backing.engine) as db:
        customers.by_number(db, number)
        return tuple(status_of(r) for r in refunds.of_customer(db, number))
