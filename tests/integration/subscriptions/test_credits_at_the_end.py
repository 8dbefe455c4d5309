"""Credits for issues that did not come: seen in the view, and given back when no invoice follows."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, update

from subscriptions import Subscriptions
from subscriptions.entities.invoices import InvoiceStatus
from subscriptions.model.base import Money
from subscriptions.overview.money_values import CreditLine
from subscriptions.store import delivery as store
from subscriptions.store import tables as t
from subscriptions.store.engine import reading, writing
from tests.integration.subscriptions import making_billing as making
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.making_daily import Days, keep_only
from tests.integration.subscriptions.making_delivery import (
    PAPER,
    READER,
    interruption,
    printed_contract,
    reported_issue,
)
from tests.integration.subscriptions.people import AGENT, CountingProvider, SetClock, bot_for

ISSUE, END = date(2026, 11, 20), date(2026, 12, 1)
NUMBER = "RE-1002-0090"


@pytest.fixture
def days(engine: Engine, clock: SetClock, provider: CountingProvider) -> Days:
    keep_only(engine, READER)
    return Days(engine, clock, provider)


def billed(engine: Engine, minor: int = 3990, **given: Any) -> None:
    """The printed contract's invoice of November, paid unless said otherwise."""
    first, end = date(2026, 11, 1), date(2026, 12, 1)
    line = making.line(minor, 7, code="press-complete", period_start=first, period_end=end)
    values = {"subscription": PAPER, "issued_on": first, "status": InvoiceStatus.PAID, **given}
    making.invoice(engine, NUMBER, line, **values)


def ending(engine: Engine) -> None:
    """The printed contract ends with November; one issue is missing."""
    printed_contract(engine, ends_on=END)
    reported_issue(engine, ISSUE)


def test_the_view_shows_credits_and_counts_them_in(business: Subscriptions, engine: Engine) -> None:
    printed_contract(engine)
    reported_issue(engine, date(2026, 9, 2))  # long ago, still waiting
    interruption(engine, date(2026, 11, 2), date(2026, 11, 4))
    interruption(engine, date(2026, 11, 23), date(2026, 11, 28), number="U-2")
    with writing(engine) as db:
        paper = t.subscriptions.c.id == PAPER
        db.execute(update(t.subscriptions).where(paper).values(method="P-1002"))
    money = business.overview.of(AGENT, READER).money
    assert money.credits == (
        CreditLine("L-1", PAPER, Money(100), date(2026, 9, 2), date(2026, 9, 2)),
        CreditLine("U-1", PAPER, Money(1000), date(2026, 11, 2), date(2026, 11, 4)),
    )
    debits = {debit.subscription: debit.amount for debit in money.balance.debits}
    assert debits[PAPER] == Money(3990 - 100 - 1000 - 1000)  # the second is over by December
    assert business.billing.balance(bot_for(READER)) == money.balance


def test_what_waits_at_the_end_goes_back_from_the_invoice_of_its_days(
    days: Days, engine: Engine, business: Subscriptions
) -> None:
    ending(engine)
    billed(engine)
    days.run(END)
    (note,) = rows(engine, t.credit_notes, invoice=NUMBER)
    assert (note["amount_minor"], note["tax_minor"], note["reason"]) == (100, 7, "service")
    (refund,) = rows(engine, t.refunds, invoice=NUMBER)
    assert (refund["amount_minor"], refund["state"], refund["customer"]) == (100, "waiting", READER)
    (case,) = rows(engine, t.cases, customer=READER, kind="refund")
    assert (case["facts"]["refund"], case["facts"]["credits_left"]) == (100, 0)
    (told,) = rows(engine, t.contacts, customer=READER, template="credits_settled")
    assert told["facts"] == {"subscription": PAPER, "amount": 100}
    (ended,) = rows(engine, t.audit, action="daily.end", customer=READER)
    assert (ended["facts"]["back"], ended["facts"]["credits_left"]) == (100, 0)
    (issue,) = rows(engine, t.deliveries, subscription=PAPER)
    assert (issue["state"], issue["credit_invoice"]) == ("credited", NUMBER)
    assert business.overview.of(AGENT, READER).money.credits == ()
    days.run(date(2026, 12, 2))
    assert len(rows(engine, t.credit_notes, invoice=NUMBER)) == 1


def test_an_invoice_that_is_not_paid_is_lowered_and_nothing_goes_back(
    days: Days, engine: Engine
) -> None:
    ending(engine)
    billed(engine, status=InvoiceStatus.FAILED)
    days.run(END)
    assert [n["amount_minor"] for n in rows(engine, t.credit_notes, invoice=NUMBER)] == [100]
    assert rows(engine, t.refunds, invoice=NUMBER) == []
    assert rows(engine, t.cases, customer=READER, kind="refund") == []


def test_what_fits_on_no_invoice_stays_open_with_a_case(
    days: Days, engine: Engine, business: Subscriptions
) -> None:
    ending(engine)
    billed(engine, 60)
    days.run(END)
    (case,) = rows(engine, t.cases, customer=READER, kind="refund")
    assert (case["facts"]["refund"], case["facts"]["credits_left"]) == (60, 40)
    assert [c.amount for c in business.overview.of(AGENT, READER).money.credits] == [Money(40)]


def test_an_interruption_counts_up_to_the_end_only(days: Days, engine: Engine) -> None:
    printed_contract(engine, ends_on=END)
    billed(engine)
    interruption(engine, date(2026, 11, 27), date(2026, 12, 10))
    interruption(engine, date(2026, 12, 14), date(2026, 12, 16), number="U-2")
    days.run(END)
    first, second = sorted(rows(engine, t.suspensions, subscription=PAPER), key=lambda s: s["id"])
    assert (first["until_on"], second["state"]) == (date(2026, 11, 30), "withdrawn")
    assert first["credit_minor"] == first["credited_minor"] == 3 * 3990 // 25 + 1  # 3 of 25 issues
    (note,) = rows(engine, t.credit_notes, invoice=NUMBER)
    assert note["amount_minor"] == first["credit_minor"]
    with reading(engine) as db:
        assert store.waiting_credits(db, PAPER, date(2027, 1, 31)) == ()
