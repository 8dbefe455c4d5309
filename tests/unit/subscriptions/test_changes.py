"""Proration to the day in integer cents, and which plan change is permitted when."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.entities.contracts import Period, Subscription
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.catalogue import ChangeKind, Interval, Plan
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.changes import (
    allow_change,
    contained_tax,
    kind_of_change,
    prorate,
    rounded,
    works_now,
)

PRICES = st.integers(0, 500_000)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@st.composite
def periods(draw: st.DrawFn) -> tuple[Period, date]:
    """A period and a day in it."""
    start, days = draw(DAYS), draw(st.integers(1, 366))
    period = Period(start, start + timedelta(days=days))
    return period, start + timedelta(days=draw(st.integers(0, days - 1)))


def test_the_worked_example() -> None:
    cost = prorate(
        Money(2000), Money(3000), Period(date(2026, 11, 6), date(2026, 12, 6)), date(2026, 11, 21)
    )
    assert (cost.credit, cost.charge, cost.due) == (Money(-1000), Money(1500), Money(500))
    assert (cost.days_left, cost.days) == (15, 30)


@pytest.mark.parametrize(
    ("start", "end", "on", "left", "due"),
    [
        # February of a leap year has 29 days, else 28.
        (date(2028, 2, 1), date(2028, 3, 1), date(2028, 2, 29), 1, 34),
        (date(2027, 2, 1), date(2027, 3, 1), date(2027, 2, 28), 1, 36),
        # The clocks change inside: days count, not hours.
        (date(2026, 3, 1), date(2026, 4, 1), date(2026, 3, 29), 3, 97),
        (date(2026, 10, 1), date(2026, 11, 1), date(2026, 10, 25), 7, 226),
        # First and last day of a period that began on a 31st.
        (date(2026, 1, 31), date(2026, 2, 28), date(2026, 1, 31), 28, 1000),
        (date(2026, 1, 31), date(2026, 2, 28), date(2026, 2, 27), 1, 36),
        (date(2026, 1, 31), date(2026, 2, 28), date(2026, 2, 28), 0, 0),
    ],
)
def test_odd_periods(start: date, end: date, on: date, left: int, due: int) -> None:
    cost = prorate(Money(2000), Money(3000), Period(start, end), on)
    assert (cost.days_left, cost.due) == (left, Money(due))


@given(PRICES, PRICES, periods())
def test_items_sum_to_what_is_due_and_nothing_is_a_float(
    old: int, new: int, when: tuple[Period, date]
) -> None:
    cost = prorate(Money(old), Money(new), *when)
    assert cost.credit.minor + cost.charge.minor == cost.due.minor
    assert {type(m.minor) for m in (cost.credit, cost.charge, cost.due)} == {int}


@given(PRICES, PRICES, periods())
def test_amounts_stay_within_a_cent_of_the_exact_share(
    old: int, new: int, when: tuple[Period, date]
) -> None:
    period, on = when
    cost = prorate(Money(old), Money(new), period, on)
    share = Fraction((period.end - on).days, period.days)
    assert abs(cost.due.minor - (new - old) * share) <= Fraction(1, 2)
    assert abs(cost.credit.minor + old * share) <= Fraction(1, 2)
    assert abs(cost.charge.minor - new * share) <= 1
    assert -old <= cost.credit.minor <= 0
    assert 0 <= cost.charge.minor <= new or old > new


@given(PRICES, PRICES, periods())
def test_there_and_back_costs_nothing(old: int, new: int, when: tuple[Period, date]) -> None:
    there = prorate(Money(old), Money(new), *when)
    back = prorate(Money(new), Money(old), *when)
    assert there.due.minor == -back.due.minor


@given(PRICES, periods(), st.integers(1, 10_000))
def test_an_upgrade_never_pays_out(old: int, when: tuple[Period, date], more: int) -> None:
    assert prorate(Money(old), Money(old + more), *when).due.minor >= 0


def test_currencies_do_not_mix() -> None:
    with pytest.raises(SubscriptionError) as refused:
        prorate(
            Money(1), Money(1, "CHF"), Period(date(2026, 1, 1), date(2026, 2, 1)), date(2026, 1, 2)
        )
    assert refused.value.code is Code.BAD_INPUT


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_rounding_is_half_away_from_zero(top: int, bottom: int) -> None:
    exact = Fraction(top, bottom)
    got = rounded(top, bottom)
    assert abs(got - exact) <= Fraction(1, 2)
    if abs(got - exact) == Fraction(1, 2):
        assert abs(got) > abs(exact)


def test_tax_is_contained_in_the_price() -> None:
    assert contained_tax(1199, 19) == 191
    assert contained_tax(-1000, 19) == -160
    assert contained_tax(3990, 7) == 261


def plan(code: str, rank: int, price: int, interval: Interval = Interval.MONTH) -> Plan:
    """A plan of the product `p`."""
    return Plan(code, "p", code, code, Money(price), interval, rank, (), ())


BASIC, STANDARD, PREMIUM = plan("b", 1, 799), plan("s", 2, 1199), plan("x", 3, 1699)
YEARLY = plan("y", 2, 11900, Interval.YEAR)
BASIC_YEARLY = plan("by", 1, 7900, Interval.YEAR)


@pytest.mark.parametrize(
    ("old", "new", "kind", "now"),
    [
        (BASIC, STANDARD, ChangeKind.UPGRADE, True),
        (PREMIUM, BASIC, ChangeKind.DOWNGRADE, False),
        (STANDARD, YEARLY, ChangeKind.UPGRADE, False),
        (PREMIUM, BASIC_YEARLY, ChangeKind.UPGRADE, False),
        (YEARLY, PREMIUM, ChangeKind.UPGRADE, False),
        (YEARLY, BASIC, ChangeKind.DOWNGRADE, False),
        (BASIC_YEARLY, YEARLY, ChangeKind.UPGRADE, True),
    ],
)
def test_direction_and_moment(old: Plan, new: Plan, kind: ChangeKind, now: bool) -> None:
    assert kind_of_change(old, new) is kind
    assert works_now(kind, old, new) is now


def test_the_same_plan_or_another_product_is_no_change() -> None:
    for new, code in (
        (BASIC, Code.PLAN_NOT_AN_UPGRADE),
        (replace(STANDARD, product="q"), Code.PLAN_UNKNOWN),
    ):
        with pytest.raises(SubscriptionError) as refused:
            kind_of_change(BASIC, new)
        assert refused.value.code is code


def contract(state: SubscriptionState, pending: str | None = None) -> Subscription:
    """A contract in a state."""
    today = date(2026, 1, 1)
    period = Period(today, date(2026, 2, 1))
    return Subscription("S", "K", "b", state, today, period, 1, None, pending)


@pytest.mark.parametrize("kind", ChangeKind)
@pytest.mark.parametrize("owes", [True, False])
@pytest.mark.parametrize("state", SubscriptionState)
def test_what_a_contract_allows(state: SubscriptionState, owes: bool, kind: ChangeKind) -> None:
    s = SubscriptionState
    past_due = owes or state is s.PAST_DUE
    allowed = state in {s.ACTIVE, s.TRIALING, s.PAST_DUE} and not (
        past_due and kind is not ChangeKind.DOWNGRADE
    )
    if allowed:
        allow_change(contract(state), kind, owes=owes)
        if kind is ChangeKind.ADDON:  # beside a pending change
            allow_change(contract(state, "other"), kind, owes=owes)
            return
        with pytest.raises(SubscriptionError) as refused:
            allow_change(contract(state, "other"), kind, owes=owes)
        assert refused.value.code is Code.CHANGE_PENDING
    else:
        with pytest.raises(SubscriptionError) as refused:
            allow_change(contract(state), kind, owes=owes)
        expected = {s.CANCEL_SCHEDULED: Code.CHANGE_PENDING, s.ACTIVE: Code.PAST_DUE}
        expected |= {s.TRIALING: Code.PAST_DUE, s.PAST_DUE: Code.PAST_DUE}
        assert refused.value.code is expected.get(state, Code.ILLEGAL_STEP)
