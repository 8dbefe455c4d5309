"""The price of a contract on a day: trial, agreed price, discount, price history, in this order."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.entities.addons import Addon, BookedAddon, end_booking
from subscriptions.entities.contracts import Period, Subscription
from subscriptions.entities.pricing import Phase, PhaseKind, Price
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.pricing import (
    PlanTerms,
    addon_price,
    list_price,
    next_step,
    price_in_force,
)

START = date(2026, 1, 31)
PLAN = Plan("s", "p", "s", "s", Money(1199), Interval.MONTH, 1, (), ())
CONTRACT = Subscription(
    "S", "K", "s", SubscriptionState.ACTIVE, START, Period(START, date(2026, 2, 28)), 31, None
)
HISTORY = (
    Price("s", date(2026, 1, 1), Money(999)),
    Price("s", date(2026, 7, 1), Money(1199), "Kosten", "Costs"),
)
TRIAL = Phase("s", 1, PhaseKind.TRIAL, Money(0), days=14)
FIRST = Phase("s", 2, PhaseKind.DISCOUNT, Money(100), months=1)
SECOND = Phase("s", 3, PhaseKind.DISCOUNT, Money(500), months=2)
EVERGREEN = Phase("s", 4, PhaseKind.EVERGREEN, Money(1099))


@pytest.mark.parametrize(
    ("day", "minor"),
    [
        (date(2025, 12, 31), 1199),  # before the history: what the plan says
        (date(2026, 1, 1), 999),
        (date(2026, 6, 30), 999),
        (date(2026, 7, 1), 1199),
    ],
)
def test_history_counts_from_its_day(day: date, minor: int) -> None:
    assert price_in_force(CONTRACT, PlanTerms(PLAN, HISTORY), day) == Money(minor)


def test_an_increase_that_is_decided_is_known_and_not_yet_asked() -> None:
    terms = PlanTerms(PLAN, HISTORY)
    assert next_step(CONTRACT, terms, date(2026, 6, 30)) == (date(2026, 7, 1), Money(1199))
    assert next_step(CONTRACT, terms, date(2026, 7, 1)) is None
    agreed = replace(CONTRACT, price_minor=888)
    assert next_step(agreed, terms, date(2026, 6, 30)) is None


def test_the_end_of_a_trial_and_of_a_discount_are_the_next_steps() -> None:
    contract = replace(CONTRACT, trial_ends_on=date(2026, 2, 14))
    terms = PlanTerms(PLAN, (), (TRIAL, FIRST, EVERGREEN))
    assert next_step(contract, terms, START) == (date(2026, 2, 14), Money(100))
    assert next_step(contract, terms, date(2026, 2, 14)) == (date(2026, 3, 14), Money(1099))


@pytest.mark.parametrize(
    ("day", "minor"),
    [
        (date(2026, 1, 31), 0),
        (date(2026, 2, 13), 0),
        (date(2026, 2, 14), 100),  # the first paid day: a month of 1.00 begins, then two of 5.00
        (date(2026, 3, 13), 100),
        (date(2026, 3, 14), 500),
        (date(2026, 5, 13), 500),
        (date(2026, 5, 14), 1099),
    ],
)
def test_phases_follow_each_other(day: date, minor: int) -> None:
    contract = replace(CONTRACT, trial_ends_on=date(2026, 2, 14))
    terms = PlanTerms(PLAN, (), (SECOND, FIRST, TRIAL, EVERGREEN))
    assert price_in_force(contract, terms, day) == Money(minor)


def test_the_history_goes_before_the_evergreen_phase() -> None:
    assert list_price(PlanTerms(PLAN, HISTORY, (EVERGREEN,)), date(2026, 3, 1)) == Money(999)
    assert list_price(PlanTerms(PLAN, (), (EVERGREEN,)), date(2026, 3, 1)) == Money(1099)


def test_an_agreed_price_holds_for_its_plan_only() -> None:
    contract = replace(CONTRACT, price_minor=777)
    terms = PlanTerms(PLAN, HISTORY, (FIRST,))
    other = PlanTerms(replace(PLAN, code="x", price=Money(1699)))
    day = date(2026, 2, 1)
    assert price_in_force(contract, terms, day) == Money(777)
    assert price_in_force(contract, other, day) == Money(1699)
    trial = replace(contract, trial_ends_on=date(2026, 2, 2))
    assert price_in_force(trial, terms, day) == Money(0)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 4000), st.booleans())
def test_there_is_always_exactly_one_price_of_the_catalogue(
    started: date, later: int, tried: bool
) -> None:
    """Whatever the day, a known price is asked, and once the discounts are over it is the list price."""
    trial = started + timedelta(days=14) if tried else None
    contract = replace(
        CONTRACT, started_on=started, anchor_day=started.day, trial_ends_on=trial, price_minor=None
    )
    terms = PlanTerms(PLAN, HISTORY, (TRIAL, FIRST, SECOND, EVERGREEN))
    day = started + timedelta(days=later)
    price = price_in_force(contract, terms, day).minor
    assert price in {0, 100, 500, 999, 1199, 1099}
    assert (price == 0) is (tried and later < 14)
    if later > 14 + 3 * 31:
        assert price == list_price(terms, day).minor


SEAT = Addon("seat", "p", "Platz", "Seat", Money(1200), Interval.MONTH, 19, 5)


def test_addons_are_billed_in_the_interval_of_the_plan() -> None:
    assert addon_price(SEAT, 2, Interval.MONTH) == Money(2400)
    assert addon_price(SEAT, 2, Interval.YEAR) == Money(28800)
    yearly = replace(SEAT, price=Money(1000), interval=Interval.YEAR)
    assert addon_price(yearly, 1, Interval.MONTH) == Money(83)


def test_a_booking_holds_from_its_first_day_to_the_day_before_its_end() -> None:
    booked = BookedAddon("B", "S", SEAT, 1, date(2026, 3, 5))
    ended = end_booking(booked, date(2026, 4, 1))
    held = [d for d in range(-60, 90) if ended.in_force(date(2026, 4, 1) + timedelta(days=d))]
    assert held == list(range(-27, 0))
    assert booked.in_force(date(2040, 1, 1))
    with pytest.raises(SubscriptionError) as refused:
        end_booking(ended, date(2026, 4, 1))
    assert refused.value.code is Code.ADDON_NOT_BOOKED


def test_a_booking_never_ends_before_it_began() -> None:
    booked = BookedAddon("B", "S", SEAT, 1, date(2026, 3, 5))
    assert end_booking(booked, date(2026, 3, 1)).ends_on == date(2026, 3, 5)
