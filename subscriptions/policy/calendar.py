"""Dates of the business: what day it is in Germany, and when periods begin and end.

Invariants: whole days in Europe/Berlin, so that no hour of summer time is gained or lost; a contract
that began on the 31st bills on the last day of short months and returns to the 31st.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from subscriptions.entities.contracts import Period
from subscriptions.model.catalogue import Interval

BERLIN = ZoneInfo("Europe/Berlin")
MONTHS = {Interval.MONTH: 1, Interval.YEAR: 12}


def business_date(now: datetime) -> date:
    """The calendar day in Germany at an aware moment."""
    if now.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return now.astimezone(BERLIN).date()


def add_months(day: date, months: int, anchor_day: int | None = None) -> date:
    """The day `months` later (or earlier), on the anchor day or the month's last day before it."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    wanted = anchor_day or day.day
    return date(year, month, min(wanted, monthrange(year, month)[1]))


def period_from(start: date, interval: Interval, anchor_day: int) -> Period:
    """The period that begins on `start`."""
    return Period(start, add_months(start, MONTHS[interval], anchor_day))


def current_period(period: Period, interval: Interval, anchor_day: int, today: date) -> Period:
    """The period that holds `today`, rolled forward from a stored one that may have passed."""
    while today >= period.end:
        period = period_from(period.end, interval, anchor_day)
    return period


def bank_days_after(day: date, count: int) -> date:
    """`count` bank days later: Monday to Friday, public holidays not considered."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            count -= 1
    return day
