"""Finds dates in German and English; the value is an ISO date.

Invariants: "today" comes from an injected function; numbers are read day first in both languages, as in
Europe; a date without a year is the one nearest to today; a weekday is the next one after today.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from components.matchers import Found

Today = Callable[[], date]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar january jänner jan",
            "februar february feb",
            "märz maerz march mär mrz mar",
            "april apr",
            "mai may",
            "juni june jun",
            "juli july jul",
            "august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "dezember december dez dec",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "montag monday",
            "dienstag tuesday",
            "mittwoch wednesday",
            "donnerstag thursday",
            "freitag friday",
            "samstag sonnabend saturday",
            "sonntag sunday",
        )
    )
    for name in names.split()
}
_RELATIVE = {
    "heute": 0, "today": 0, "morgen": 1, "tomorrow": 1,
    "übermorgen": 2, "uebermorgen": 2, "gestern": -1, "yesterday": -1,
}  # fmt: skip
_COUNTS = {
    "einem": 1, "einer": 1, "a": 1, "one": 1, "zwei": 2, "two": 2, "drei": 3, "three": 3,
    "vier": 4, "four": 4, "fünf": 5, "five": 5, "sechs": 6, "six": 6, "zehn": 10, "ten": 10,
}  # fmt: skip


def _any(names: "dict[str, int]") -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_ISO = re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)")
_NUMERIC = re.compile(
    # "Version 3.6" and "iOS 16.4" are no days.
    r"(?<![\w.,/-])(?<!version )(?<!release )(?<!update )(?<!app )(?<!ios )(?<!android )(?<!windows )"
    r"(?P<d>\d{1,2})(?P<mark>[./])(?P<m>\d{1,2})(?:(?P=mark)(?P<y>\d{4}|\d{2})?)?(?![\d/]|[.,]\d|\s?(?:€|eur))",
    re.IGNORECASE,
)
_DAY_MONTH = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th)?\s+(?:of\s+)?(?P<m>{_any(_MONTHS)})\b\.?(?:,?\s+(?P<y>\d{{4}}))?",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"\b(?P<m>{_any(_MONTHS)})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(?P<y>\d{{4}}))?",
    re.IGNORECASE,
)
_WORD = re.compile(
    rf"(?<!guten )(?<!schönen )(?<!heute )(?<!gestern )\b(?P<word>{_any(_RELATIVE)})\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    rf"\bin (?P<n>\d{{1,3}}|{_any(_COUNTS)}) (?P<unit>tag(?:en)?|days?|wochen?|weeks?)\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(rf"\b(?P<day>{_any(_WEEKDAYS)})\b", re.IGNORECASE)
_OF_MONTH = re.compile(
    r"\b(?:am|zum|vom|bis)\s+(?P<de>\d{1,2})\.(?!\s?\d)|\bthe (?P<en>\d{1,2})(?:st|nd|rd|th)\b(?! of)",
    re.IGNORECASE,
)


def date_finder(today: Today) -> Callable[[str], Iterator[Found]]:
    """A matcher that reads dates relative to `today()`."""

    def find_date(text: str) -> Iterator[Found]:
        now = today()
        for match in (*_ISO.finditer(text), *_NUMERIC.finditer(text)):
            yield from _found(match, _calendar(match, int(match["m"]), now))
        for match in (*_DAY_MONTH.finditer(text), *_MONTH_DAY.finditer(text)):
            yield from _found(match, _calendar(match, _MONTHS[match["m"].lower()], now))
        for match in _WORD.finditer(text):
            yield from _found(match, now + timedelta(days=_RELATIVE[match["word"].lower()]))
        for match in _AHEAD.finditer(text):
            yield from _found(match, now + timedelta(days=_days_ahead(match)))
        for match in _WEEKDAY.finditer(text):
            ahead = (_WEEKDAYS[match["day"].lower()] - now.weekday() - 1) % 7 + 1
            yield from _found(match, now + timedelta(days=ahead))
        for match in _OF_MONTH.finditer(text):
            yield from _found(match, _next_of_month(int(match["de"] or match["en"]), now))

    return find_date


def _found(match: "re.Match[str]", day: date | None) -> Iterator[Found]:
    if day is not None:
        yield Found(match.start(), match.end(), "date", day.isoformat())


def _calendar(match: "re.Match[str]", month: int, now: date) -> date | None:
    """The date as written, or None if there is no such day; without a year the nearest one."""
    day, year = int(match["d"]), match["y"]
    if year:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    near = [_day(now.year + shift, month, day) for shift in (-1, 0, 1)]
    return min((d for d in near if d), key=lambda d: abs(d - now), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _days_ahead(match: "re.Match[str]") -> int:
    written = match["n"].lower()
    count = int(written) if written.isdigit() else _COUNTS[written]
    return count * (7 if match["unit"].lower().startswith("w") else 1)


def _next_of_month(day: int, now: date) -> date | None:
    """The next such day of a month, today included."""
    months = [
        (now.year + (now.month - 1 + n) // 12, (now.month - 1 + n) % 12 + 1) for n in range(3)
    ]
    days = (_day(year, month, day) for year, month in months)
    return next((d for d in days if d and d >= now), None)
