"""Names of months and weekdays, and days of the calendar reckoned from them.

Invariants: a day that does not exist is None; a day without a year is the one nearest to today unless the words
around it lean to the past or the future.
"""

from calendar import monthrange
from collections.abc import Callable
from datetime import date

from components.matchers.leaning import FUTURE, OPEN, PAST
from components.matchers.numbers import plain

Today = Callable[[], date]

_MONTH_NAMES = (
    "januar january jänner jan januray",
    "februar february feber feb febuary febrary febuar",
    "märz maerz march mär mrz mar",
    "april apr",
    "mai may",
    "juni june jun",
    "juli july jul",
    "august aug agust",
    "september sept sep",
    "oktober october okt oct",
    "november nov",
    "dezember december dez dec",
)
# Each with the slips of the pen that are common in it.
_DAY_NAMES = (
    "montag monday",
    "dienstag tuesday tuseday dinstag",
    "mittwoch wednesday wensday wednsday mitwoch",
    "donnerstag thursday thrusday donerstag",
    "freitag friday firday",
    "samstag sonnabend saturday saterday",
    "sonntag sunday",
)
MONTHS = {name: at for at, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}
WEEKDAYS = {name: at for at, names in enumerate(_DAY_NAMES) for name in names.split()}

_FAR = 300  # days ahead that a wish hardly reaches: "bitte die Zahlung vom 17. Februar prüfen"
_FAR_MONTHS = 11


def month_of(name: str) -> int:
    """The number of a month's name."""
    return MONTHS.get(name.lower()) or MONTHS[plain(name)]


def real_day(year: int, month: int, day: int) -> "date | None":
    """That day, or None if the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_year(written: str) -> int:
    """The year of two or four digits."""
    return int(written) + (2000 if len(written) <= 2 else 0)


def dated(day: int, month: int, now: date, lean: int = OPEN) -> "date | None":
    """That day in the year which fits: before, after or nearest to today."""
    near = [found for shift in range(-4, 5) if (found := real_day(now.year + shift, month, day))]
    fitting = [found for found in near if (found - now).days * lean >= 0]
    if lean == FUTURE and all((found - now).days > _FAR for found in fitting):
        fitting = near
    return min(fitting, key=lambda found: abs(found - now), default=None)


def in_month(now: date, shift: int, day: int) -> "date | None":
    """A day of the month that is `shift` months after this one."""
    months = now.year * 12 + now.month - 1 + shift
    return real_day(months // 12, months % 12 + 1, day)


def shifted(now: date, months: int) -> date:
    """The same day of another month, or its last day where that month is shorter."""
    index = now.year * 12 + now.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(now.day, monthrange(year, month)[1]))


def last_of(day: date) -> date:
    """The last day of that day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_near(month: int, now: date, lean: int = OPEN) -> date:
    """The first day of the month of that number which fits; half a year away both ways is the past."""
    distance = (month - now.month) % 12
    back = distance > 6 or (distance == 6 and lean == OPEN)
    if lean == PAST and distance:
        back = True
    elif lean == FUTURE:
        back = distance >= _FAR_MONTHS
    return shifted(now.replace(day=1), distance - 12 if back else distance)
