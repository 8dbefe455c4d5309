"""Refunds: our errors in full, goodwill within its limits, never more than was paid."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.entities.payments import PaymentSource
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.provider import RefundRequest
from subscriptions.store import tables as t
from tests.integration.subscriptions import making_billing as making
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.people import CountingProvider, SetClock, bot_for

MARCUS = bot_for("K-1002")
LAST = "RE-1002-0015"


def test_goodwill_goes_back_the_way_it_came_with_a_credit_note(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    receipt = business.billing.refund(MARCUS, LAST, Money(400), reason="service", key="r")
    assert (receipt.amount, receipt.reason, receipt.state) == (Money(400), "service", "succeeded")
    assert (receipt.expected_on, receipt.case) == (date(2026, 11, 27), None)
    (asked,) = provider.asked
    assert isinstance(asked, RefundRequest)
    assert (asked.reference, asked.charge_reference, asked.amount) == (
        receipt.reference,
        f"{LAST}-1",
        Money(400),
    )
    (note,) = rows(engine, t.credit_notes, customer="K-1002")
    assert (note["number"], note["amount_minor"], note["tax_minor"]) == (
        receipt.credit_note,
        400,
        64,
    )
    assert receipt.credit_note == "GS-1002-0001"
    (entry,) = rows(engine, t.audit, action="billing.refund")
    assert (entry["facts"]["refund"], entry["facts"]["amount"]) == (receipt.reference, 400)
    (told,) = rows(engine, t.contacts, customer="K-1002", template="refund_made")
    assert (told["customer"], told["reason"]) == ("K-1002", "payment")


def test_the_same_key_gives_back_once(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    first = business.billing.refund(MARCUS, LAST, Money(400), key="r")
    assert business.billing.refund(MARCUS, LAST, Money(400), key="r") == first
    assert (len(provider.asked), len(rows(engine, t.refunds, customer="K-1002"))) == (1, 1)


def test_a_charge_shows_its_refund_and_owes_nothing(business: Subscriptions) -> None:
    receipt = business.billing.refund(MARCUS, LAST, Money(400), key="r")
    charge = business.billing.explain_charge(MARCUS, LAST)
    assert [(r.reference, r.state) for r in charge.refunds] == [(receipt.reference, "succeeded")]
    assert [(c.number, c.amount) for c in charge.credits] == [("GS-1002-0001", Money(400))]
    assert charge.unpaid == Money(0)
    (status,) = business.billing.refund_status(MARCUS)
    assert (status.reference, status.invoice, status.amount, status.expected_on) == (
        receipt.reference,
        LAST,
        Money(400),
        date(2026, 11, 27),
    )
    assert business.billing.refund_status(bot_for("K-1004")) == ()


def test_a_quote_says_what_a_refund_would_be_and_changes_nothing(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    quote = business.billing.refund_quote(MARCUS, LAST, Money(400))
    assert (quote.invoice, quote.amount, quote.reason) == (LAST, Money(400), "goodwill")
    assert business.billing.refund_quote(MARCUS).amount == Money(799)
    making.paid_twice(engine)
    assert business.billing.refund_quote(MARCUS, LAST).reason == "paid_twice"
    assert (provider.asked, rows(engine, t.refunds, customer="K-1002")) == ([], [])
    assert rows(engine, t.audit, customer="K-1002") == []


def test_without_an_amount_all_of_it_goes_back(business: Subscriptions) -> None:
    assert business.billing.refund(MARCUS, LAST, key="r").amount == Money(799)
    with pytest.raises(SubscriptionError) as refused:
        business.billing.refund(MARCUS, LAST, key="again")
    assert refused.value.code is Code.REFUND_IMPOSSIBLE


def test_a_sepa_refund_is_on_its_way_first(business: Subscriptions) -> None:
    paid = business.billing.invoices(bot_for("K-1003"))[1].number
    receipt = business.billing.refund(bot_for("K-1003"), paid, Money(500), key="r")
    assert (receipt.state, receipt.expected_on) == ("submitted", date(2026, 11, 27))


def test_what_was_paid_twice_goes_back_above_the_limit_and_without_a_credit_note(
    business: Subscriptions, engine: Engine
) -> None:
    newest = business.billing.invoices(bot_for("K-1006"))[0]
    making.paid(engine, newest.number, 1699, customer="K-1006")
    making.changed(engine, t.invoices, {"number": newest.number}, total_minor=1699)
    receipt = business.billing.refund(bot_for("K-1006"), newest.number, key="r")
    assert (receipt.amount, receipt.reason, receipt.credit_note) == (
        Money(1699),
        "paid_twice",
        None,
    )
    assert business.billing.find_duplicates(bot_for("K-1006")).findings == ()


def test_our_errors_are_no_goodwill(business: Subscriptions, engine: Engine) -> None:
    making.goodwill(engine)
    making.paid_twice(engine)
    receipt = business.billing.refund(MARCUS, LAST, reason="paid_twice", key="r")
    assert (receipt.reason, receipt.amount) == ("paid_twice", Money(799))


def test_a_needless_invoice_is_credited_in_full(business: Subscriptions, engine: Engine) -> None:
    making.contract(engine, state="ended", ends_on=date(2026, 11, 11))
    receipt = business.billing.refund(MARCUS, LAST, key="r")
    assert (receipt.reason, receipt.amount) == ("charged_after_end", Money(799))
    (note,) = rows(engine, t.credit_notes, customer="K-1002")
    assert (note["amount_minor"], note["tax_minor"]) == (799, 128)
    assert business.billing.find_duplicates(MARCUS).findings == ()


def test_what_is_only_claimed_is_goodwill(business: Subscriptions) -> None:
    receipt = business.billing.refund(MARCUS, LAST, Money(100), reason="paid_twice", key="r")
    assert receipt.reason == "goodwill"


def test_goodwill_of_last_year_does_not_count(business: Subscriptions, engine: Engine) -> None:
    making.goodwill(engine, days_ago=366)
    assert business.billing.refund(MARCUS, LAST, Money(100), key="r").state == "succeeded"


def test_the_cap_holds_at_once(business: Subscriptions, engine: Engine) -> None:
    def attempt(number: str) -> str:
        try:
            return business.billing.refund(MARCUS, number, Money(100), key=number).state
        except SubscriptionError as refused:
            return refused.code.value

    with ThreadPoolExecutor(3) as pool:
        ends = list(pool.map(attempt, ("RE-1002-0013", "RE-1002-0014", LAST)))
    assert sorted(ends) == ["refund_above_limit", "refund_above_limit", "succeeded"]
    assert len(rows(engine, t.credit_notes, customer="K-1002")) == 1


def test_what_the_provider_cannot_send_waits_for_a_person(
    business: Subscriptions, engine: Engine
) -> None:
    making.method(engine, hint="norefund:charge_too_old")
    receipt = business.billing.refund(MARCUS, LAST, Money(400), key="r")
    assert (receipt.state, receipt.expected_on) == ("waiting", None)
    (case,) = rows(engine, t.cases, number=receipt.case)
    assert (case["skill"], case["facts"]["refund"]) == ("BIL", receipt.reference)


def test_a_bank_transfer_is_sent_back_by_a_person(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    making.changed(engine, t.invoices, {"number": LAST}, status="open")
    making.invoice(engine, "RE-1002-0016")
    making.paid(engine, "RE-1002-0016", 799, reference="Z-T2")
    making.changed(engine, t.invoices, {"number": "RE-1002-0016"}, status="paid")
    receipt = business.billing.refund(MARCUS, "RE-1002-0016", Money(100), key="r")
    assert (receipt.state, provider.asked) == ("waiting", [])
    assert receipt.case is not None


def test_money_from_a_link_goes_back_through_the_provider(
    business: Subscriptions, engine: Engine, provider: CountingProvider, clock: SetClock
) -> None:
    link = making.paid_link(engine, [LAST], 799)
    (found,) = business.billing.find_duplicates(MARCUS).findings
    assert (found.invoice, found.refundable) == (LAST, Money(799))
    making.changed(engine, t.payments, {"invoice": LAST}, source=PaymentSource.TRANSFER.value)
    making.changed(engine, t.payments, {"invoice": LAST}, attempt=None)
    clock.forward(timedelta(minutes=1))
    assert business.billing.refund(MARCUS, LAST, key="r").reason == "paid_twice"
    (asked,) = provider.asked
    assert isinstance(asked, RefundRequest)
    assert asked.charge_reference == link.provider_reference
