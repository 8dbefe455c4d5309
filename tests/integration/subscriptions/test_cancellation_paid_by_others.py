"""Withdrawals whose money never comes, and contracts that somebody else pays for."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, insert, update

from subscriptions import Subscriptions
from subscriptions.entities.invoices import InvoiceStatus
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.payments.candidates import consider
from subscriptions.provider import EventKind
from subscriptions.store import accounts, invoices
from subscriptions.store import tables as t
from subscriptions.store.engine import reading, writing
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.making_cancellation import order
from tests.integration.subscriptions.making_daily import Days
from tests.integration.subscriptions.making_settlement import Debit, news, tell
from tests.integration.subscriptions.people import NOW, CountingProvider, SetClock, bot_for

BEN = bot_for("K-1004")
PAYER = "K-1001"


def debited(engine: Engine, ordered: str) -> Debit:
    """The bank has not answered yet to the first direct debit of an order."""
    (invoice,) = rows(engine, t.invoices, subscription=ordered)
    number = invoice["number"]
    with writing(engine) as db:
        db.execute(
            insert(t.attempts).values(
                reference=f"{number}-1",
                invoice=number,
                number=1,
                method="P-1003",
                kind="sepa",
                amount_minor=799,
                currency="EUR",
                state="submitted",
                at=NOW,
                provider_reference=f"sim_{number}-1",
            )
        )
    return Debit(f"{number}-1", number, "K-1004")


def paid_by_another(engine: Engine, ordered: str) -> None:
    """The order and its invoice are those of another customer's account."""
    with writing(engine) as db:
        account = accounts.of_holder(db, PAYER).id
        contract = t.subscriptions.c.id == ordered
        db.execute(update(t.subscriptions).where(contract).values(account=account))
        theirs = t.invoices.c.subscription == ordered
        db.execute(update(t.invoices).where(theirs).values(customer=PAYER, account=account))


@pytest.mark.parametrize(
    ("kind", "code"), [(EventKind.CHARGE_FAILED, "AM04"), (EventKind.CHARGE_RETURNED, "MS03")]
)
def test_after_a_withdrawal_money_that_never_comes_is_neither_given_back_nor_asked_for(
    business: Subscriptions, engine: Engine, kind: EventKind, code: str
) -> None:
    ordered = order(engine, status=InvoiceStatus.PROCESSING)
    debit = debited(engine, ordered)
    receipt = business.cancellation.withdraw(BEN, "Widerruf", key="w")
    assert (receipt.refund, receipt.awaited) == (Money(0), Money(799))
    tell(business, news(debit, kind, code=code))
    again = business.cancellation.withdraw(BEN, "Widerruf", subscription=ordered, key="w2")
    assert (again.repeated, again.refund, again.awaited) == (True, Money(0), None)
    assert [r["state"] for r in rows(engine, t.refunds, invoice=debit.invoice)] == ["failed"]
    (invoice,) = rows(engine, t.invoices, number=debit.invoice)
    assert (invoice["lifecycle"], invoice["void_reason"]) == ("void", "withdrawal")
    with reading(engine) as db:
        assert debit.invoice not in {i.number for i in invoices.unpaid(db, "K-1004")}
    with pytest.raises(SubscriptionError) as refused:
        business.payments.retry(BEN, debit.invoice, key="r")
    assert refused.value.code is Code.NOTHING_DUE


def test_after_a_withdrawal_money_that_comes_goes_back(
    business: Subscriptions, engine: Engine
) -> None:
    ordered = order(engine, status=InvoiceStatus.PROCESSING)
    debit = debited(engine, ordered)
    business.cancellation.withdraw(BEN, "Widerruf", key="w")
    tell(business, news(debit, EventKind.CHARGE_SUCCEEDED))
    again = business.cancellation.withdraw(BEN, "Widerruf", subscription=ordered, key="w2")
    assert (again.repeated, again.refund, again.awaited) == (True, Money(799), None)
    (refund,) = rows(engine, t.refunds, invoice=debit.invoice)
    assert (refund["state"], refund["amount_minor"]) == ("waiting", 799)
    (invoice,) = rows(engine, t.invoices, number=debit.invoice)
    assert (invoice["lifecycle"], invoice["status"]) == ("final", "paid")


def test_money_given_back_and_fetched_back_as_well_goes_to_a_person(
    business: Subscriptions, engine: Engine
) -> None:
    debit = debited(engine, order(engine, status=InvoiceStatus.PROCESSING))
    business.cancellation.withdraw(BEN, "Widerruf", key="w")
    tell(business, news(debit, EventKind.CHARGE_SUCCEEDED))
    with writing(engine) as db:
        mine = t.refunds.c.invoice == debit.invoice
        db.execute(update(t.refunds).where(mine).values(state="succeeded"))
    tell(business, news(debit, EventKind.CHARGE_REFUNDED, days=5, code="MD06"))
    assert rows(engine, t.cases, customer="K-1004", kind="wrong_or_double_charge")
    (refund,) = rows(engine, t.refunds, invoice=debit.invoice)
    assert refund["state"] == "succeeded"


def test_a_withdrawal_voids_the_invoice_of_whoever_pays(
    business: Subscriptions, engine: Engine
) -> None:
    ordered = order(engine, status=InvoiceStatus.OPEN)
    paid_by_another(engine, ordered)
    business.cancellation.withdraw(BEN, "Widerruf", key="w")
    (invoice,) = rows(engine, t.invoices, subscription=ordered)
    assert invoice["lifecycle"] == "void"
    (note,) = rows(engine, t.credit_notes, invoice=invoice["number"])
    assert (note["customer"], note["amount_minor"]) == (PAYER, 799)


def test_the_way_to_pay_of_a_contract_is_charged_for_whoever_pays(engine: Engine) -> None:
    ordered = order(engine, status=InvoiceStatus.FAILED)
    paid_by_another(engine, ordered)
    (row,) = rows(engine, t.invoices, subscription=ordered)
    with reading(engine) as db:
        invoice = invoices.find(db, PAYER, row["number"])
        assert invoice is not None
        method = consider(db, invoice, date(2026, 11, 21) + timedelta(days=1)).method
    assert method is not None
    assert method.id == "P-1004"


def test_an_early_end_credits_the_invoice_of_whoever_paid(
    engine: Engine, clock: SetClock, provider: CountingProvider
) -> None:
    ordered = order(engine)
    paid_by_another(engine, ordered)
    with writing(engine) as db:
        contract = t.subscriptions.c.id == ordered
        ends = {"state": "cancel_scheduled", "ends_on": NOW.date()}
        db.execute(update(t.subscriptions).where(contract).values(ends))
    Days(engine, clock, provider).run(NOW.date())
    (invoice,) = rows(engine, t.invoices, subscription=ordered)
    (note,) = rows(engine, t.credit_notes, invoice=invoice["number"])
    assert (note["customer"], note["reason"]) == (PAYER, "unused")
    (refund,) = rows(engine, t.refunds, invoice=invoice["number"])
    assert (refund["customer"], refund["amount_minor"]) == (PAYER, note["amount_minor"])
