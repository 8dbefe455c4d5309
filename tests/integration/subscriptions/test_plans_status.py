"""What do I have, what does it cost, until when, how do I get out, and what is the difference to the others."""

from datetime import date

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.entities.pricing import Price
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.catalogue import ChangeKind
from subscriptions.model.contracts import Entitlement, SubscriptionState
from subscriptions.model.plans import Notice, Payer, PriceStep
from subscriptions.store.engine import writing
from tests.integration.subscriptions.making_plans import (
    BEN,
    PRIYA,
    TOM,
    account,
    book,
    cancel,
    change,
    second_contract,
)
from tests.integration.subscriptions.making_prices import add_price
from tests.integration.subscriptions.people import NOBODY, bot_for

S = SubscriptionState
PERIOD_END = date(2026, 12, 6)


def test_a_contract_tells_its_price_term_and_notice(
    business: Subscriptions, engine: Engine
) -> None:
    book(engine, quantity=2)
    (status,) = business.plans.status(BEN)
    assert (status.plan.code, status.state, status.entitlement) == (
        "learn-start",
        S.ACTIVE,
        Entitlement.FULL,
    )
    assert (status.price, status.total) == (Money(2000), Money(4400))
    assert [(a.addon.code, a.quantity, a.price) for a in status.addons] == [
        ("learn-seat", 2, Money(2400))
    ]
    assert (status.since, status.renews_on, status.ends_on) == (
        date(2026, 4, 6),
        PERIOD_END,
        None,
    )
    assert status.notice == Notice(PERIOD_END, date(2026, 12, 5), 0)
    assert (status.payer, status.channel, status.method) == (Payer.OWN, "direct", "Visa •••• 1881")
    assert (status.pause, status.pending_plan, status.next_price) == (None, None, None)


def test_all_contracts_are_told_the_running_ones_first(
    business: Subscriptions, engine: Engine
) -> None:
    stream = second_contract(engine)
    change(engine, "K-1004", state=S.ENDED, ends_on=date(2026, 11, 6))
    running, over = business.plans.status(BEN)
    assert (running.subscription, running.renews_on) == (stream, date(2026, 12, 1))
    assert (over.state, over.ends_on, over.renews_on, over.notice, over.next_price) == (
        S.ENDED,
        date(2026, 11, 6),
        None,
        None,
        None,
    )


def test_a_renewed_year_may_be_left_any_day_with_a_month(business: Subscriptions) -> None:
    (status,) = business.plans.status(PRIYA)
    assert status.notice == Notice(date(2026, 12, 21), None, 1)


def test_a_fixed_term_is_kept_to_its_end(business: Subscriptions, engine: Engine) -> None:
    change(engine, "K-1004", fixed_until=date(2027, 4, 6))
    (status,) = business.plans.status(BEN)
    assert status.fixed_until == date(2027, 4, 6)
    assert status.notice == Notice(date(2027, 4, 6), date(2027, 4, 5), 0)


def test_what_comes_is_told(business: Subscriptions, engine: Engine) -> None:
    """A pending plan, a pause and a price that goes up, each with its day."""
    token = business.plans.quote(TOM, "stream-basic").token
    business.plans.schedule_downgrade(TOM, token, key="k")
    business.plans.pause(TOM, 1, key="p")
    with writing(engine) as db:
        add_price(db, Price("stream-premium", date(2027, 1, 15), Money(1899)))
    (status,) = business.plans.status(TOM)
    assert (status.pending_plan and status.pending_plan.code, status.pending_from) == (
        "stream-basic",
        date(2026, 12, 1),
    )
    assert status.pause is not None
    assert (status.pause.from_on, status.pause.until_on, status.pause.running) == (
        date(2026, 12, 1),
        date(2027, 1, 1),
        False,
    )
    assert status.renews_on == date(2027, 1, 1)
    assert status.next_price == PriceStep(date(2027, 2, 1), Money(1899))


def test_an_agreed_price_a_trial_and_who_pays(business: Subscriptions, engine: Engine) -> None:
    giver = account(engine, "K-1001")
    gift = second_contract(engine, price_minor=500, account=giver, channel="gift")
    trial = date(2026, 12, 1)
    change(engine, "K-1004", trial_ends_on=trial, state=S.TRIALING, account=giver)
    told = {status.subscription: status for status in business.plans.status(BEN)}
    assert (told[gift].price, told[gift].payer) == (Money(500), Payer.GIFT)
    own = told["S-1004"]
    assert (own.price, own.payer, own.trial_ends_on) == (Money(0), Payer.OTHER, trial)
    assert own.next_price == PriceStep(PERIOD_END, Money(2000))
    assert own.notice == Notice(trial, date(2026, 11, 30), 0)


def test_who_has_cancelled_sees_the_end_and_no_next_period(
    business: Subscriptions, engine: Engine
) -> None:
    cancel(engine)
    (status,) = business.plans.status(BEN)
    assert (status.ends_on, status.renews_on, status.notice) == (PERIOD_END, None, None)


def test_somebody_without_a_contract_has_nothing(business: Subscriptions, engine: Engine) -> None:
    change(engine, "K-1004", state=S.ENDED, ends_on=date(2026, 11, 6))
    assert business.plans.of(BEN) is None
    assert [s.state for s in business.plans.status(BEN)] == [S.ENDED]


def test_plans_side_by_side_for_anybody(business: Subscriptions) -> None:
    side = business.plans.compare(NOBODY, "streaming")
    assert [(p.plan.code, p.per_month, p.per_year) for p in side] == [
        ("stream-basic", Money(799), Money(9588)),
        ("stream-standard", Money(1199), Money(14388)),
        ("stream-standard-year", Money(992), Money(11900)),
        ("stream-premium", Money(1699), Money(20388)),
    ]
    assert not any(p.current or p.difference or p.more_de for p in side)
    assert {p.plan.product for p in business.plans.compare(NOBODY)} == {
        "streaming",
        "press",
        "training",
    }


def test_plans_beside_the_own_one(business: Subscriptions, engine: Engine) -> None:
    change(engine, "K-1004", price_minor=1500)
    start, pro, yearly, team = business.plans.compare(BEN)
    assert (start.current, start.plan.price, start.difference) == (True, Money(1500), None)
    assert (pro.current, pro.kind, pro.difference) == (False, ChangeKind.UPGRADE, Money(1500))
    assert (pro.more_en, pro.less_en) == (("all courses", "certificates"), ("1 course a month",))
    assert (pro.more_de, pro.less_de) == (("alle Kurse", "Zertifikate"), ("1 Kurs im Monat",))
    assert (yearly.per_month, yearly.difference) == (Money(2500), Money(1000))
    assert team.difference == Money(4500)
    assert not any(p.current for p in business.plans.compare(BEN, "press"))


def test_a_plan_that_is_not_sold_any_more_is_seen_by_its_owners_only(
    business: Subscriptions, engine: Engine
) -> None:
    change(engine, "K-1006", plan="stream-partner")
    assert "stream-partner" in {p.plan.code for p in business.plans.compare(TOM)}
    assert "stream-partner" not in {p.plan.code for p in business.plans.compare(BEN, "streaming")}


def test_the_own_plan_of_several_contracts(business: Subscriptions, engine: Engine) -> None:
    stream = second_contract(engine)
    newest, named = business.plans.of(BEN), business.plans.of(BEN, stream)
    assert newest is not None
    assert named is not None
    assert (newest.code, named.code) == ("learn-start", "stream-basic")
    assert {p.plan.product for p in business.plans.compare(BEN)} == {"training", "streaming"}
    with pytest.raises(SubscriptionError) as refused:
        business.plans.of(bot_for("K-1006"), stream)
    assert refused.value.code is Code.NOT_FOUND
