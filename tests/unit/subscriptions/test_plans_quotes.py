"""Offers to the day: exact in cents and in tax, over leap years, month ends, the clock change and trials."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.entities.contracts import Period, Subscription
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.catalogue import Addon, ChangeKind, Interval, Plan, Quote
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.calendar import business_date, current_period, day_end, period_from
from subscriptions.policy.changes import (
    allow_own,
    contained_tax,
    keep_fixed_term,
    prorate,
    take_plan,
    upgrade_cost,
)
from subscriptions.policy.pricing import PlanTerms
from subscriptions.policy.quotes import Taxed, addon_quote, change_quote

DAYS = st.dates(date(2023, 1, 1), date(2033, 12, 31))
PRICES = st.integers(0, 100_000)
RATES = st.sampled_from([0, 7, 19])
CONTRACT = Subscription(
    "S",
    "K",
    "p1",
    SubscriptionState.ACTIVE,
    date(2026, 1, 1),
    Period(date(2026, 1, 1), date(2026, 2, 1)),
    1,
    None,
)


def plan(rank: int, price: int, interval: Interval = Interval.MONTH, least: int = 0) -> Plan:
    """A plan of one product."""
    code = f"p{rank}" + ("" if interval is Interval.MONTH else "y")
    return Plan(code, "p", code, code, Money(price), interval, rank, (), (), min_months=least)


def taxed(plan: Plan, percent: int = 19) -> Taxed:
    """A plan without history or phases."""
    return Taxed(PlanTerms(plan), percent)


def begun(start: date) -> Subscription:
    """A contract whose first monthly period began on this day."""
    period = period_from(start, Interval.MONTH, start.day)
    return replace(CONTRACT, started_on=start, period=period, anchor_day=start.day)


def noon(day: date) -> datetime:
    """A moment of the day that is the same day everywhere in Europe."""
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


@given(DAYS, st.integers(0, 400), st.tuples(PRICES, PRICES), st.tuples(RATES, RATES))
def test_lines_sum_to_what_is_due_with_its_tax(
    start: date, later: int, prices: tuple[int, int], rates: tuple[int, int]
) -> None:
    contract, day = begun(start), start + timedelta(days=later)
    offer = change_quote(
        contract,
        taxed(plan(1, prices[0]), rates[0]),
        taxed(plan(2, prices[1]), rates[1]),
        noon(day),
    )
    assert [line.amount for line in offer.lines] == [offer.credit, offer.charge]
    assert offer.credit.minor + offer.charge.minor == offer.due_now.minor
    assert offer.due_now.minor >= 0 >= offer.credit.minor
    for rate in set(rates):
        of_rate = [line for line in offer.lines if line.tax_percent == rate]
        whole = sum(line.amount.minor for line in of_rate)
        assert sum(line.tax_minor for line in of_rate) == contained_tax(whole, rate)
    running = current_period(contract.period, Interval.MONTH, contract.anchor_day, day)
    assert offer.days_left == (running.end - day).days
    assert {(line.period_start, line.period_end) for line in offer.lines} == {(day, running.end)}
    assert 1 <= offer.days_left <= offer.days_in_period == running.days
    assert 28 <= offer.days_in_period <= 31


@given(DAYS, st.integers(0, 400), st.integers(0, 5000), st.integers(1, 5))
def test_an_addon_costs_its_share_of_the_days(
    start: date, later: int, price: int, quantity: int
) -> None:
    addon = Addon("a", "p", "a", "a", Money(price), Interval.MONTH, 19, 5)
    day = start + timedelta(days=later)
    offer = addon_quote(begun(start), PlanTerms(plan(1, 1000)), (addon, quantity), noon(day))
    exact = Fraction(price * quantity * offer.days_left, offer.days_in_period)
    assert abs(offer.due_now.minor - exact) <= Fraction(1, 2)
    (line,) = offer.lines
    assert (line.amount, line.tax_minor) == (
        offer.due_now,
        contained_tax(offer.due_now.minor, 19),
    )


@given(DAYS, st.lists(st.integers(0, 50_000), min_size=2, max_size=8), st.integers(0, 30))
def test_changes_one_after_the_other_cost_what_one_change_costs(
    start: date, prices: list[int], later: int
) -> None:
    """On one day the steps cost what the whole way costs, within a cent for each step."""
    period = period_from(start, Interval.MONTH, start.day)
    on = min(start + timedelta(days=later), period.end - timedelta(days=1))
    steps = [prorate(Money(old), Money(new), period, on).due.minor for old, new in pairwise(prices)]
    whole = prorate(Money(prices[0]), Money(prices[-1]), period, on).due.minor
    assert abs(sum(steps) - whole) <= len(steps)


@given(DAYS, st.lists(st.integers(0, 50_000), min_size=2, max_size=8), st.data())
def test_whoever_changes_often_pays_each_plan_for_its_days(
    start: date, prices: list[int], data: st.DataObject
) -> None:
    period = period_from(start, Interval.MONTH, start.day)
    day = st.integers(0, period.days - 1)
    days = sorted(data.draw(st.lists(day, min_size=len(prices) - 1, max_size=len(prices) - 1)))
    paid, exact, begun_on = prices[0], Fraction(0), 0
    for old, new, at in zip(prices, prices[1:], days, strict=False):
        on = start + timedelta(days=at)
        paid += prorate(Money(old), Money(new), period, on).due.minor
        exact += Fraction(old * (at - begun_on), period.days)
        begun_on = at
    exact += Fraction(prices[-1] * (period.days - begun_on), period.days)
    assert abs(paid - exact) <= Fraction(len(days), 2)


@given(DAYS, st.integers(0, 30), PRICES, PRICES)
def test_going_up_and_down_again_never_earns_money(
    start: date, later: int, small: int, big: int
) -> None:
    """An upgrade never pays out, and the downgrade waits for the period end without a credit."""
    contract = begun(start)
    on = min(start + timedelta(days=later), contract.period.end - timedelta(days=1))
    low, high = plan(1, small), plan(2, big)
    up = change_quote(contract, taxed(low), taxed(high), noon(on))
    down = change_quote(take_plan(contract, high, on), taxed(high), taxed(low), noon(on))
    assert up.due_now.minor >= 0
    assert (down.kind, down.due_now, down.credit, down.lines) == (
        ChangeKind.DOWNGRADE,
        Money(0),
        Money(0),
        (),
    )
    assert down.effective_on == contract.period.end
    assert upgrade_cost(Money(big), Money(small), contract.period, on).due.minor >= 0


def test_the_worked_example_with_its_tax() -> None:
    contract = replace(CONTRACT, period=Period(date(2026, 11, 6), date(2026, 12, 6)), anchor_day=6)
    offer = change_quote(
        contract, taxed(plan(1, 2000)), taxed(plan(2, 3000)), noon(date(2026, 11, 21))
    )
    assert (offer.credit, offer.charge, offer.due_now) == (Money(-1000), Money(1500), Money(500))
    assert sum(line.tax_minor for line in offer.lines) == 80


@pytest.mark.parametrize(
    ("at", "left"),
    [
        # 22:30 UTC is after midnight in summer and before it in winter.
        (datetime(2026, 7, 14, 21, 59, tzinfo=UTC), 18),
        (datetime(2026, 7, 14, 22, 30, tzinfo=UTC), 17),
        (datetime(2026, 1, 14, 22, 30, tzinfo=UTC), 18),
        (datetime(2026, 1, 14, 23, 30, tzinfo=UTC), 17),
        # On the days of 23 and of 25 hours a day counts as one.
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), 3),
        (datetime(2026, 3, 29, 21, 30, tzinfo=UTC), 3),
        (datetime(2026, 3, 29, 22, 30, tzinfo=UTC), 2),
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), 7),
        (datetime(2026, 10, 25, 22, 30, tzinfo=UTC), 7),
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), 6),
    ],
)
def test_the_day_of_an_offer_is_the_one_in_germany(at: datetime, left: int) -> None:
    first = business_date(at).replace(day=1)
    offer = change_quote(begun(first), taxed(plan(1, 100)), taxed(plan(2, 200)), at)
    assert offer.days_left == left
    assert business_date(offer.expires_at - timedelta(seconds=1)) == business_date(at)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))
def test_an_offer_lives_a_quarter_of_an_hour_within_its_day(at: datetime) -> None:
    end = day_end(at)
    assert business_date(end) == business_date(at) + timedelta(days=1)
    assert business_date(end - timedelta(microseconds=1)) == business_date(at)
    offer = change_quote(begun(business_date(at)), taxed(plan(1, 1)), taxed(plan(2, 2)), at)
    assert at < offer.expires_at == min(at + timedelta(minutes=15), end)


@pytest.mark.parametrize(
    ("start", "on", "end", "days", "left"),
    [
        # Begun on the 31st: February ends early, March returns to the 31st.
        (date(2026, 1, 31), date(2026, 2, 27), date(2026, 2, 28), 28, 1),
        (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), 31, 31),
        (date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), 31, 31),
        # Begun on 29 February.
        (date(2028, 2, 29), date(2029, 2, 28), date(2029, 3, 29), 29, 29),
        (date(2028, 2, 29), date(2028, 2, 29), date(2028, 3, 29), 29, 29),
    ],
)
def test_periods_keep_their_anchor(start: date, on: date, end: date, days: int, left: int) -> None:
    offer = change_quote(begun(start), taxed(plan(1, 1000)), taxed(plan(2, 2000)), noon(on))
    assert (offer.next_on, offer.days_in_period, offer.days_left) == (end, days, left)


def test_a_year_that_began_on_the_leap_day() -> None:
    start = date(2028, 2, 29)
    year = period_from(start, Interval.YEAR, 29)
    contract = replace(CONTRACT, started_on=start, period=year, anchor_day=29, plan="p1y")
    small, big = plan(1, 36500, Interval.YEAR), plan(2, 73000, Interval.YEAR)
    offer = change_quote(contract, taxed(small), taxed(big), noon(date(2028, 12, 31)))
    assert (year.end, offer.days_in_period, offer.days_left) == (date(2029, 2, 28), 365, 59)
    assert offer.due_now == Money(5900)


@given(DAYS, st.integers(1, 60), st.integers(0, 59))
def test_in_a_trial_nothing_is_due(start: date, trial: int, later: int) -> None:
    """Whatever is chosen in the trial is paid from its end on."""
    ends = start + timedelta(days=trial)
    contract = replace(begun(start), trial_ends_on=ends, period=Period(start, ends))
    on = start + timedelta(days=min(later, trial - 1))
    offer = change_quote(contract, taxed(plan(1, 100)), taxed(plan(2, 200)), noon(on))
    assert (offer.due_now, offer.lines, offer.effective_on) == (Money(0), (), on)
    assert (offer.next_on, offer.new.price) == (ends, Money(200))
    first_paid = change_quote(contract, taxed(plan(1, 100)), taxed(plan(2, 200)), noon(ends))
    assert first_paid.due_now == Money(100)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (plan(2, 2000), plan(1, 1000), ChangeKind.DOWNGRADE),
        (plan(1, 1000), plan(1, 10000, Interval.YEAR), ChangeKind.UPGRADE),
        (plan(1, 10000, Interval.YEAR), plan(1, 500), ChangeKind.DOWNGRADE),
    ],
)
def test_what_waits_costs_nothing_now(old: Plan, new: Plan, kind: ChangeKind) -> None:
    period = period_from(date(2026, 1, 1), old.interval, 1)
    contract = replace(CONTRACT, plan=old.code, period=period)
    offer: Quote = change_quote(contract, taxed(old), taxed(new), noon(date(2026, 1, 9)))
    assert (offer.kind, offer.due_now, offer.lines) == (kind, Money(0), ())
    assert (offer.effective_on, offer.next_on) == (period.end, period.end)


def test_a_minimum_term_begins_with_the_plan_and_never_shortens_one() -> None:
    bound = plan(2, 2000, least=12)
    day = date(2027, 1, 31)
    assert take_plan(CONTRACT, bound, day).fixed_until == date(2028, 1, 31)
    longer = replace(CONTRACT, fixed_until=date(2029, 1, 1))
    assert take_plan(longer, bound, day).fixed_until == date(2029, 1, 1)
    assert take_plan(longer, plan(2, 2000), day).fixed_until == date(2029, 1, 1)
    assert take_plan(CONTRACT, plan(2, 2000), day).fixed_until is None


def test_inside_a_fixed_term_nothing_becomes_smaller_or_shorter() -> None:
    until = date(2027, 1, 1)
    bound = replace(CONTRACT, fixed_until=until)
    monthly, yearly = plan(1, 1000), plan(1, 9000, Interval.YEAR)
    for kind, plans, refused in (
        (ChangeKind.DOWNGRADE, (plan(2, 2000), monthly), True),
        (ChangeKind.UPGRADE, (yearly, plan(3, 3000)), True),
        (ChangeKind.UPGRADE, (monthly, plan(2, 2000)), False),
        (ChangeKind.UPGRADE, (monthly, yearly), False),
    ):
        if refused:
            with pytest.raises(SubscriptionError) as error:
                keep_fixed_term(bound, kind, plans, until - timedelta(days=1))
            assert error.value.code is Code.FIXED_TERM
        else:
            keep_fixed_term(bound, kind, plans, until - timedelta(days=1))
        keep_fixed_term(bound, kind, plans, until)


def test_only_what_one_bought_and_pays_oneself_is_changed() -> None:
    allow_own(CONTRACT, pays_self=True)
    for contract, pays_self, code in (
        (replace(CONTRACT, channel="partner"), True, Code.SOLD_BY_PARTNER),
        (replace(CONTRACT, channel="gift"), True, Code.PAID_BY_OTHER),
        (CONTRACT, False, Code.PAID_BY_OTHER),
    ):
        with pytest.raises(SubscriptionError) as error:
            allow_own(contract, pays_self=pays_self)
        assert error.value.code is code
