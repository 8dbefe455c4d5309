"""Changing the plan of one of several contracts, in a trial, at an agreed price, and calling a change off."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.entities.holds import HoldKind
from subscriptions.entities.pricing import Phase, PhaseKind, Price
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.catalogue import ChangeKind
from subscriptions.model.contracts import SubscriptionState
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.making_plans import (
    BEN,
    TODAY,
    TOM,
    account,
    change,
    contract_of,
    events,
    hold,
    second_contract,
)
from tests.integration.subscriptions.making_prices import add_phase, add_price
from tests.integration.subscriptions.people import CountingProvider, SetClock, bot_for

PERIOD_END = date(2026, 12, 6)


def refused(business: Subscriptions, plan: str, number: str = "K-1004") -> Code:
    """Why no offer is made."""
    with pytest.raises(SubscriptionError) as error:
        business.plans.quote(bot_for(number), plan)
    return error.value.code


def test_the_lines_of_a_quote_are_those_of_its_invoice(
    business: Subscriptions, engine: Engine
) -> None:
    quote = business.plans.quote(BEN, "learn-pro")
    assert [(line.kind, line.code, line.amount.minor, line.tax_minor) for line in quote.lines] == [
        ("credit", "learn-start", -1000, -160),
        ("charge", "learn-pro", 1500, 240),  # the last line takes the rest: 5.00 contain 0.80
    ]
    assert {(line.period_start, line.period_end) for line in quote.lines} == {(TODAY, PERIOD_END)}
    business.plans.order(BEN, quote.token, key="k")
    charge = business.billing.explain_charge(BEN)
    assert charge.lines == quote.lines
    assert rows(engine, t.invoices, number=charge.invoice)[0]["kind"] == "change"
    assert events(engine, "K-1004") == [("plan_upgrade", "active")]


def test_of_several_contracts_the_named_one_changes(
    business: Subscriptions, engine: Engine
) -> None:
    stream = second_contract(engine)
    assert refused(business, "learn-pro") is Code.WHICH_CONTRACT
    quote = business.plans.quote(BEN, "stream-standard", stream)
    assert (quote.subscription, quote.old.code) == (stream, "stream-basic")
    assert business.plans.order(BEN, quote.token, key="k").subscription == stream
    assert contract_of(engine, "K-1004", stream).plan == "stream-standard"
    assert contract_of(engine, "K-1004", "S-1004").plan == "learn-start"
    with pytest.raises(SubscriptionError) as error:
        business.plans.quote(TOM, "stream-standard", stream)
    assert error.value.code is Code.NOT_FOUND


def test_an_upgrade_in_a_trial_costs_nothing_now(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    change(engine, "K-1004", trial_ends_on=PERIOD_END, state=SubscriptionState.TRIALING)
    quote = business.plans.quote(BEN, "learn-pro")
    assert (quote.due_now, quote.lines, quote.effective_on) == (Money(0), (), TODAY)
    assert (quote.new.price, quote.next_on) == (Money(3000), PERIOD_END)
    business.plans.order(BEN, quote.token, key="k")
    after = contract_of(engine, "K-1004")
    assert (after.plan, after.trial_ends_on) == ("learn-pro", PERIOD_END)
    assert provider.references == []


def test_what_is_credited_is_the_price_that_was_agreed(
    business: Subscriptions, engine: Engine
) -> None:
    change(engine, "K-1004", price_minor=1000)
    quote = business.plans.quote(BEN, "learn-pro")
    assert (quote.credit, quote.charge, quote.old.price) == (
        Money(-500),
        Money(1500),
        Money(1000),
    )
    business.plans.order(BEN, quote.token, key="k")
    assert contract_of(engine, "K-1004").price_minor is None


def test_what_was_billed_is_the_price_of_the_first_day(
    business: Subscriptions, engine: Engine
) -> None:
    with writing(engine) as db:
        for plan, day, minor in (
            ("learn-start", date(2026, 1, 1), 2000),
            ("learn-start", date(2026, 11, 15), 2600),
            ("learn-pro", date(2026, 12, 1), 3300),
        ):
            add_price(db, Price(plan, day, Money(minor)))
    quote = business.plans.quote(BEN, "learn-pro")
    assert (quote.credit, quote.charge, quote.due_now) == (Money(-1000), Money(1500), Money(500))
    assert quote.new.price == Money(3300)


def test_a_bigger_plan_at_a_lower_price_is_free_until_the_period_ends(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    with writing(engine) as db:
        add_phase(db, Phase("learn-pro", 1, PhaseKind.DISCOUNT, Money(900), months=12))
    quote = business.plans.quote(BEN, "learn-pro")
    assert (quote.credit, quote.charge, quote.due_now) == (Money(-1000), Money(1000), Money(0))
    business.plans.order(BEN, quote.token, key="k")
    assert contract_of(engine, "K-1004").plan == "learn-pro"
    assert provider.references == []


def test_a_fixed_term_keeps_from_going_smaller_not_bigger(
    business: Subscriptions, engine: Engine
) -> None:
    until = date(2027, 4, 6)
    change(engine, "K-1004", plan="learn-pro", fixed_until=until)
    with pytest.raises(SubscriptionError) as error:
        business.plans.quote(BEN, "learn-start")
    assert (error.value.code, error.value.facts) == (Code.FIXED_TERM, {"until": until})
    assert business.plans.quote(BEN, "learn-team").kind is ChangeKind.UPGRADE
    change(engine, "K-1004", fixed_until=PERIOD_END)
    assert business.plans.quote(BEN, "learn-start").effective_on == PERIOD_END


def test_a_yearly_plan_is_not_swapped_for_a_monthly_one_inside_its_term(
    business: Subscriptions, engine: Engine
) -> None:
    change(engine, "K-1004", plan="learn-pro-year", fixed_until=date(2028, 1, 1))
    assert refused(business, "learn-team") is Code.FIXED_TERM  # more a year, but monthly


def test_a_plan_with_a_minimum_term_says_so_and_begins_it(
    business: Subscriptions, engine: Engine
) -> None:
    quote = business.plans.quote(BEN, "learn-pro-year")
    assert (quote.kind, quote.effective_on, quote.fixed_until) == (
        ChangeKind.UPGRADE,
        PERIOD_END,
        date(2027, 12, 6),
    )
    business.plans.order(BEN, quote.token, key="k")
    pending = contract_of(engine, "K-1004")
    assert (pending.plan, pending.pending_plan, pending.pending_from) == (
        "learn-start",
        "learn-pro-year",
        PERIOD_END,
    )


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"channel": "partner"}, Code.SOLD_BY_PARTNER),
        ({"channel": "gift"}, Code.PAID_BY_OTHER),
    ],
)
def test_who_did_not_buy_from_us_changes_it_elsewhere(
    business: Subscriptions, engine: Engine, values: dict[str, str], code: Code
) -> None:
    change(engine, "K-1004", **values)
    assert refused(business, "learn-pro") is code


def test_nobody_orders_at_the_expense_of_another(business: Subscriptions, engine: Engine) -> None:
    change(engine, "K-1004", account=account(engine, "K-1001"))
    assert refused(business, "learn-pro") is Code.PAID_BY_OTHER
    change(engine, "K-1004", account=account(engine, "K-1004"))
    assert business.plans.quote(BEN, "learn-pro").due_now == Money(500)


def test_a_hold_stops_an_order_whose_offer_was_made_before(
    business: Subscriptions, engine: Engine
) -> None:
    token = business.plans.quote(BEN, "learn-pro").token
    smaller = business.plans.quote(TOM, "stream-basic").token
    hold(engine, "K-1004", HoldKind.FRAUD)
    hold(engine, "K-1006", HoldKind.FRAUD)
    with pytest.raises(SubscriptionError) as error:
        business.plans.order(BEN, token, key="k")
    assert error.value.code is Code.ACCOUNT_ON_HOLD
    assert business.plans.schedule_downgrade(TOM, smaller, key="k").new.code == "stream-basic"


def test_an_offer_ends_with_its_day(business: Subscriptions, clock: SetClock) -> None:
    """At 23:55 in Germany an offer has five minutes, because tomorrow has another price."""
    clock.now = datetime(2026, 11, 21, 22, 55, tzinfo=UTC)
    quote = business.plans.quote(BEN, "learn-pro")
    assert quote.expires_at == datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    clock.forward(timedelta(minutes=5, seconds=1))
    with pytest.raises(SubscriptionError) as error:
        business.plans.order(BEN, quote.token, key="k")
    assert error.value.code is Code.QUOTE_EXPIRED
    assert business.plans.quote(BEN, "learn-pro").days_left == quote.days_left - 1


def test_a_contract_that_ended_meanwhile_lets_the_offer_expire(
    business: Subscriptions, engine: Engine
) -> None:
    token = business.plans.quote(BEN, "learn-pro").token
    change(engine, "K-1004", state=SubscriptionState.ENDED, ends_on=TODAY)
    with pytest.raises(SubscriptionError) as error:
        business.plans.order(BEN, token, key="k")
    assert error.value.code is Code.QUOTE_EXPIRED


def test_a_pending_change_is_called_off_and_another_may_follow(
    business: Subscriptions, engine: Engine
) -> None:
    token = business.plans.quote(TOM, "stream-basic").token
    business.plans.schedule_downgrade(TOM, token, key="k")
    assert refused(business, "stream-standard", "K-1006") is Code.CHANGE_PENDING
    receipt = business.plans.withdraw_pending(TOM, key="w")
    assert business.plans.withdraw_pending(TOM, key="w") == receipt
    assert (receipt.plan.code, receipt.dropped and receipt.dropped.code) == (
        "stream-premium",
        "stream-basic",
    )
    after = contract_of(engine, "K-1006")
    assert (after.pending_plan, after.pending_from) == (None, None)
    assert business.plans.quote(TOM, "stream-standard").kind is ChangeKind.DOWNGRADE
    assert [kind for kind, _ in events(engine, "K-1006")] == ["plan_downgrade", "change_withdrawn"]
    written = [e for e in rows(engine, t.audit) if e["action"] == "plans.withdraw_pending"]
    assert len(written) == 1
    told = [c["template"] for c in rows(engine, t.contacts, customer="K-1006")]
    assert told == ["plan_downgrade", "change_withdrawn"]


def test_a_plan_that_is_not_sold_any_more_is_unknown(business: Subscriptions) -> None:
    assert refused(business, "stream-partner", "K-1006") is Code.PLAN_UNKNOWN
