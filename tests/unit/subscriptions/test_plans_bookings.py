"""Add-ons: pieces may come and go on any day, and every day bills exactly what was booked for it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from subscriptions.entities.addons import BookedAddon
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.catalogue import Addon, Interval, Plan
from subscriptions.policy.bookings import allow_booking, kept, pieces_left, removal
from subscriptions.policy.limits import Limits

SEAT = Addon("seat", "p", "Platz", "Seat", Money(1200), Interval.MONTH, 19, 5)
PLAN = Plan("s", "p", "s", "s", Money(1000), Interval.MONTH, 1, (), ())
START = date(2026, 1, 1)
LIMITS = Limits()


def on_day(booked: list[BookedAddon], day: date) -> int:
    """How many pieces run on a day."""
    return sum(b.quantity for b in booked if b.in_force(day))


class Seats(RuleBasedStateMachine):
    """Seats are booked, removed and kept; beside the bookings a plain list says what each day should have."""

    def __init__(self) -> None:
        super().__init__()
        self.today = START
        self.booked: list[BookedAddon] = []
        self.going_on = 0  # pieces without an end
        self.leaving: list[tuple[date, int]] = []  # pieces until the day before

    @property
    def period_end(self) -> date:
        """Periods of 30 days."""
        passed = (self.today - START).days // 30
        return START + timedelta(days=30 * (passed + 1))

    @property
    def running(self) -> int:
        """What should run today."""
        return self.going_on + sum(n for end, n in self.leaving if self.today < end)

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(quantity=st.integers(-1, 6))
    def book(self, quantity: int) -> None:
        left = 5 - self.running
        assert pieces_left(SEAT, self.booked, self.today, LIMITS) == left
        if not 1 <= quantity <= left:
            wanted = Code.BAD_INPUT if quantity < 1 else Code.ADDON_LIMIT
            with pytest.raises(SubscriptionError) as refused:
                self._allow(quantity)
            assert refused.value.code is wanted
            return
        self._allow(quantity)
        number = f"B{len(self.booked)}"
        self.booked.append(BookedAddon(number, "S", SEAT, quantity, self.today))
        self.going_on += quantity

    @rule(quantity=st.none() | st.integers(0, 6))
    def remove(self, quantity: int | None) -> None:
        wanted = self.going_on if quantity is None else quantity
        if self.going_on == 0 or not 0 < wanted <= self.going_on:
            with pytest.raises(SubscriptionError) as refused:
                removal(self.booked, quantity, self.period_end, "R")
            none = self.going_on == 0
            assert refused.value.code is (Code.ADDON_NOT_BOOKED if none else Code.BAD_INPUT)
            return
        done = removal(self.booked, quantity, self.period_end, f"B{len(self.booked)}")
        self._store(done.ended)
        self.booked += [done.rest] if done.rest else []
        assert done.quantity == wanted
        self.going_on -= wanted
        self.leaving.append((self.period_end, wanted))

    @rule()
    def keep(self) -> None:
        coming_back = sum(n for end, n in self.leaving if self.today < end)
        if coming_back == 0:
            with pytest.raises(SubscriptionError) as refused:
                kept(self.booked, self.today)
            assert refused.value.code is Code.NOTHING_PENDING
            return
        self._store(kept(self.booked, self.today))
        self.going_on += coming_back
        self.leaving = [(end, n) for end, n in self.leaving if end <= self.today]

    def _allow(self, quantity: int) -> None:
        allow_booking((SEAT, quantity), PLAN, self.booked, day=self.today, limits=LIMITS)

    def _store(self, changed: tuple[BookedAddon, ...]) -> None:
        by_id = {b.id: b for b in changed}
        self.booked = [by_id.get(b.id, b) for b in self.booked]

    @invariant()
    def today_has_what_it_should_have(self) -> None:
        assert on_day(self.booked, self.today) == self.running <= 5

    @invariant()
    def later_days_have_what_goes_on(self) -> None:
        assert on_day(self.booked, self.period_end) == self.going_on
        assert on_day(self.booked, date(2090, 1, 1)) == self.going_on


TestSeats = Seats.TestCase


@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.integers(1, 20))
def test_removing_some_leaves_the_rest_without_a_gap(booked: list[int], quantity: int) -> None:
    bookings = [
        BookedAddon(f"B{i}", "S", SEAT, n, START + timedelta(days=i)) for i, n in enumerate(booked)
    ]
    end = START + timedelta(days=30)
    whole = sum(booked)
    if quantity > whole:
        with pytest.raises(SubscriptionError):
            removal(bookings, quantity, end, "R")
        return
    done = removal(bookings, quantity, end, "R")
    stay = [b for b in bookings if b.id not in {e.id for e in done.ended}]
    after = [*stay, *done.ended, *([done.rest] if done.rest else [])]
    assert on_day(after, end - timedelta(days=1)) == whole
    assert on_day(after, end) == whole - quantity


def test_an_addon_of_another_product_is_unknown() -> None:
    other = Plan("q", "q", "q", "q", Money(1), Interval.MONTH, 1, (), ())
    with pytest.raises(SubscriptionError) as refused:
        allow_booking((SEAT, 1), other, [], day=START, limits=LIMITS)
    assert refused.value.code is Code.ADDON_UNKNOWN


def test_the_operator_may_allow_fewer_than_the_catalogue() -> None:
    assert pieces_left(SEAT, [], START, Limits(addon_most=2)) == 2
