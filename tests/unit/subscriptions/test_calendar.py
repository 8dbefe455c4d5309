"""Days in Germany, periods that respect month ends, and bank days."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.entities.contracts import Period
from subscriptions.model.catalogue import Interval
from subscriptions.policy.calendar import (
    add_months,
    anchor_after,
    bank_days_after,
    business_date,
    current_period,
    period_from,
)

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), date(2026, 3, 29)),  # 23 hours long
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),  # 25 hours long
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_the_day_is_the_one_in_germany(moment: datetime, day: date) -> None:
    assert business_date(moment) == day


def test_a_moment_needs_its_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        business_date(datetime(2026, 1, 1))


@pytest.mark.parametrize(
    ("day", "months", "anchor", "expected"),
    [
        (date(2026, 1, 31), 1, None, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, None, date(2028, 2, 29)),
        (date(2026, 2, 28), 1, 31, date(2026, 3, 31)),
        (date(2026, 3, 31), -1, 31, date(2026, 2, 28)),
        (date(2028, 2, 29), 12, None, date(2029, 2, 28)),
        (date(2026, 12, 15), 1, None, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, None, date(2025, 12, 15)),
    ],
)
def test_months_later(day: date, months: int, anchor: int | None, expected: date) -> None:
    assert add_months(day, months, anchor) == expected


@given(DAYS, st.integers(-600, 600))
def test_months_later_is_in_the_right_month(day: date, months: int) -> None:
    got = add_months(day, months)
    assert got.year * 12 + got.month == day.year * 12 + day.month + months
    assert got.day <= day.day


@given(DAYS, st.sampled_from(Interval), st.integers(0, 4000))
def test_the_current_period_holds_today_and_keeps_the_anchor(
    start: date, interval: Interval, later: int
) -> None:
    today = start + timedelta(days=later)
    first = period_from(start, interval, start.day)
    period = current_period(first, interval, start.day, today)
    assert period.start <= today < period.end
    lengths = {Interval.MONTH: range(28, 32), Interval.YEAR: range(365, 367)}
    assert period.days in lengths[interval]
    next_day = period.end + timedelta(days=1)
    assert period.end.day == start.day or next_day.day == 1  # the anchor, or the end of the month


@pytest.mark.parametrize(
    ("end", "anchor", "expected"),
    [
        (date(2026, 12, 6), 6, 6),
        (date(2027, 2, 28), 31, 31),  # a short month keeps the 31st
        (date(2026, 12, 15), 6, 15),
        (date(2026, 12, 28), 31, 28),
    ],
)
def test_what_ends_off_its_anchor_is_followed_by_a_full_period(
    end: date, anchor: int, expected: int
) -> None:
    assert anchor_after(end, anchor) == expected
    assert period_from(end, Interval.MONTH, anchor_after(end, anchor)).days >= 28


def test_a_period_that_runs_is_left_alone() -> None:
    odd = Period(date(2026, 11, 6), date(2026, 12, 6))
    assert current_period(odd, Interval.MONTH, 6, date(2026, 12, 5)) is odd


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # Friday → Monday
        (date(2026, 11, 21), 5, date(2026, 11, 27)),
        (date(2026, 11, 23), 5, date(2026, 11, 30)),
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 12, 24), 1, date(2026, 12, 28)),  # Christmas, then a weekend
        (date(2026, 12, 31), 1, date(2027, 1, 4)),  # 1 January
        (date(2027, 3, 25), 1, date(2027, 3, 30)),  # Good Friday to Easter Monday
        (date(2026, 4, 30), 1, date(2026, 5, 4)),  # 1 May
        (date(2028, 12, 22), 1, date(2028, 12, 27)),  # 25 and 26 December
        (date(2026, 5, 13), 1, date(2026, 5, 14)),  # Ascension is kept in Germany, not by banks
    ],
)
def test_bank_days(day: date, count: int, expected: date) -> None:
    assert bank_days_after(day, count) == expected


def test_the_calendars_are_loaded_with_the_business_and_not_by_an_import(tmp_path: Path) -> None:
    """Seen in a process of its own: here they are loaded long since."""
    seen = """
import sys
from datetime import UTC, date, datetime
from subscriptions import Connections, backing_of
from subscriptions.policy import calendar
from subscriptions.store.engine import ANSWERING

def loaded():
    return [each.cache_info().misses for each in (calendar._bank_holidays, calendar._holidays)]

counts = [loaded()]
new_year_in_germany = datetime(2031, 12, 31, 23, 30, tzinfo=UTC)
backing_of("sqlite:///" + sys.argv[1], lambda: new_year_in_germany, Connections(), ANSWERING)
counts.append(loaded())
calendar.bank_days_after(date(2032, 1, 1), 1), calendar.is_holiday(date(2032, 1, 1))
print([*counts, loaded()])
"""
    command = [sys.executable, "-c", seen, str(tmp_path / "empty.db")]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[[0, 0], [1, 1], [1, 1]]"
