"""Changing the plan: a quote first, an order once, a downgrade at period end, nothing for strangers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, update

from subscriptions import Subscriptions
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level, Money
from subscriptions.model.catalogue import ChangeKind, ChangeReceipt
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions.looking import fingerprint, rows
from tests.integration.subscriptions.people import NOBODY, CountingProvider, SetClock, bot_for

BEN = bot_for("K-1004")


def set_hint(engine: Engine, customer: str, hint: str) -> None:
    """Change what the simulator will answer for a customer."""
    with writing(engine) as db:
        table = t.payment_methods
        db.execute(update(table).where(table.c.customer == customer).values(hint=hint))


def test_anybody_sees_the_catalogue_from_small_to_big(business: Subscriptions) -> None:
    codes = [plan.code for plan in business.plans.catalogue("training")]
    assert codes == ["learn-start", "learn-pro", "learn-pro-year", "learn-team"]
    sold = {plan.code for plan in business.plans.catalogue()}
    assert len(sold) == 13
    assert "stream-partner" not in sold


def test_each_has_the_own_plan(business: Subscriptions) -> None:
    ben, tom = business.plans.of(BEN), business.plans.of(bot_for("K-1006"))
    assert ben is not None
    assert tom is not None
    assert (ben.code, tom.code) == ("learn-start", "stream-premium")


def test_the_worked_example(business: Subscriptions) -> None:
    quote = business.plans.quote(BEN, "learn-pro")
    assert (quote.credit, quote.charge, quote.due_now) == (Money(-1000), Money(1500), Money(500))
    assert (quote.days_left, quote.days_in_period, quote.kind) == (15, 30, ChangeKind.UPGRADE)
    receipt = business.plans.order(BEN, quote.token, key="k")
    assert (receipt.new.code, receipt.due_now) == ("learn-pro", Money(500))
    plan = business.plans.of(BEN)
    assert plan is not None
    assert plan.code == "learn-pro"
    charge = business.billing.explain_charge(BEN)
    assert (charge.total, charge.status) == (Money(500), "paid")
    assert [line.amount.minor for line in charge.lines] == [-1000, 1500]
    assert business.billing.balance(BEN).next_amount == Money(3000)


def test_two_customers_get_two_quotes(business: Subscriptions) -> None:
    marcus = business.plans.quote(bot_for("K-1002"), "stream-standard")
    ben = business.plans.quote(BEN, "learn-pro")
    # 20 of 30 days are left: 4.00 × 20/30 = 2.67 (7.99 → 11.99).
    assert (marcus.days_left, marcus.days_in_period, marcus.due_now) == (20, 30, Money(267))
    assert marcus.token != ben.token


def test_tokens_are_stored_as_hashes_only(business: Subscriptions, engine: Engine) -> None:
    token = business.plans.quote(BEN, "learn-pro").token
    business.plans.order(BEN, token, key="k")
    assert token not in str(fingerprint(engine))


def test_an_order_works_once_whatever_the_key(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    token = business.plans.quote(BEN, "learn-pro").token
    first = business.plans.order(BEN, token, key="k1")
    assert business.plans.order(BEN, token, key="k1") == first
    assert business.plans.order(BEN, token, key="k2") == first
    assert len(provider.references) == 1
    assert len(rows(engine, t.invoices, customer="K-1004")) == 9


def test_parallel_presses_order_once(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    token = business.plans.quote(BEN, "learn-pro").token

    def press(index: int) -> ChangeReceipt:
        return business.plans.order(BEN, token, key=f"k{index % 3}")

    with ThreadPoolExecutor(4) as pool:
        receipts = set(pool.map(press, range(8)))
    assert len(receipts) == 1
    assert len(provider.references) == 1
    assert len(rows(engine, t.invoices, customer="K-1004")) == 9


def test_a_foreign_or_unknown_token_is_refused_alike(
    business: Subscriptions, engine: Engine
) -> None:
    token = business.plans.quote(BEN, "learn-pro").token
    before = fingerprint(engine)
    for caller, used in ((bot_for("K-1002"), token), (BEN, "made-up")):
        with pytest.raises(SubscriptionError) as refused:
            business.plans.order(caller, used, key="k")
        assert (refused.value.code, refused.value.facts) == (Code.QUOTE_FOREIGN, {})
    assert fingerprint(engine) == before


def test_a_quote_expires(business: Subscriptions, clock: SetClock) -> None:
    token = business.plans.quote(BEN, "learn-pro").token
    clock.forward(timedelta(minutes=15))
    other = business.plans.quote(BEN, "learn-team").token
    clock.forward(timedelta(seconds=1))
    with pytest.raises(SubscriptionError) as refused:
        business.plans.order(BEN, token, key="k")
    assert refused.value.code is Code.QUOTE_EXPIRED
    assert business.plans.order(BEN, other, key="k").new.code == "learn-team"


def test_a_quote_for_a_plan_one_no_longer_has_expires(business: Subscriptions) -> None:
    small = business.plans.quote(BEN, "learn-pro").token
    big = business.plans.quote(BEN, "learn-team").token
    business.plans.order(BEN, big, key="k1")
    with pytest.raises(SubscriptionError) as refused:
        business.plans.order(BEN, small, key="k2")
    assert refused.value.code is Code.QUOTE_EXPIRED


def test_a_declined_payment_changes_nothing(business: Subscriptions, engine: Engine) -> None:
    set_hint(engine, "K-1004", "fail:insufficient_funds")
    token = business.plans.quote(BEN, "learn-pro").token
    before = fingerprint(engine)
    with pytest.raises(SubscriptionError) as refused:
        business.plans.order(BEN, token, key="k")
    assert refused.value.code is Code.PAYMENT_DECLINED
    assert refused.value.facts == {"kind": "soft_funds"}
    assert fingerprint(engine) == before


def test_a_provider_that_is_down_changes_nothing(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    token = business.plans.quote(BEN, "learn-pro").token
    before = fingerprint(engine)
    provider.down = True
    with pytest.raises(SubscriptionError) as refused:
        business.plans.order(BEN, token, key="k")
    assert refused.value.code is Code.PROVIDER_DOWN
    assert fingerprint(engine) == before
    provider.down = False
    assert business.plans.order(BEN, token, key="k").due_now == Money(500)


def test_a_downgrade_waits_for_the_period_end(business: Subscriptions, engine: Engine) -> None:
    tom = bot_for("K-1006")
    quote = business.plans.quote(tom, "stream-basic")
    assert (quote.kind, quote.due_now, quote.credit) == (
        ChangeKind.DOWNGRADE,
        Money(0),
        Money(0),
    )
    receipt = business.plans.schedule_downgrade(tom, quote.token, key="k")
    assert business.plans.schedule_downgrade(tom, quote.token, key="k") == receipt
    assert receipt.effective_on == date(2026, 12, 1)
    plan = business.plans.of(tom)
    assert plan is not None
    assert plan.code == "stream-premium"
    balance = business.billing.balance(tom)
    assert (balance.next_on, balance.next_amount) == (date(2026, 12, 1), Money(799))
    with pytest.raises(SubscriptionError) as refused:
        business.plans.quote(tom, "stream-standard")
    assert refused.value.code is Code.CHANGE_PENDING
    assert rows(engine, t.contacts, customer="K-1006")[0]["template"] == "plan_downgrade"


def test_each_direction_has_its_own_way(business: Subscriptions) -> None:
    tom = bot_for("K-1006")
    smaller = business.plans.quote(tom, "stream-basic").token
    with pytest.raises(SubscriptionError) as refused:
        business.plans.order(tom, smaller, key="k")
    assert refused.value.code is Code.PLAN_NOT_AN_UPGRADE
    bigger = business.plans.quote(BEN, "learn-pro").token
    with pytest.raises(SubscriptionError) as refused:
        business.plans.schedule_downgrade(BEN, bigger, key="k")
    assert refused.value.code is Code.PLAN_NOT_A_DOWNGRADE


def test_going_yearly_needs_the_button_and_waits_for_the_period_end(
    business: Subscriptions, provider: CountingProvider
) -> None:
    marcus = bot_for("K-1002")
    quote = business.plans.quote(marcus, "stream-standard-year")
    assert (quote.kind, quote.due_now) == (ChangeKind.UPGRADE, Money(0))
    assert quote.effective_on == date(2026, 12, 11)
    business.plans.order(marcus, quote.token, key="k")
    assert business.billing.balance(marcus).next_amount == Money(11900)
    assert provider.references == []


@pytest.mark.parametrize(
    ("number", "wanted", "code"),
    [
        ("K-1004", "learn-start", Code.PLAN_NOT_AN_UPGRADE),
        ("K-1004", "stream-basic", Code.PLAN_UNKNOWN),
        ("K-1004", "no-such-plan", Code.PLAN_UNKNOWN),
        ("K-1001", "stream-premium", Code.PAST_DUE),
        ("K-9999", "learn-pro", Code.CONTRACT_MISSING),
    ],
)
def test_what_is_not_quoted(business: Subscriptions, number: str, wanted: str, code: Code) -> None:
    with pytest.raises(SubscriptionError) as refused:
        business.plans.quote(bot_for(number), wanted)
    assert refused.value.code is code


def test_a_downgrade_stays_open_while_something_is_owed(business: Subscriptions) -> None:
    anna = bot_for("K-1001")
    token = business.plans.quote(anna, "stream-basic").token
    assert business.plans.schedule_downgrade(anna, token, key="k").new.code == "stream-basic"


def test_who_has_cancelled_changes_nothing(business: Subscriptions) -> None:
    business.cancellation.declare(BEN, "Ich kündige", key="c")
    with pytest.raises(SubscriptionError) as refused:
        business.plans.quote(BEN, "learn-pro")
    assert refused.value.code is Code.CHANGE_PENDING


@pytest.mark.parametrize("caller", [NOBODY, Caller("K-1004", Level.ANONYMOUS, "bot")])
def test_anonymous_gets_no_quote_and_no_plan(business: Subscriptions, caller: Caller) -> None:
    token = business.plans.quote(BEN, "learn-pro").token
    asked = (
        lambda: business.plans.of(caller),
        lambda: business.plans.quote(caller, "learn-pro"),
        lambda: business.plans.order(caller, token, key="k"),
        lambda: business.plans.schedule_downgrade(caller, token, key="k"),
    )
    for question in asked:
        with pytest.raises(SubscriptionError) as refused:
            question()
        assert refused.value.code is Code.IDENTITY_NEEDED
