"""Promises and instalments: what is agreed, what rests, what money does to it."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.entities.promises import PromiseState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.dunning import DunningState
from subscriptions.model.payments import InstalmentPart
from subscriptions.policy.limits import Limits
from subscriptions.store import collection, due, payment_requests, promises
from subscriptions.store import tables as t
from subscriptions.store.engine import reading, writing
from tests.integration.subscriptions import making_payments as making
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.making_payments import TODAY, planned, theirs
from tests.integration.subscriptions.people import CountingProvider, SetClock, bot_for

ANNA, JULIA, PRIYA = bot_for("K-1001"), bot_for("K-1003"), bot_for("K-1007")
FRIDAY = TODAY + timedelta(days=6)
YEARLY = "RE-1007-0002"


def test_a_promise_is_noted_and_everything_rests(business: Subscriptions, engine: Engine) -> None:
    making.dunning_case(engine, "K-1001", DunningState.REMINDED)
    business.payments.retry(ANNA, "RE-1001-0025", key="r", on=TODAY + timedelta(days=3))
    receipt = business.payments.promise(ANNA, FRIDAY, key="k")
    assert (receipt.amount, receipt.on, receipt.fee) == (Money(1199), FRIDAY, Money(0))
    assert receipt.counts_until == date(2026, 11, 30)  # the Monday after, for a card
    assert receipt.invoices == ("RE-1001-0025",)
    (case,) = theirs(engine, t.dunning_cases)
    assert (case["state"], case["next_step"]) == ("promise", None)
    assert "Zugesagt" in case["reason_de"]
    assert planned(engine, "RE-1001-0025") == []
    entry = theirs(engine, t.audit)[-1]
    assert entry["action"] == "payments.promise"
    assert entry["facts"]["promise"] == receipt.reference
    contact = theirs(engine, t.contacts)[-1]
    assert (contact["reason"], contact["template"]) == ("payment", "promise_noted")


def test_what_may_be_promised_is_told_before_and_changes_nothing(
    business: Subscriptions, engine: Engine
) -> None:
    terms = business.payments.promise_terms(ANNA)
    assert (terms.amount, terms.invoices) == (Money(1199), ("RE-1001-0025",))
    assert theirs(engine, t.promises) == []
    receipt = business.payments.promise(ANNA, terms.until, key="k")
    assert (receipt.amount, receipt.on) == (terms.amount, terms.until)


def test_a_promise_is_made_once_for_its_key(business: Subscriptions, engine: Engine) -> None:
    first = business.payments.promise(ANNA, FRIDAY, key="k")
    assert business.payments.promise(ANNA, FRIDAY, key="k") == first
    assert len(theirs(engine, t.promises)) == len(theirs(engine, t.audit)) == 1


def test_a_direct_debit_payer_has_more_days(business: Subscriptions) -> None:
    assert business.payments.promise(JULIA, FRIDAY, key="k").counts_until == date(2026, 12, 4)


def test_disputed_and_future_invoices_are_not_promised(
    business: Subscriptions, engine: Engine
) -> None:
    making.invoice(engine, "K-1001", "RE-1001-X")
    business.payments.dispute(ANNA, "RE-1001-X", "not mine", key="d")
    assert business.payments.promise(ANNA, FRIDAY, key="k").amount == Money(1199)


def test_a_promise_is_kept_when_the_money_comes(business: Subscriptions, engine: Engine) -> None:
    business.payments.promise(ANNA, FRIDAY, key="k")
    business.payments.retry(ANNA, "RE-1001-0025", key="r")
    assert theirs(engine, t.promises)[0]["state"] == PromiseState.KEPT


def test_two_promises_at_once_leave_one(business: Subscriptions, engine: Engine) -> None:
    business.payments.promise(ANNA, FRIDAY, key="k1")
    with pytest.raises(SubscriptionError) as refused:
        business.payments.promise(ANNA, FRIDAY, key="k2")
    assert refused.value.code is Code.PROMISE_OPEN
    assert refused.value.facts["until"] == FRIDAY


def test_promises_to_decide_are_found(business: Subscriptions, engine: Engine) -> None:
    receipt = business.payments.promise(ANNA, FRIDAY, key="k")
    with reading(engine) as db:
        before = [p.id for p in promises.confirmed(db, FRIDAY, 100)]
        after = [p.id for p in promises.confirmed(db, FRIDAY + timedelta(days=1), 100)]
    assert receipt.reference not in before
    assert receipt.reference in after


@pytest.fixture
def generous(
    engine: Engine, clock: SetClock, provider: CountingProvider
) -> Iterator[Subscriptions]:
    """An operator who offers instalments."""
    url = engine.url.render_as_string(hide_password=False)
    limits = Limits(instalments_on=True)
    with making.with_limits(url, limits, clock, provider) as opened:
        yield opened


def test_instalments_are_off_by_default(business: Subscriptions) -> None:
    terms = business.payments.instalment_terms(PRIYA)
    assert (terms.open, terms.refusal, terms.options) == (Money(11900), "instalments_off", ())


def test_terms_name_parts_days_and_amounts(generous: Subscriptions) -> None:
    terms = generous.payments.instalment_terms(PRIYA)
    assert (terms.refusal, terms.most, terms.days) == (None, 3, 50)
    two, three = terms.options
    assert two == (
        InstalmentPart(TODAY, Money(5950)),
        InstalmentPart(TODAY + timedelta(days=30), Money(5950)),
    )
    assert [p.amount.minor for p in three] == [3966, 3966, 3968]
    assert three[-1].due_on == TODAY + timedelta(days=50)


def test_agreed_parts_are_stored_and_dunning_rests(generous: Subscriptions, engine: Engine) -> None:
    making.dunning_case(engine, "K-1007", DunningState.GRACE)
    receipt = generous.payments.agree_instalments(PRIYA, 3, key="k")
    assert generous.payments.agree_instalments(PRIYA, 3, key="k") == receipt
    assert (receipt.total, receipt.fee, receipt.invoices) == (Money(11900), Money(0), (YEARLY,))
    stored = theirs(engine, t.instalments, "K-1007")
    assert [(p["number"], p["amount_minor"], p["state"]) for p in stored] == [
        (1, 3966, "open"),
        (2, 3966, "open"),
        (3, 3968, "open"),
    ]
    assert theirs(engine, t.dunning_cases, "K-1007")[0]["state"] == "plan"
    (entry,) = theirs(engine, t.audit, "K-1007")
    assert entry["facts"]["parts"] == 3
    (contact,) = theirs(engine, t.contacts, "K-1007")
    assert contact["template"] == "instalments_agreed"
    assert generous.payments.instalment_terms(PRIYA).refusal == "instalments_limit"


def pay_next(business: Subscriptions, engine: Engine, key: str) -> int:
    """Pay what the link of the moment asks for."""
    link = business.payments.pay_link(PRIYA, key=key)
    with writing(engine) as db:
        request = payment_requests.find(db, link.reference)
        assert request is not None
        collection.settle_request(db, request, request.created_at)
    return link.amount.minor


def test_part_by_part_until_the_invoice_is_paid(generous: Subscriptions, engine: Engine) -> None:
    generous.payments.agree_instalments(PRIYA, 3, key="k")
    seen = []
    for key in ("a", "b", "c"):
        asked = pay_next(generous, engine, key)
        states = [p["state"] for p in theirs(engine, t.instalments, "K-1007")]
        invoice = rows(engine, t.invoices, number=YEARLY)[0]["status"]
        seen.append((asked, states.count("paid"), invoice))
    assert seen == [(3966, 1, "failed"), (3966, 2, "failed"), (3968, 3, "paid")]
    assert [p["amount_minor"] for p in rows(engine, t.payments, invoice=YEARLY)] == [
        3966,
        3966,
        3968,
    ]
    assert generous.billing.balance(PRIYA).open == Money(0)


def test_paying_everything_at_once_ends_the_plan(generous: Subscriptions, engine: Engine) -> None:
    generous.payments.agree_instalments(PRIYA, 2, key="k")
    link = generous.payments.pay_link(PRIYA, (YEARLY,), key="all")
    assert link.amount == Money(11900)
    with writing(engine) as db:
        request = payment_requests.find(db, link.reference)
        assert request is not None
        collection.settle_request(db, request, request.created_at)
    assert {p["state"] for p in theirs(engine, t.instalments, "K-1007")} == {"paid"}


def test_parts_to_decide_are_found(generous: Subscriptions, engine: Engine) -> None:
    generous.payments.agree_instalments(PRIYA, 2, key="k")
    with reading(engine) as db:
        before = due.instalments(db, TODAY, due.Page("", 100))
        after = due.instalments(db, TODAY + timedelta(days=1), due.Page("", 100))
    assert "K-1007" not in {plan.customer for plan in before}
    assert "K-1007" in {plan.customer for plan in after}
