"""Joins two days or months with "bis", "to" or a dash between them to a period: "vom 20. März bis Ende April".

Invariant: a period ends after it begins; weekdays joined are office hours, not a period.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from components.matchers import Found
from components.matchers.calendar_words import in_month

_BETWEEN = re.compile(
    r"\s*(?:-|–|—|,?\s?\b(?:bis(?:\s+(?:einschließlich|inklusive|inkl\.?))?(?:\s+(?:zum|zur|in den))?|to|until|till?|through|thru|up to)\b)\s*(?:and including\s+)?(?:the\s+|dem\s+|den\s+|am\s+)?",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\s*(?:und|and)\s*(?:the\s+|dem\s+|den\s+)?", re.IGNORECASE)
_BETWEEN_BEFORE = re.compile(r"\b(?:zwischen|between)\s(?:the\s|dem\s|den\s)?$", re.IGNORECASE)
# "until" may stand inside the second: "until the 20th".
_UNTIL = re.compile(r"(?:until|till?|to|through|bis)\b", re.IGNORECASE)
# "the week of the 12th", "week commencing 28 September", "in der Woche vom 22.6."
_WEEK_OF = re.compile(
    r"(?:\b(?:the\s+)?week\s+(?:of|commencing|beginning|starting)|\bw/c|\b(?:in\s+)?(?:der|die)\s+woche\s+(?:vom|ab)?)\s*(?:on\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)
_DAYS_OR_MONTHS = {"date", "month"}


# "from the 1st till today": a day of this month or the one before.
_BARE_DAY = re.compile(
    r"(?:(?:from|since|on|vom|ab|seit|am)\s+)?(?:(?:the|dem|den)\s+)?\d{1,2}(?:st|nd|rd|th|\.)",
    re.IGNORECASE,
)


def joined(found: Sequence[Found], text: str) -> "list[Found]":
    """The values of a text, in order, with two that make a period put together."""
    kept: list[Found] = []
    for value in _weeks(found, text):
        period = _period(kept[-1], value, text) if kept else None
        if period:
            kept[-1] = period
        else:
            kept.append(value)
    return kept


def _weeks(found: Sequence[Found], text: str) -> "Iterator[Found]":
    """The values, a day that names its week made that week, Monday to Sunday."""
    for value in found:
        before = _WEEK_OF.search(text, max(0, value.start - 40), value.start)
        if value.entity == "date" and before:
            day = date.fromisoformat(str(value.value))
            monday = day - timedelta(days=day.weekday())
            week = f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}"
            yield Found(before.start(), value.end, "period", week)
        else:
            yield value


def _before(day: int, end: date) -> str:
    """The last such day of a month before the end."""
    months = (in_month(end, -back, day) for back in range(3))
    return next(at for at in months if at and at < end).isoformat()


def _period(first: Found, last: Found, text: str) -> "Found | None":
    if first.entity not in _DAYS_OR_MONTHS or last.entity not in _DAYS_OR_MONTHS:
        return None
    led = _UNTIL.match(text, last.start, last.end)
    between = text[first.end : led.end() if led else last.start]
    both = _BOTH.fullmatch(between) and _BETWEEN_BEFORE.search(
        text[max(0, first.start - 20) : first.start]
    )
    if not (both or _BETWEEN.fullmatch(between)):
        return None
    begin, end = str(first.value), str(last.value)
    begin = begin if first.entity == "date" else f"{begin}-01"
    if last.entity == "month":
        year, month = int(end[:4]), int(end[5:])
        end = f"{end}-{monthrange(year, month)[1]:02d}"
    if begin >= end and _BARE_DAY.fullmatch(text[first.start : first.end]):
        begin = _before(date.fromisoformat(begin).day, date.fromisoformat(end))
    elif begin >= end and not re.search(r"\d{4}", text[first.start : first.end]):
        # What was said without a year is of the end's year, or of the one before: "Oktober bis Februar 2026".
        begin = end[:4] + begin[4:] if begin[4:] < end[4:] else f"{int(end[:4]) - 1}{begin[4:]}"
    if begin >= end or first.value == last.value or begin[4:] == "-02-29":
        return None
    return Found(first.start, last.end, "period", f"{begin}/{end}")
