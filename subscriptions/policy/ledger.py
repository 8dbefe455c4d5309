"""What is open, overdue and next, derived from unpaid invoices and the contracts.

Invariants: what is being processed is not open; a failed invoice is overdue at once; a debit is
announced only for a contract that goes on, never while collection rests, and never as a debit when the
way to pay may not be used.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from subscriptions.entities.contracts import Period, Subscription
from subscriptions.entities.invoices import Invoice, InvoiceStatus
from subscriptions.model.base import Money
from subscriptions.model.billing import Balance, InvoiceLine, MethodProblem, NextDebit
from subscriptions.model.catalogue import Plan
from subscriptions.policy.debits import debit_on, next_start
from subscriptions.policy.invoicing import PeriodInvoice


@dataclass(frozen=True, slots=True)
class Terms:
    """A contract with its plan now, the one after the period end, and the label of its method.

    `invoice` is that of the next period; without it the price of the following plan is announced.
    """

    contract: Subscription
    plan: Plan
    following: Plan
    method: str | None
    problem: MethodProblem | None = None
    invoice: PeriodInvoice | None = None
    debit_day: int | None = None
    pause: Period | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """The unpaid invoices, and by their number the cents paid or credited so far and the day of a planned try.

    `on_hold`: collection rests for everything; `resting`: for these invoices.
    """

    unpaid: Sequence[Invoice]
    settled: Mapping[str, int] = field(default_factory=dict)
    planned: Mapping[str, date] = field(default_factory=dict)
    resting: Collection[str] = ()
    on_hold: bool = False

    def open_of(self, invoice: Invoice) -> int:
        """What is still to be paid of an invoice, in cents."""
        return outstanding(invoice, self.settled.get(invoice.number, 0))


def outstanding(invoice: Invoice, settled: int) -> int:
    """What is still to be paid of an unpaid invoice, in cents; `settled` was paid or credited."""
    return max(invoice.total.minor - settled, 0)


def is_overdue(invoice: Invoice, today: date) -> bool:
    """Whether an unpaid invoice should have been paid before today."""
    return invoice.status is InvoiceStatus.FAILED or invoice.due_on < today


def balance(owed: Owed, terms: Sequence[Terms], today: date) -> Balance:
    """The balance of a customer with the contracts that are not over."""
    debits = () if owed.on_hold else _debits(owed, terms, today)
    first = debits[0] if debits else None
    usable = next((t.method for t in terms if t.problem is None), None)
    return Balance(
        open=_sum(owed, owed.unpaid),
        overdue=_sum(owed, [i for i in owed.unpaid if is_overdue(i, today)]),
        next_on=first.on if first else None,
        next_amount=first.amount if first else None,
        method=(None if first.problem else first.method) if first else usable,
        problem=first.problem if first else None,
        on_hold=owed.on_hold,
        disputed=_sum(owed, [i for i in owed.unpaid if i.disputed]),
        debits=debits,
    )


def _sum(owed: Owed, invoices: Sequence[Invoice]) -> Money:
    return Money(sum(owed.open_of(invoice) for invoice in invoices))


def _debits(owed: Owed, terms: Sequence[Terms], today: date) -> tuple[NextDebit, ...]:
    """Invoices that wait for their day, and the next period of each contract; the earliest first."""
    by_contract = {t.contract.id: t for t in terms}
    waiting = [
        _waiting(invoice, (on, owed.open_of(invoice)), by_contract.get(invoice.subscription))
        for invoice in owed.unpaid
        if not invoice.disputed and invoice.number not in owed.resting
        for on in _days(invoice, owed.planned.get(invoice.number), today)
    ]
    coming = [debit for debit in (_coming(t, today) for t in terms) if debit is not None]
    return tuple(sorted([*waiting, *coming], key=lambda debit: debit.on))


def _days(invoice: Invoice, planned: date | None, today: date) -> tuple[date, ...]:
    """The day on which an unpaid invoice is debited without anybody asking, if there is one."""
    if planned is not None:
        return (max(planned, today),)
    waits = invoice.status is InvoiceStatus.OPEN and invoice.due_on >= today
    return (invoice.due_on,) if waits else ()


def _waiting(invoice: Invoice, debit: tuple[date, int], terms: Terms | None) -> NextDebit:
    on, minor = debit
    return NextDebit(
        subscription=invoice.subscription,
        on=on,
        amount=Money(minor, invoice.total.currency),
        method=terms.method if terms else None,
        problem=terms.problem if terms else MethodProblem.MISSING,
        invoice=invoice.number,
    )


def _coming(terms: Terms, today: date) -> NextDebit | None:
    start = next_start(terms.contract, terms.plan.interval, today, terms.pause)
    if start is None:
        return None
    amount, lines = _amount(terms)
    return NextDebit(
        subscription=terms.contract.id,
        on=debit_on(start, terms.debit_day),
        amount=amount,
        method=terms.method,
        problem=terms.problem,
        lines=lines,
    )


def _amount(terms: Terms) -> tuple[Money, tuple[InvoiceLine, ...]]:
    if terms.invoice is None:
        return terms.following.price, ()
    return terms.invoice.total, terms.invoice.lines
