"""Dates of the business: what day it is in Germany, when periods begin and end, and which days are worked.

Invariants: whole days in Europe/Berlin, so that no hour of summer time is gained or lost; a contract
that began on the 31st bills on the last day of short months and returns to the 31st; holidays are those that
hold in all of Germany; banks work on the days of TARGET, whatever is kept in Germany.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import country_holidays, financial_holidays

from subscriptions.entities.contracts import Period
from subscriptions.model.catalogue import Interval

BERLIN = ZoneInfo("Europe/Berlin")
MONTHS = {Interval.MONTH: 1, Interval.YEAR: 12}


def business_date(now: datetime) -> date:
    """The calendar day in Germany at an aware moment."""
    if now.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return now.astimezone(BERLIN).date()


def day_end(now: datetime) -> datetime:
    """The moment (UTC) at which the calendar day in Germany ends that holds `now`."""
    tomorrow = business_date(now) + timedelta(days=1)
    return datetime.combine(tomorrow, time(), BERLIN).astimezone(UTC)


def midnight(day: date) -> datetime:
    """The moment at which a day begins in Germany."""
    return datetime.combine(day, time(), tzinfo=BERLIN).astimezone(UTC)


def add_months(day: date, months: int, anchor_day: int | None = None) -> date:
    """The day `months` later (or earlier), on the anchor day or the month's last day before it."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    wanted = anchor_day or day.day
    return date(year, month, min(wanted, monthrange(year, month)[1]))


def anchor_after(end: date, anchor_day: int) -> int:
    """The anchor day of what follows a period: the old one if the period ends on it, else the day it ends on.

    So the next period is a full one, also after a period that was cut or moved.
    """
    return anchor_day if add_months(end, 0, anchor_day) == end else end.day


def period_from(start: date, interval: Interval, anchor_day: int) -> Period:
    """The period that begins on `start`."""
    return Period(start, add_months(start, MONTHS[interval], anchor_day))


def current_period(period: Period, interval: Interval, anchor_day: int, today: date) -> Period:
    """The period that holds `today`, rolled forward from a stored one that may have passed."""
    while today >= period.end:
        period = period_from(period.end, interval, anchor_day)
    return period


@lru_cache(maxsize=64)
def _bank_holidays(year: int) -> frozenset[date]:
    """1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December."""
    return frozenset(financial_holidays("ECB", years=year))


def bank_days_after(day: date, count: int) -> date:
    """`count` bank days later: Monday to Friday without the closing days of TARGET (the banks' own calendar)."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in _bank_holidays(day.year):
            count -= 1
    return day


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("DE", years=year))


def load_holidays(year: int) -> None:
    """Load the calendars of a year: the first use takes a moment, so at the start and not while somebody waits."""
    _bank_holidays(year)
    _holidays(year)


def is_holiday(day: date) -> bool:
    """Whether a public holiday is kept in all of Germany."""
    return day in _holidays(day.year)


def is_working_day(day: date) -> bool:
    """Monday to Saturday without public holidays: when we print, deliver and call back."""
    return day.weekday() < 6 and not is_holiday(day)


def working_days(first: date, last: date) -> tuple[date, ...]:
    """The working days from `first` to `last`, both included."""
    span = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in span if is_working_day(day))


def working_days_after(day: date, count: int) -> date:
    """The `count`-th working day after a day; the first one not before it for 0."""
    while count > 0 or not is_working_day(day):
        day += timedelta(days=1)
        if count > 0 and is_working_day(day):
            count -= 1
    return day
