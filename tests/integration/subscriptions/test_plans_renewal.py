"""Buying and pausing around the renewal day, and with a way to pay that may not be used: nothing is charged twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, update

from subscriptions import Subscriptions
from subscriptions.entities.contracts import Period
from subscriptions.entities.methods import Mandate, MandateState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.contracts import SubscriptionState
from subscriptions.store import audit, methods
from subscriptions.store import tables as t
from subscriptions.store.engine import reading, writing
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.making_daily import Days, give, keep_only
from tests.integration.subscriptions.making_plans import ANNA, BEN, change, contract_of
from tests.integration.subscriptions.people import CountingProvider, SetClock, bot_for

MARCUS = bot_for("K-1002")
AFTER_MIDNIGHT = datetime(2026, 11, 30, 23, 5, tzinfo=UTC)  # 00:05 on 1 December in Berlin
RENEWAL = date(2026, 12, 1)


def refused(call: Callable[[], object]) -> Code:
    with pytest.raises(SubscriptionError) as caught:
        call()
    return caught.value.code


def billed_from(engine: Engine, day: date) -> list[int]:
    """The totals of Marcus' invoices issued on a day or later."""
    found = rows(engine, t.invoices, customer="K-1002")
    return sorted(i["total_minor"] for i in found if i["issued_on"] >= day)


@pytest.fixture
def days(engine: Engine, clock: SetClock, provider: CountingProvider) -> Days:
    """Marcus alone, in the first minutes of a period that no run has billed yet."""
    keep_only(engine, "K-1002")
    give(engine, "K-1002", date(2026, 11, 1), RENEWAL)
    clock.now = AFTER_MIDNIGHT
    return Days(engine, clock, provider)


def test_what_is_bought_before_the_bill_of_the_period_is_charged_once(
    business: Subscriptions, engine: Engine, days: Days
) -> None:
    offer = business.plans.quote(MARCUS, "stream-standard")
    # Nothing of the new period has passed: 11.99 − 7.99.
    assert (offer.days_left, offer.due_now) == (31, Money(400))
    assert billed_from(engine, RENEWAL) == [799]
    business.plans.order(MARCUS, offer.token, key="k")
    assert billed_from(engine, RENEWAL) == [400, 799]
    days.run()
    days.run()
    assert billed_from(engine, RENEWAL) == [400, 799]
    kept = [e["action"] for e in rows(engine, t.audit, customer="K-1002")]
    assert kept.count("daily.period") == 1


def test_the_run_first_or_the_subscriber_first_comes_to_the_same(
    business: Subscriptions, engine: Engine, days: Days
) -> None:
    days.run()
    offer = business.plans.quote(MARCUS, "stream-standard")
    assert (offer.days_left, offer.due_now) == (31, Money(400))
    business.plans.order(MARCUS, offer.token, key="k")
    days.run()
    assert billed_from(engine, RENEWAL) == [400, 799]


def test_the_run_and_two_subscribers_windows_at_once_bill_once(
    business: Subscriptions, engine: Engine, days: Days
) -> None:
    asks: list[Callable[[], Any]] = [
        days.run,
        lambda: business.plans.quote(MARCUS, "stream-standard"),
        lambda: business.plans.quote_addon(MARCUS, "stream-sports"),
        days.run,
    ]
    with ThreadPoolExecutor(len(asks)) as pool:
        first, *_, second = [asked.result() for asked in [pool.submit(ask) for ask in asks]]
    assert first.broken == second.broken == ()
    days.run()
    assert billed_from(engine, RENEWAL) == [799]
    with reading(engine) as db:
        assert audit.first_broken(db) is None


def test_every_period_that_was_missed_is_billed_before_an_add_on_is_priced(
    business: Subscriptions, engine: Engine, days: Days, clock: SetClock
) -> None:
    clock.now = datetime(2027, 1, 20, 9, tzinfo=UTC)
    offer = business.plans.quote_addon(MARCUS, "stream-sports")
    assert (offer.days_left, offer.days_in_period) == (12, 31)
    assert billed_from(engine, RENEWAL) == [799, 799]
    assert contract_of(engine, "K-1002").period == Period(date(2027, 1, 1), date(2027, 2, 1))


def test_a_trial_that_is_over_is_billed_and_sells_like_any_contract(
    business: Subscriptions, engine: Engine
) -> None:
    change(engine, "K-1004", state=SubscriptionState.TRIALING, trial_ends_on=date(2026, 11, 21))
    offer = business.plans.quote(BEN, "learn-pro")
    assert contract_of(engine, "K-1004").state is SubscriptionState.ACTIVE
    assert offer.due_now.minor > 0


def test_an_end_that_has_come_sells_nothing(business: Subscriptions, engine: Engine) -> None:
    change(
        engine,
        "K-1004",
        state=SubscriptionState.CANCEL_SCHEDULED,
        ends_on=date(2026, 11, 21),
    )
    assert refused(lambda: business.plans.quote(BEN, "learn-pro")) is Code.CONTRACT_MISSING
    assert contract_of(engine, "K-1004").state is SubscriptionState.ENDED


def test_a_pause_at_once_skips_no_period(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    stored = contract_of(engine, "K-1001").period
    before = len(rows(engine, t.invoices, customer="K-1001"))
    clock.now = datetime(stored.end.year, stored.end.month, stored.end.day + 1, 10, tzinfo=UTC)
    terms = business.plans.pause_quote(ANNA, 1)
    assert business.plans.pause(ANNA, 1, key="k").terms == terms
    assert terms.from_on == date(stored.end.year, stored.end.month, stored.end.day + 1)
    # The period that has begun is billed, and its rest follows the pause.
    assert len(rows(engine, t.invoices, customer="K-1001")) == before + 1
    assert contract_of(engine, "K-1001").period.start == stored.end


def removed(engine: Engine, method: str) -> None:
    with writing(engine) as db:
        where = t.payment_methods.c.id == method
        db.execute(update(t.payment_methods).where(where).values(active=False))


def expired(engine: Engine, method: str) -> None:
    with writing(engine) as db:
        where = t.payment_methods.c.id == method
        last = date(2026, 10, 31)
        db.execute(update(t.payment_methods).where(where).values(expires_on=last))


def lapsed(engine: Engine, method: str) -> None:
    with writing(engine) as db:
        where = t.payment_methods.c.id == method
        db.execute(update(t.payment_methods).where(where).values(kind="sepa"))
        signed = date(2023, 1, 1)
        methods.add_mandate(db, Mandate("M-T", method, MandateState.LAPSED, signed))


@pytest.mark.parametrize("spoil", [removed, expired, lapsed])
def test_an_order_never_debits_what_may_not_be_used(
    business: Subscriptions,
    engine: Engine,
    provider: CountingProvider,
    spoil: Callable[[Engine, str], None],
) -> None:
    method = contract_of(engine, "K-1004").method
    assert method is not None
    spoil(engine, method)
    offer = business.plans.quote(BEN, "learn-pro")
    business.plans.order(BEN, offer.token, key="k")
    assert provider.references == []
    newest = max(rows(engine, t.invoices, customer="K-1004"), key=lambda i: i["number"])
    assert (newest["total_minor"], newest["status"]) == (500, "open")
