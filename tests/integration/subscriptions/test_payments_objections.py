"""Somebody says they paid, owe nothing, or cannot pay: looked for first, then it rests and a person looks."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.entities.holds import HoldKind
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level, Money
from subscriptions.model.dunning import DunningState
from subscriptions.model.payments import Found, Paid, PaidBy
from subscriptions.store import tables as t
from tests.integration.subscriptions import making_payments as making
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.making_payments import TODAY, planned, theirs
from tests.integration.subscriptions.people import NOBODY, NOW, SetClock, bot_for

ANNA, MARCUS, JULIA = bot_for("K-1001"), bot_for("K-1002"), bot_for("K-1003")
INVOICE = "RE-1001-0025"
CARD = "4111 1111 1111 1111"
YESTERDAY = TODAY - timedelta(days=1)
SAID = Paid(YESTERDAY, Money(1199), PaidBy.TRANSFER, f"paid with {CARD}")


def test_a_claim_that_is_not_found_lets_everything_rest_for_ten_days(
    business: Subscriptions, engine: Engine
) -> None:
    making.dunning_case(engine, "K-1001", DunningState.REMINDED)
    receipt = business.payments.claim_paid(ANNA, SAID, key="k")
    assert (receipt.found, receipt.rests_until) == (Found.NOT_FOUND, date(2026, 12, 1))
    (hold,) = theirs(engine, t.holds)
    assert (hold["kind"], hold["until_at"], hold["case_number"]) == (
        "claims_paid",
        NOW + timedelta(days=10),
        receipt.case,
    )
    (case,) = theirs(engine, t.cases)
    assert (case["number"], case["kind"], case["skill"]) == (receipt.case, "already_paid", "COL")
    assert case["facts"] == {
        "paid_on": "2026-11-20",
        "amount_minor": 1199,
        "by": "transfer",
        "found": "not_found",
        "payment": None,
    }
    assert CARD not in case["text"]
    assert "1111]" in case["text"]
    assert theirs(engine, t.dunning_cases)[0]["state"] == "hold"
    (entry,) = theirs(engine, t.audit)
    assert "paid with" not in str(entry)
    (contact,) = theirs(engine, t.contacts)
    assert (contact["reason"], contact["template"]) == ("requested", "claim_received")


def test_saying_it_twice_gives_the_first_answer(business: Subscriptions, engine: Engine) -> None:
    first = business.payments.claim_paid(ANNA, SAID, key="k")
    assert business.payments.claim_paid(ANNA, SAID, key="k") == first
    with pytest.raises(SubscriptionError) as refused:
        business.payments.claim_paid(ANNA, SAID, key="again")
    assert refused.value.code is Code.ALREADY_HELD
    assert refused.value.facts == {"until": first.rests_until}
    assert (len(theirs(engine, t.holds)), len(theirs(engine, t.cases))) == (1, 1)


def test_after_the_hold_ran_out_somebody_may_say_it_again(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    business.payments.claim_paid(ANNA, key="k1")
    clock.forward(timedelta(days=10))
    assert business.payments.claim_paid(ANNA, key="k2").found is Found.NOT_FOUND
    assert len(theirs(engine, t.cases)) == 2


def test_nothing_rests_when_everything_is_paid(business: Subscriptions, engine: Engine) -> None:
    receipt = business.payments.claim_paid(MARCUS, key="k")
    assert (receipt.found, receipt.case, receipt.rests_until) == (Found.PAID, None, None)
    for table in (t.holds, t.cases, t.contacts):
        assert theirs(engine, table, "K-1002") == []


def test_a_debit_that_is_under_way_is_found(business: Subscriptions, engine: Engine) -> None:
    business.payments.retry(JULIA, "RE-1003-0012", key="r")
    receipt = business.payments.claim_paid(JULIA, key="k")
    assert (receipt.found, receipt.amount, receipt.invoice) == (
        Found.PROCESSING,
        Money(1990),
        "RE-1003-0012",
    )
    assert theirs(engine, t.holds, "K-1003") == []


def test_money_that_nobody_assigned_is_found_and_looked_into(
    business: Subscriptions, engine: Engine
) -> None:
    payment = making.received(engine, "K-1001", 1199)
    receipt = business.payments.claim_paid(ANNA, SAID, key="k")
    assert (receipt.found, receipt.amount, receipt.received_on) == (
        Found.UNASSIGNED,
        Money(1199),
        YESTERDAY,
    )
    (case,) = theirs(engine, t.cases)
    assert case["facts"]["payment"] == payment.reference
    assert len(theirs(engine, t.holds)) == 1


def test_the_payment_that_is_meant_is_found(business: Subscriptions, engine: Engine) -> None:
    making.received(engine, "K-1001", 1199, invoice="RE-1001-0024")
    receipt = business.payments.claim_paid(ANNA, SAID, key="k")
    assert (receipt.found, receipt.invoice) == (Found.PAID, "RE-1001-0024")
    assert theirs(engine, t.holds) == []


def test_a_claim_that_was_right_ends_its_hold(business: Subscriptions, engine: Engine) -> None:
    business.payments.claim_paid(ANNA, key="k")
    making.paid(engine, "K-1001", INVOICE)
    assert theirs(engine, t.holds)[0]["released_at"] == NOW


def test_a_dispute_stops_its_invoice_at_once(business: Subscriptions, engine: Engine) -> None:
    business.payments.retry(ANNA, INVOICE, key="r", on=TODAY + timedelta(days=3))
    receipt = business.payments.dispute(ANNA, INVOICE, f"never ordered, {CARD}", key="k")
    assert (receipt.resting, receipt.invoice, receipt.repeated) == (True, INVOICE, False)
    assert receipt.promised_at == NOW + timedelta(hours=48)
    assert rows(engine, t.invoices, number=INVOICE)[0]["disputed"]
    (hold,) = theirs(engine, t.holds)
    assert (hold["kind"], hold["invoice"], hold["until_at"]) == ("dispute", INVOICE, None)
    (case,) = theirs(engine, t.cases)
    assert (case["kind"], case["skill"]) == ("dispute_claim", "CMP")
    assert CARD not in case["text"]
    assert planned(engine, INVOICE) == []
    assert theirs(engine, t.audit)[-1]["facts"] == {
        "case": receipt.case,
        "hold": hold["id"],
        "kind": "dispute",
    }
    assert theirs(engine, t.contacts)[-1]["template"] == "dispute_received"


def test_disputing_again_gives_the_first_case(business: Subscriptions, engine: Engine) -> None:
    first = business.payments.dispute(ANNA, INVOICE, "no", key="k")
    assert business.payments.dispute(ANNA, INVOICE, "no", key="k") == first
    again = business.payments.dispute(ANNA, INVOICE, "I said no", key="again")
    assert (again.case, again.repeated) == (first.case, True)
    assert len(theirs(engine, t.cases)) == 1


def test_disputing_everything_when_all_is_disputed_gives_the_first_case(
    business: Subscriptions, engine: Engine
) -> None:
    first = business.payments.dispute(ANNA, "RE-1001-0025", "Nein.", key="k1")
    again = business.payments.dispute(ANNA, None, "Ich schulde nichts.", key="k2")
    assert (again.case, again.repeated) == (first.case, True)
    assert len(theirs(engine, t.holds)) == 1


def test_disputing_everything_covers_each_open_invoice(
    business: Subscriptions, engine: Engine
) -> None:
    making.invoice(engine, "K-1001", "RE-1001-X")
    business.payments.dispute(ANNA, "RE-1001-X", "no", key="one")
    receipt = business.payments.dispute(ANNA, None, "", key="all")
    assert (receipt.invoice, receipt.repeated) == (None, False)
    disputed = {i["number"] for i in theirs(engine, t.invoices) if i["disputed"]}
    assert disputed == {INVOICE, "RE-1001-X"}
    again = business.payments.dispute(ANNA, INVOICE, "and this", key="this")
    assert (again.case, again.repeated) == (receipt.case, True)


def test_hardship_rests_everything_and_a_person_looks(
    business: Subscriptions, engine: Engine
) -> None:
    making.dunning_case(engine, "K-1001", DunningState.FIRM)
    receipt = business.payments.hardship(ANNA, "I lost my job", key="k")
    assert business.payments.hardship(ANNA, "I lost my job", key="k") == receipt
    assert receipt.resting
    (hold,) = theirs(engine, t.holds)
    assert (hold["kind"], hold["customer"], hold["until_at"]) == ("hardship", "K-1001", None)
    (case,) = theirs(engine, t.cases)
    assert (case["kind"], case["skill"], case["customer"]) == (
        "financial_hardship",
        "COL",
        "K-1001",
    )
    assert theirs(engine, t.dunning_cases)[0]["state"] == "hold"
    assert len(theirs(engine, t.audit)) == 1
    again = business.payments.hardship(ANNA, "still no job", key="again")
    assert (again.case, again.repeated) == (receipt.case, True)


@pytest.mark.parametrize(
    "caller",
    [NOBODY, bot_for("K-9999"), Caller("K-1001", Level.ANONYMOUS, "bot")],
    ids=["nobody", "an unknown number", "not identified"],
)
def test_hardship_of_somebody_unknown_is_taken_too(
    business: Subscriptions, engine: Engine, caller: Caller
) -> None:
    receipt = business.payments.hardship(caller, "", key="k")
    assert not receipt.resting
    (case,) = rows(engine, t.cases, number=receipt.case)
    assert (case["customer"], case["kind"]) == (None, "financial_hardship")
    assert theirs(engine, t.holds) == theirs(engine, t.contacts) == []


def test_no_words_are_too_many_for_hardship(business: Subscriptions, engine: Engine) -> None:
    business.payments.hardship(ANNA, "x" * 9000, key="k")
    assert len(theirs(engine, t.cases)[0]["text"]) == 4000


def test_a_retry_waits_for_the_person(business: Subscriptions) -> None:
    business.payments.hardship(ANNA, "", key="k")
    failure = business.payments.why_failed(ANNA)
    assert failure is not None
    assert not failure.retry_allowed
    assert HoldKind.HARDSHIP in [h.kind for h in business.payments.dunning_status(ANNA).holds]
