"""Add-ons: priced to the day, ordered with the button, removed at the end of the period, kept when one changes one's mind."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.catalogue import ChangeKind, Interval
from subscriptions.model.contracts import SubscriptionState
from subscriptions.store import tables as t
from tests.integration.subscriptions.looking import fingerprint, rows
from tests.integration.subscriptions.making_plans import (
    ANNA,
    BEN,
    TODAY,
    book,
    booked,
    change,
    events,
    second_contract,
)
from tests.integration.subscriptions.people import CountingProvider, SetClock

PERIOD_END = date(2026, 12, 6)


def test_what_can_be_booked_beside_a_plan(business: Subscriptions, engine: Engine) -> None:
    book(engine, quantity=2)
    view = business.plans.addons(BEN)
    offered = {o.addon.code: (o.price, o.left) for o in view.offers}
    assert offered == {"learn-seat": (Money(1200), 3), "learn-certificate": (Money(490), 1)}
    assert [(b.addon.code, b.quantity, b.price, b.ends_on) for b in view.booked] == [
        ("learn-seat", 2, Money(2400), None)
    ]
    assert view.interval is Interval.MONTH


def test_a_yearly_plan_shows_what_an_addon_costs_a_year(
    business: Subscriptions, engine: Engine
) -> None:
    change(engine, "K-1004", plan="learn-pro-year")
    prices = {o.addon.code: o.price for o in business.plans.addons(BEN).offers}
    assert prices["learn-seat"] == Money(14400)


def test_an_addon_is_quoted_to_the_day_with_its_tax(business: Subscriptions) -> None:
    quote = business.plans.quote_addon(BEN, "learn-seat", 2)
    # 24.00 for 30 days, 15 are left.
    assert (quote.kind, quote.due_now, quote.price) == (
        ChangeKind.ADDON,
        Money(1200),
        Money(2400),
    )
    (line,) = quote.lines
    assert (line.kind, line.code, line.amount, line.tax_minor) == (
        "addon",
        "learn-seat",
        Money(1200),
        192,
    )
    assert (line.text_de, line.text_en) == (
        "2 × Weiterer Platz anteilig",
        "2 × Another seat, pro rata",
    )
    assert (line.period_start, line.period_end) == (TODAY, PERIOD_END)
    assert (quote.effective_on, quote.next_on) == (TODAY, PERIOD_END)
    assert quote.old == quote.new


def test_an_order_books_and_collects_once(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    token = business.plans.quote_addon(BEN, "learn-seat", 2).token
    first = business.plans.order(BEN, token, key="k1")
    assert business.plans.order(BEN, token, key="k1") == first
    assert business.plans.order(BEN, token, key="k2") == first
    assert (first.kind, first.quantity, first.due_now) == (ChangeKind.ADDON, 2, Money(1200))
    assert booked(engine) == [("learn-seat", 2, TODAY, None)]
    assert len(provider.references) == 1
    charge = business.billing.explain_charge(BEN)
    assert (charge.total, charge.status) == (Money(1200), "paid")
    assert rows(engine, t.invoices, number=charge.invoice)[0]["kind"] == "addon"
    assert events(engine, "K-1004")[-1] == ("addon_booked", "active")
    orders = [e for e in rows(engine, t.audit) if e["action"] == "plans.order"]
    assert [e["facts"].get("repeated", False) for e in orders] == [False, True]
    assert [c["template"] for c in rows(engine, t.contacts, customer="K-1004")] == ["addon_booked"]


def test_an_addon_is_no_downgrade_and_a_declined_one_changes_nothing(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    token = business.plans.quote_addon(BEN, "learn-seat").token
    before = fingerprint(engine)
    with pytest.raises(SubscriptionError) as refused:
        business.plans.schedule_downgrade(BEN, token, key="k")
    assert refused.value.code is Code.PLAN_NOT_A_DOWNGRADE
    provider.down = True
    with pytest.raises(SubscriptionError) as refused:
        business.plans.order(BEN, token, key="k")
    assert refused.value.code is Code.PROVIDER_DOWN
    assert fingerprint(engine) == before


def test_two_offers_for_the_last_piece_sell_it_once(
    business: Subscriptions, engine: Engine
) -> None:
    book(engine, quantity=4)
    tokens = [business.plans.quote_addon(BEN, "learn-seat").token for _ in range(2)]
    business.plans.order(BEN, tokens[0], key="k1")
    with pytest.raises(SubscriptionError) as refused:
        business.plans.order(BEN, tokens[1], key="k2")
    assert refused.value.code is Code.ADDON_LIMIT
    assert sum(quantity for _, quantity, _, _ in booked(engine)) == 5


def test_an_addon_may_be_booked_beside_a_pending_change_and_free_in_a_trial(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    change(engine, "K-1004", pending_plan="learn-pro-year", trial_ends_on=PERIOD_END)
    quote = business.plans.quote_addon(BEN, "learn-certificate")
    assert (quote.due_now, quote.lines, quote.price) == (Money(0), (), Money(490))
    business.plans.order(BEN, quote.token, key="k")
    assert booked(engine) == [("learn-certificate", 1, TODAY, None)]
    assert provider.references == []


def test_removing_waits_for_the_period_end(business: Subscriptions, engine: Engine) -> None:
    book(engine, quantity=3)
    receipt = business.plans.remove_addon(BEN, "learn-seat", key="k")
    assert business.plans.remove_addon(BEN, "learn-seat", key="k") == receipt
    assert (receipt.quantity, receipt.ends_on) == (3, PERIOD_END)
    assert booked(engine) == [("learn-seat", 3, date(2026, 11, 6), PERIOD_END)]
    (running,) = business.plans.addons(BEN).booked
    assert running.ends_on == PERIOD_END
    assert events(engine, "K-1004")[-1] == ("addon_removed", "active")
    assert len([e for e in rows(engine, t.audit) if e["action"] == "plans.remove_addon"]) == 1
    assert rows(engine, t.contacts, customer="K-1004")[0]["template"] == "addon_removed"


def test_some_pieces_can_be_removed_and_kept_after_all(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    book(engine, quantity=3)
    assert business.plans.remove_addon(BEN, "learn-seat", quantity=1, key="k1").quantity == 1
    assert business.plans.remove_addon(BEN, "learn-seat", quantity=1, key="k2").quantity == 1
    going_on = [entry for entry in booked(engine) if entry[3] is None]
    assert going_on == [("learn-seat", 1, PERIOD_END, None)]
    (running,) = business.plans.addons(BEN).booked
    assert running.quantity == 3
    kept = business.plans.withdraw_pending(BEN, addon="learn-seat", key="k3")
    assert (kept.addon and kept.addon.code, kept.dropped, kept.plan.code) == (
        "learn-seat",
        None,
        "learn-start",
    )
    clock.forward(timedelta(days=60))
    assert [(b.quantity, b.ends_on) for b in business.plans.addons(BEN).booked] == [(3, None)]


def test_who_owes_something_may_remove_but_not_book(
    business: Subscriptions, engine: Engine
) -> None:
    with pytest.raises(SubscriptionError) as refused:
        business.plans.quote_addon(ANNA, "stream-sports")
    assert refused.value.code is Code.PAST_DUE
    change(engine, "K-1004", state=SubscriptionState.PAST_DUE)
    book(engine)
    assert business.plans.remove_addon(BEN, "learn-seat", key="k").ends_on == PERIOD_END


def test_of_several_contracts_one_is_named(business: Subscriptions, engine: Engine) -> None:
    stream = second_contract(engine)
    with pytest.raises(SubscriptionError) as refused:
        business.plans.addons(BEN)
    assert refused.value.code is Code.WHICH_CONTRACT
    offers = business.plans.addons(BEN, stream).offers
    assert {offer.addon.product for offer in offers} == {"streaming"}
    token = business.plans.quote_addon(BEN, "stream-profile", subscription=stream).token
    receipt = business.plans.order(BEN, token, key="k")
    assert receipt.subscription == stream
    assert rows(engine, t.subscription_addons, subscription=stream)[0]["addon"] == "stream-profile"
