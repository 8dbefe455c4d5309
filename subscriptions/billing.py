"""What was charged, what is open, and what comes next.

Invariants: reads only; an identified caller sees the own account and no other.
"""

from datetime import date

from sqlalchemy import Connection, Engine

from subscriptions.entities import Invoice, InvoiceStatus, Subscription
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model import (
    Balance,
    Caller,
    Charge,
    Clock,
    Level,
    Money,
    SubscriptionState,
)
from subscriptions.policy.access import require
from subscriptions.policy.calendar import business_date, current_period
from subscriptions.store import contracts, customers, invoices
from subscriptions.store.engine import reading

_BILLED = frozenset(
    {SubscriptionState.ACTIVE, SubscriptionState.TRIALING, SubscriptionState.PAST_DUE}
)


class Billing:
    """Questions about money; every method needs level 1."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def explain_charge(self, caller: Caller, invoice: str | None = None) -> Charge:
        """An invoice item by item, the latest by default; NOT_FOUND if the caller has none such."""
        number = require(caller, Level.IDENTIFIED, self._clock())
        with reading(self._engine) as db:
            customers.by_number(db, number)
            found = invoices.find(db, number, invoice)
            if found is None:
                raise SubscriptionError(Code.NOT_FOUND, invoice=invoice)
            return Charge(
                invoice=found.number,
                issued_on=found.issued_on,
                due_on=found.due_on,
                total=found.total,
                status=found.status.value,
                method=_method_of(db, found),
                lines=found.lines,
            )

    def balance(self, caller: Caller) -> Balance:
        """What is open and overdue in cents, and the next debit with its day and amount."""
        now = self._clock()
        number = require(caller, Level.IDENTIFIED, now)
        with reading(self._engine) as db:
            customers.by_number(db, number)
            unpaid = invoices.unpaid(db, number)
            subscription = contracts.of_customer(db, number)
            return balance_of(db, unpaid, subscription, business_date(now))


def _method_of(db: Connection, invoice: Invoice) -> str:
    """The label of the method that paid, or that is on file for the contract."""
    tried = invoices.attempts_of(db, invoice.number)
    if tried:
        method = customers.method_of(db, tried[-1].method)
    else:
        contract = contracts.of_customer(db, invoice.customer)
        method = customers.method_of(db, contract.method if contract else None)
    return method.label if method else ""


def balance_of(
    db: Connection,
    unpaid: tuple[Invoice, ...],
    subscription: Subscription | None,
    today: date,
) -> Balance:
    """The balance from unpaid invoices and the contract."""
    overdue = [i for i in unpaid if i.status is InvoiceStatus.FAILED or i.due_on < today]
    next_on, next_amount = _next_debit(db, unpaid, subscription, today)
    method = customers.method_of(db, subscription.method) if subscription else None
    return Balance(
        open=Money(sum(i.total.minor for i in unpaid)),
        overdue=Money(sum(i.total.minor for i in overdue)),
        next_on=next_on,
        next_amount=next_amount,
        method=method.label if method else None,
    )


def _next_debit(
    db: Connection,
    unpaid: tuple[Invoice, ...],
    subscription: Subscription | None,
    today: date,
) -> tuple[date | None, Money | None]:
    for invoice in unpaid:
        if invoice.status is InvoiceStatus.OPEN and invoice.due_on >= today:
            return invoice.due_on, invoice.total
    if subscription is None or subscription.state not in _BILLED:
        return None, None
    plan = contracts.plan(db, subscription.plan)
    period = current_period(subscription.period, plan.interval, subscription.anchor_day, today)
    following = subscription.pending_plan
    return period.end, (contracts.plan(db, following) if following else plan).price
