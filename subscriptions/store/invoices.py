"""Invoices, their lines, and the attempts to collect them.

Invariants: an invoice is final when it is stored, only its payment status changes; it is locked before
money is collected for it.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.invoices import Invoice, InvoiceLifecycle, InvoiceStatus
from subscriptions.entities.methods import MethodKind
from subscriptions.model.base import Money
from subscriptions.model.billing import InvoiceLine
from subscriptions.model.payments import FailureClass
from subscriptions.policy.calendar import business_date
from subscriptions.store import tables as t

_UNPAID = (InvoiceStatus.OPEN.value, InvoiceStatus.FAILED.value)


def _invoice(row: Row[Any], lines: tuple[InvoiceLine, ...] = ()) -> Invoice:
    return Invoice(
        number=row.number,
        customer=row.customer,
        subscription=row.subscription,
        issued_on=row.issued_on,
        due_on=row.due_on,
        total=Money(row.total_minor, row.currency),
        status=InvoiceStatus(row.status),
        lines=lines,
        account=row.account,
        lifecycle=InvoiceLifecycle(row.lifecycle),
        disputed=row.disputed,
        kind=row.kind,
        paid_at=row.paid_at,
        void_reason=row.void_reason,
    )


def _line(row: Row[Any], currency: str) -> InvoiceLine:
    return InvoiceLine(
        text_de=row.text_de,
        text_en=row.text_en,
        amount=Money(row.amount_minor, currency),
        tax_minor=row.tax_minor,
        period_start=row.period_start,
        period_end=row.period_end,
        kind=row.kind,
        tax_percent=row.tax_percent,
        code=row.code,
    )


def attempt_of(row: Row[Any]) -> Attempt:
    """An attempt from its row, for the other modules of the store."""
    return Attempt(
        reference=row.reference,
        invoice=row.invoice,
        number=row.number,
        method=row.method,
        kind=MethodKind(row.kind),
        amount=Money(row.amount_minor, row.currency),
        state=AttemptState(row.state),
        raw_code=row.raw_code,
        at=row.at,
        decided_by=row.decided_by,
        failure_class=FailureClass(row.failure_class) if row.failure_class else None,
        provider_reference=row.provider_reference,
        settled_at=row.settled_at,
        due_on=row.due_on,
    )


def find(
    db: Connection, customer: str, number: str | None = None, *, lock: bool = False
) -> Invoice | None:
    """An invoice of this customer, the latest by default; never one of somebody else."""
    query = select(t.invoices).where(t.invoices.c.customer == customer)
    if number is not None:
        query = query.where(t.invoices.c.number == number)
    query = query.order_by(t.invoices.c.issued_on.desc(), t.invoices.c.number.desc()).limit(1)
    row = db.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        return None
    lines = select(t.invoice_lines).where(t.invoice_lines.c.invoice == row.number)
    found = db.execute(lines.order_by(t.invoice_lines.c.position))
    return _invoice(row, tuple(_line(line, row.currency) for line in found))


def unpaid(db: Connection, customer: str, *, lock: bool = False) -> tuple[Invoice, ...]:
    """Invoices that hold and are open or failed, oldest first, without their lines."""
    query = select(t.invoices).where(
        t.invoices.c.customer == customer,
        t.invoices.c.status.in_(_UNPAID),
        t.invoices.c.lifecycle == InvoiceLifecycle.FINAL.value,
    )
    query = query.order_by(t.invoices.c.due_on, t.invoices.c.number)
    rows = db.execute(query.with_for_update() if lock else query)
    return tuple(_invoice(row) for row in rows)


def processing(db: Connection, customer: str) -> tuple[Invoice, ...]:
    """Invoices whose debit is under way, oldest first, without their lines."""
    query = select(t.invoices).where(
        t.invoices.c.customer == customer, t.invoices.c.status == InvoiceStatus.PROCESSING.value
    )
    rows = db.execute(query.order_by(t.invoices.c.due_on, t.invoices.c.number))
    return tuple(_invoice(row) for row in rows)


def all_paid(db: Connection, numbers: Collection[str]) -> bool:
    """Whether each of these invoices is paid or no longer holds."""
    query = select(func.count()).where(
        t.invoices.c.number.in_(numbers),
        t.invoices.c.status != InvoiceStatus.PAID.value,
        t.invoices.c.lifecycle != InvoiceLifecycle.VOID.value,
    )
    return int(db.execute(query).scalar_one()) == 0


def latest(db: Connection, customer: str, limit: int) -> tuple[Invoice, ...]:
    """The last invoices, newest first, without their lines, drafts left out."""
    query = select(t.invoices).where(
        t.invoices.c.customer == customer,
        t.invoices.c.lifecycle != InvoiceLifecycle.DRAFT.value,
    )
    query = query.order_by(t.invoices.c.issued_on.desc(), t.invoices.c.number.desc()).limit(limit)
    return tuple(_invoice(row) for row in db.execute(query))


def invoice_number(customer: str, index: int) -> str:
    """`RE-1001-0025` is the 25th invoice of customer K-1001; too short to be taken for a card."""
    return f"RE-{customer.removeprefix('K-')}-{index:04d}"


def next_number(db: Connection, customer: str) -> str:
    """The number of the next invoice; the contract of the customer must be locked.

    A draft that was taken back may leave a gap, so that the count alone does not tell.
    """
    index = how_many(db, customer) + 1
    while find(db, customer, invoice_number(customer, index)) is not None:
        index += 1
    return invoice_number(customer, index)


def how_many(db: Connection, customer: str) -> int:
    """How many invoices a customer has."""
    query = select(func.count()).select_from(t.invoices).where(t.invoices.c.customer == customer)
    return int(db.execute(query).scalar_one())


def attempts_of(db: Connection, invoice: str) -> tuple[Attempt, ...]:
    """The attempts for one invoice, oldest first."""
    query = select(t.attempts).where(t.attempts.c.invoice == invoice)
    return tuple(attempt_of(row) for row in db.execute(query.order_by(t.attempts.c.number)))


def since(db: Connection, customer: str, day: date | None = None) -> tuple[Invoice, ...]:
    """The invoices of a customer issued since a day, drafts left out, newest first, with their lines."""
    i = t.invoices.c
    wanted = i.customer == customer
    return _issued(db, wanted if day is None else wanted & (i.issued_on >= day))


def of_contract(db: Connection, subscription: str) -> tuple[Invoice, ...]:
    """The invoices for a contract, whoever pays them, drafts left out, newest first, with their lines."""
    return _issued(db, t.invoices.c.subscription == subscription)


def _issued(db: Connection, wanted: ColumnElement[bool]) -> tuple[Invoice, ...]:
    i = t.invoices.c
    query = select(t.invoices).where(wanted, i.lifecycle != InvoiceLifecycle.DRAFT.value)
    found = db.execute(query.order_by(i.issued_on.desc(), i.number.desc())).all()
    lines = select(t.invoice_lines).where(
        t.invoice_lines.c.invoice.in_([row.number for row in found])
    )
    by_invoice: dict[str, list[Row[Any]]] = {row.number: [] for row in found}
    for line in db.execute(lines.order_by(t.invoice_lines.c.position)):
        by_invoice[line.invoice].append(line)
    return tuple(
        _invoice(row, tuple(_line(line, row.currency) for line in by_invoice[row.number]))
        for row in found
    )


def attempts_since(db: Connection, customer: str, since: datetime) -> tuple[Attempt, ...]:
    """The attempts for all invoices of the customer since then, oldest first."""
    query = (
        select(t.attempts)
        .join(t.invoices, t.invoices.c.number == t.attempts.c.invoice)
        .where(t.invoices.c.customer == customer, t.attempts.c.at >= since)
        .order_by(t.attempts.c.at, t.attempts.c.number)
    )
    return tuple(attempt_of(row) for row in db.execute(query))


def add(db: Connection, invoice: Invoice) -> None:
    """Store a new invoice with its lines."""
    db.execute(
        insert(t.invoices).values(
            number=invoice.number,
            customer=invoice.customer,
            subscription=invoice.subscription,
            issued_on=invoice.issued_on,
            due_on=invoice.due_on,
            total_minor=invoice.total.minor,
            currency=invoice.total.currency,
            status=invoice.status.value,
            account=invoice.account,
            lifecycle=invoice.lifecycle.value,
            disputed=invoice.disputed,
            kind=invoice.kind,
            paid_at=invoice.paid_at,
            void_reason=invoice.void_reason,
        )
    )
    for position, line in enumerate(invoice.lines, start=1):
        db.execute(
            insert(t.invoice_lines).values(
                invoice=invoice.number,
                position=position,
                text_de=line.text_de,
                text_en=line.text_en,
                amount_minor=line.amount.minor,
                tax_minor=line.tax_minor,
                period_start=line.period_start,
                period_end=line.period_end,
                kind=line.kind,
                tax_percent=line.tax_percent,
                code=line.code,
            )
        )


def remove(db: Connection, draft: Invoice) -> None:
    """Take a draft back that never became an invoice."""
    lines, i = t.invoice_lines, t.invoices.c
    db.execute(delete(lines).where(lines.c.invoice == draft.number))
    is_draft = i.lifecycle == InvoiceLifecycle.DRAFT.value
    db.execute(delete(t.invoices).where(i.number == draft.number, is_draft))


def add_attempt(db: Connection, attempt: Attempt) -> None:
    """Store an attempt."""
    db.execute(insert(t.attempts).values(attempt_columns(attempt)))


def attempt_columns(attempt: Attempt) -> dict[str, Any]:
    """The row of an attempt, for the other modules of the store."""
    return {
        "reference": attempt.reference,
        "invoice": attempt.invoice,
        "number": attempt.number,
        "method": attempt.method,
        "kind": attempt.kind.value,
        "amount_minor": attempt.amount.minor,
        "currency": attempt.amount.currency,
        "state": attempt.state.value,
        "raw_code": attempt.raw_code,
        "at": attempt.at,
        "decided_by": attempt.decided_by,
        "failure_class": attempt.failure_class.value if attempt.failure_class else None,
        "provider_reference": attempt.provider_reference,
        "settled_at": attempt.settled_at,
        "due_on": attempt.due_on,
        "ask_on": business_date(attempt.at),
    }


def store_lifecycle(db: Connection, invoice: Invoice) -> None:
    """Store that a locked invoice does not hold any more, and why."""
    db.execute(
        update(t.invoices)
        .where(t.invoices.c.number == invoice.number)
        .values(lifecycle=invoice.lifecycle.value, void_reason=invoice.void_reason)
    )


def store_status(db: Connection, invoice: Invoice) -> None:
    """Store the payment status of an invoice that made a step."""
    db.execute(
        update(t.invoices)
        .where(t.invoices.c.number == invoice.number)
        .values(status=invoice.status.value)
    )


def mark_disputed(db: Connection, invoice: Invoice) -> None:
    """Mark a locked invoice as disputed: it is not collected until a person has decided."""
    where = t.invoices.c.number == invoice.number
    db.execute(update(t.invoices).where(where).values(disputed=True))
