"""Buying and pausing around the renewal day, and with a way to pay that may not be used: nothing is charged twice."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, update

from subscriptions import Subscriptions
from subscriptions.entities.methods import Mandate, MandateState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.contracts import SubscriptionState
from subscriptions.store import methods
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
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


def test_what_is_bought_on_the_renewal_day_is_charged_once(
    business: Subscriptions, engine: Engine, clock: SetClock, provider: CountingProvider
) -> None:
    keep_only(engine, "K-1002")
    give(engine, "K-1002", date(2026, 11, 1), RENEWAL)
    clock.now = AFTER_MIDNIGHT
    assert refused(lambda: business.plans.quote(MARCUS, "stream-standard")) is Code.PERIOD_CLOSING
    days = Days(engine, clock, provider)
    days.run()
    offer = business.plans.quote(MARCUS, "stream-standard")
    # Nothing of the new period has passed: 11.99 − 7.99.
    assert (offer.days_left, offer.due_now) == (31, Money(400))
    business.plans.order(MARCUS, offer.token, key="k")
    days.run()
    assert billed_from(engine, RENEWAL) == [400, 799]


def test_an_add_on_waits_for_the_bill_of_the_period_too(
    business: Subscriptions, clock: SetClock
) -> None:
    clock.now = datetime(2026, 12, 5, 23, 5, tzinfo=UTC)
    assert refused(lambda: business.plans.quote_addon(BEN, "learn-seat", 1)) is Code.PERIOD_CLOSING


def test_a_trial_that_is_over_sells_nothing_before_its_first_bill(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    change(engine, "K-1004", state=SubscriptionState.TRIALING, trial_ends_on=date(2026, 11, 21))
    assert refused(lambda: business.plans.quote(BEN, "learn-pro")) is Code.PERIOD_CLOSING


def test_a_pause_at_once_skips_no_period(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    stored = contract_of(engine, "K-1001").period
    clock.now = datetime.combine(stored.end, datetime.min.time().replace(hour=10), UTC)
    assert business.plans.pause_quote(ANNA, 1).from_on == stored.end
    clock.now = datetime(stored.end.year, stored.end.month, stored.end.day + 1, 10, tzinfo=UTC)
    for ask in (
        lambda: business.plans.pause_quote(ANNA, 1),
        lambda: business.plans.pause(ANNA, 1, key="k"),
    ):
        assert refused(ask) is Code.PERIOD_CLOSING
    assert contract_of(engine, "K-1001").period == stored


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
