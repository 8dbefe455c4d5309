"""States of billing that the seeded business does not have, made through the store."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert, update

from subscriptions.entities.addons import Addon, BookedAddon
from subscriptions.entities.invoices import Invoice, InvoiceLifecycle, InvoiceStatus
from subscriptions.entities.payment_requests import PaymentRequest
from subscriptions.entities.payments import Payment, PaymentSource
from subscriptions.entities.pricing import Price
from subscriptions.entities.refunds import Refund, RefundReason, RefundState
from subscriptions.entities.vouchers import Voucher, VoucherKind
from subscriptions.model.base import Money
from subscriptions.model.billing import InvoiceLine
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.model.payments import PaymentRequestState
from subscriptions.policy.changes import contained_tax
from subscriptions.store import (
    addons,
    collection,
    contracts,
    customers,
    invoices,
    payment_requests,
    receipts,
    refunds,
    vouchers,
)
from subscriptions.store import tables as t
from subscriptions.store.engine import reading, writing
from tests.integration.subscriptions.making_prices import add_price
from tests.integration.subscriptions.people import NOW

TODAY = date(2026, 11, 21)
BEGIN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def line(minor: int = 799, percent: int = 19, **given: Any) -> InvoiceLine:
    """A plan line of the current month of K-1002."""
    values: dict[str, Any] = {
        "text_de": "Stream Basis",
        "text_en": "Stream Basic",
        "amount": Money(minor),
        "tax_minor": contained_tax(minor, percent),
        "period_start": date(2026, 11, 11),
        "period_end": date(2026, 12, 11),
        "tax_percent": percent,
        "code": "stream-basic",
    }
    return InvoiceLine(**{**values, **given})


def invoice(engine: Engine, number: str, *lines: InvoiceLine, **given: Any) -> Invoice:
    """An invoice of K-1002, open and due today unless said otherwise."""
    items = lines or (line(),)
    values: dict[str, Any] = {
        "customer": "K-1002",
        "subscription": "S-1002",
        "issued_on": TODAY,
        "due_on": TODAY,
        "status": InvoiceStatus.OPEN,
    }
    total = Money(sum(item.amount.minor for item in items))
    made = Invoice(number, total=total, lines=items, **{**values, **given})
    with writing(engine) as db:
        invoices.add(db, made)
    return made


def paid(
    engine: Engine,
    invoice: str | None,
    minor: int,
    *,
    source: PaymentSource = PaymentSource.TRANSFER,
    reference: str = "Z-T1",
    customer: str = "K-1002",
) -> Payment:
    """Money that arrived."""
    made = Payment(reference, customer, invoice, Money(minor), source, BEGIN)
    with writing(engine) as db:
        receipts.add(db, made)
    return made


def paid_twice(engine: Engine, number: str = "RE-1002-0015") -> str:
    """The newest invoice of K-1002, paid by debit, is paid by transfer again."""
    paid(engine, number, 799)
    return number


def voucher(engine: Engine, code: str = "DANKE20", **given: Any) -> Voucher:
    """A voucher of 20 percent unless said otherwise."""
    values: dict[str, Any] = {
        "kind": VoucherKind.PERCENT,
        "value": 20,
        "valid_from": TODAY - timedelta(days=30),
    }
    made = Voucher(code, **{**values, **given})
    with writing(engine) as db:
        vouchers.add(db, made)
    return made


def addon(engine: Engine, subscription: str = "S-1002", minor: int = 300) -> BookedAddon:
    """An add-on that is booked."""
    sold = Addon("profile", "streaming", "Profil", "Profile", Money(minor), Interval.MONTH, 19, 5)
    booked = BookedAddon("B-1", subscription, sold, 2, TODAY - timedelta(days=60))
    with writing(engine) as db:
        addons.add(db, sold)
        addons.book(db, booked)
    return booked


def goodwill(engine: Engine, *, days_ago: int = 10, minor: int = 200) -> Refund:
    """A goodwill refund of K-1002 for an early invoice."""
    made = Refund(
        f"G-{days_ago}",
        "K-1002",
        "RE-1002-0001",
        None,
        Money(minor),
        RefundReason.GOODWILL,
        RefundState.SUCCEEDED,
        NOW - timedelta(days=days_ago),
    )
    with writing(engine) as db:
        refunds.add(db, made)
    return made


def changed(engine: Engine, table: Any, key: dict[str, Any], **values: Any) -> None:
    """A row with other values."""
    where = [table.c[name] == value for name, value in key.items()]
    with writing(engine) as db:
        assert db.execute(update(table).where(*where).values(**values)).rowcount > 0


def contract(engine: Engine, number: str = "S-1002", **values: Any) -> None:
    """The contract with other values."""
    changed(engine, t.subscriptions, {"id": number}, **values)


def method(engine: Engine, number: str = "P-1002", **values: Any) -> None:
    """The way to pay with other values."""
    changed(engine, t.payment_methods, {"id": number}, **values)


def plan_with_history(engine: Engine) -> str:
    """A plan whose price rose once and will rise again."""
    sold = Plan("magazine", "press", "Magazin", "Magazine", Money(500), Interval.MONTH, 9, (), ())
    with writing(engine) as db:
        contracts.add_plan(db, sold, 7)
        for day, minor, why in (
            (date(2025, 1, 1), 400, None),
            (date(2026, 1, 1), 500, "paper"),
            (date(2027, 1, 1), 600, "ink"),
        ):
            add_price(db, Price(sold.code, day, Money(minor), why, why))
    return sold.code


def second_contract(engine: Engine, *, account: str | None = None) -> str:
    """K-1002 reads a newspaper as well, from the 1st of the month."""
    with writing(engine) as db:
        db.execute(
            insert(t.subscriptions).values(
                id="S-1002-2",
                customer="K-1002",
                plan="press-digital",
                state="active",
                started_on=date(2026, 10, 1),
                period_start=date(2026, 11, 1),
                period_end=date(2026, 12, 1),
                anchor_day=1,
                method="P-1002",
                account=account,
            )
        )
    return "S-1002-2"


def void(engine: Engine, number: str) -> None:
    """The invoice does not hold any more."""
    changed(
        engine,
        t.invoices,
        {"number": number},
        lifecycle=InvoiceLifecycle.VOID.value,
        void_reason="wrong_amount",
    )


def renamed(engine: Engine, number: str, name: str) -> None:
    """The customer has another name."""
    with reading(engine) as db:
        person = customers.by_number(db, number)
    assert replace(person, name=name) != person
    changed(engine, t.customers, {"number": number}, name=name)


def paid_link(engine: Engine, numbers: list[str], minor: int) -> PaymentRequest:
    """A pay link of K-1002 that was paid after its invoices were, so that no invoice needed the money."""
    link = PaymentRequest(
        "R-LINK",
        "hash",
        "K-1002",
        Money(minor),
        tuple(numbers),
        PaymentRequestState.OPEN,
        BEGIN,
        BEGIN + timedelta(days=7),
        "page_1",
    )
    with writing(engine) as db:
        payment_requests.add(db, link)
        collection.settle_request(db, link, NOW)
    return link
