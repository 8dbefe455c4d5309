"""One invoice explained item by item, all invoices listed, and all charges checked for errors."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from subscriptions.billing.history import charged, history_of
from subscriptions.billing.values import (
    credit_of,
    is_owed,
    payment_made,
    refund_status,
    summary,
    tax_sums,
)
from subscriptions.entities.invoices import Invoice, InvoiceLifecycle
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level, Money
from subscriptions.model.billing import Charge, ChargeCheck, InvoiceSummary
from subscriptions.policy.access import require
from subscriptions.policy.calendar import add_months, business_date
from subscriptions.policy.ledger import is_overdue, outstanding
from subscriptions.policy.overcharges import Charged, find
from subscriptions.store import contracts, customers, invoices, refunds
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading

CHECKED_MONTHS = 13  # as long as an unauthorised debit may be returned, § 676b BGB


def explain_charge(backing: Backing, caller: Caller, number: str | None) -> Charge:
    """An invoice with its lines, taxes, payments, credit notes and refunds; NOT_FOUND if there is none such."""
    now = backing.clock()
    customer = require(caller, Level.IDENTIFIED, now)
    with reading(backing.engine) as db:
        customers.by_number(db, customer)
        found = owned(db, customer, number)
        settled = refunds.settled(db, [found.number]).get(found.number, 0)
        return _charge(db, charged(db, [found])[0], settled, business_date(now))


def owned(db: Connection, customer: str, number: str | None, *, lock: bool = False) -> Invoice:
    """An invoice of this customer, the latest by default; a draft is none yet. Raises NOT_FOUND."""
    found = invoices.find(db, customer, number, lock=lock)
    if number is None and found is not None and found.lifecycle is InvoiceLifecycle.DRAFT:
        found = next(iter(invoices.since(db, customer)), None)
    if found is None or found.lifecycle is InvoiceLifecycle.DRAFT:
        raise SubscriptionError(Code.NOT_FOUND, invoice=number)
    return found


def listed(backing: Backing, caller: Caller, year: int | None) -> tuple[InvoiceSummary, ...]:
    """The invoices of a year or all of them, newest first; drafts are left out."""
    now = backing.clock()
    customer = require(caller, Level.IDENTIFIED, now)
    with reading(backing.engine) as db:
        customers.by_number(db, customer)
        found = invoices.since(db, customer)
    today = business_date(now)
    return tuple(summary(i, today) for i in found if year in {None, i.issued_on.year})


def check(backing: Backing, caller: Caller) -> ChargeCheck:
    """Everything that is wrong about the charges of the last 13 months; finding nothing is a result."""
    now = backing.clock()
    customer = require(caller, Level.IDENTIFIED, now)
    since = add_months(business_date(now), -CHECKED_MONTHS)
    with reading(backing.engine) as db:
        customers.by_number(db, customer)
        history = history_of(db, customer, since)
    return ChargeCheck(since=since, invoices=len(history.charges), findings=find(history))


def _charge(db: Connection, charge: Charged, settled: int, today: date) -> Charge:
    invoice = charge.invoice
    owed = outstanding(invoice, settled) if is_owed(invoice) else 0
    return Charge(
        invoice=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        total=invoice.total,
        status=invoice.status.value,
        method=_method_of(db, invoice),
        lines=invoice.lines,
        lifecycle=invoice.lifecycle.value,
        overdue=owed > 0 and is_overdue(invoice, today),
        disputed=invoice.disputed,
        kind=invoice.kind,
        subscription=invoice.subscription,
        unpaid=Money(owed, invoice.total.currency),
        taxes=tax_sums(invoice.lines),
        payments=tuple(payment_made(p) for p in charge.payments),
        credits=tuple(credit_of(n) for n in charge.credits),
        refunds=tuple(refund_status(r) for r in charge.refunds),
    )


def _method_of(db: Connection, invoice: Invoice) -> str:
    """The label of the method that was tried last, or that is on file for the contract."""
    tried: Sequence[str] = [a.method for a in invoices.attempts_of(db, invoice.number)]
    on_file = [c.method for c in contracts.by_ids(db, [invoice.subscription]) if c.method]
    known = [*on_file, *tried]
    method = customers.method_of(db, known[-1]) if known else None
    return method.label if method else ""
