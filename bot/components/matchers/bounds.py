"""Finds first, middle and last days of a week, month, quarter or year: "Ende nächster Woche", "the last Friday in May".

Invariants: the middle of a month is its 15th, of a week its Wednesday; the end of a week is its Sunday.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from components.matchers import Found
from components.matchers.calendar_words import (
    MONTHS,
    WEEKDAYS,
    in_month,
    last_of,
    month_near,
    month_of,
    shifted,
)
from components.matchers.leaning import FUTURE, PAST, leaning
from components.matchers.numbers import spelled
from components.matchers.ordinals import ORDINAL, ordinal_of

_MONTH = rf"(?:{spelled(list(MONTHS))})\b"
_DAY = rf"(?:{spelled(list(WEEKDAYS))})"
WHICH = (
    r"(?P<over>übernächste[nrsm]?|uebernaechste[nrsm]?)|(?P<ahead>nächste[nrsm]?|naechste[nrsm]?|kommende[nrsm]?|next)"
    r"|(?P<back>letzte[nrsm]?|vergangene[nrsm]?|vorige[nrsm]?|last)|diese[nrsm]?|this|laufende[nrsm]?|current"
)
_SPAN = rf"(?:(?:{WHICH})\s+)?(?P<what>monate?s?|month|woche|week|jahr(?:es)?|year|quartals?|quarter|{_MONTH}(?=(?:\s+(?P<y>20\d\d)\b)?))(?:\s+(?P<year>20\d\d)\b)?"
_OF = r"(?:of\s+|des\s+|der\s+|dem\s+|vom\s+|von\s+|im\s+|in\s+|in der\s+)?(?:the\s+|dem\s+)?"
_PLACE = re.compile(
    rf"\b(?:(?P<end>ende|end|(?:am\s|zum\s|the\s)?(?:letzte[rnm]?\stag|last\sday|letzten(?=\s(?:des|\w+\smonats|vom))))|(?P<mid>mitte|middle|mid)"
    rf"|(?:anfang|beginning|start|(?:early|anfangs)(?=\s(?:next|nächste|kommende))|erste[rnm]?\stag|first\sday))\s*-?{_OF}{_SPAN}\b",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"\b(?:(?P<month>monats|month(?:'?s)?[\s-])|(?P<quarter>quartals|quarter(?:'?s)?[\s-])|(?P<year>jahres|year(?:'?s)?[\s-]))(?P<which>ende|end|anfang|mitte|ersten?|letzten?)\b",
    re.IGNORECASE,
)
_YEAR_END = re.compile(
    r"\b(?:(?P<end>ende|end\sof)|(?P<mid>mitte|mid(?:dle\sof)?)|anfang|(?:start|beginning)\sof)\s+(?:des\s+jahres\s+)?(?P<y>20\d\d)\b",
    re.IGNORECASE,
)
_NTH = re.compile(
    rf"\b(?:(?P<last>letzte[nr]?|last)|(?P<n>erste[nr]?|zweite[nr]?|dritte[nr]?|vierte[nr]?|first|second|third|fourth))\s+(?P<day>{_DAY})\s+(?:of|in|im|des|vom)\s+(?:the\s+)?{_SPAN}\b",
    re.IGNORECASE,
)
_ORDINAL_OF = re.compile(
    rf"\b(?:am|zum|vom|den|dem|the)\s+(?P<n>{ORDINAL})\s+(?:(?:of\s+|des\s+)?(?:{WHICH})\s+(?:monats|month)|(?P<any>(?:of\sthe|des)\s(?:monats|month)))\b",
    re.IGNORECASE,
)
# "the last working day of the month".
_WORKING = re.compile(
    rf"\b(?:the\s+|am\s+|zum\s+)?(?:(?P<end>last|letzte[nr]?)|first|erste[nr]?)\s+(?:working|business|bank|werk-?|arbeits-?)\s?(?:day|tag)e?s?\s+{_OF}{_SPAN}\b",
    re.IGNORECASE,
)
_HINT = re.compile(
    r"ende|end\b|letzte|last|mitte|middle|mid|anfang|beginning|start|early|erste|first|monat|month|zweite|second|dritte|third|vierte|fourth",
    re.IGNORECASE,
)
_RANKS = {"e": 1, "z": 2, "d": 3, "v": 4, "fi": 1, "s": 2, "t": 3, "fo": 4}
_MIDDLE, _JULY, _QUARTER, _FRIDAY = 15, 7, 3, 4
_A_WEEK, _A_MONTH, _A_QUARTER = 7, 31, 93  # more days than each has between its first and last


def bounds(text: str, now: date) -> Iterator[Found]:
    """Every day that is named as the bound of a span."""
    if not _HINT.search(text):
        return
    for match in _PLACE.finditer(text):
        yield _found(match, _in_span(match, _span(match, now, text)))
    for match in _WORKING.finditer(text):
        yield _found(match, _working_day(match, _span(match, now, text)))
    for match in _SHORT.finditer(text):
        yield _found(match, _short(match, now))
    yield from _numbered(text, now)


def _numbered(text: str, now: date) -> Iterator[Found]:
    """Bounds of a year that is written, "the second Friday in May", "the 3rd of next month"."""
    for match in _YEAR_END.finditer(text):
        yield _found(match, _in_span(match, _year(int(match["y"]))))
    for match in _NTH.finditer(text):
        yield _found(match, _nth_near(match, now, text))
    for match in _ORDINAL_OF.finditer(text):
        number = ordinal_of(match["n"])
        if (
            day := _any_month(match, number, now, text)
            if match["any"]
            else in_month(now, _shift(match), number)
        ):
            yield _found(match, day)


def _any_month(match: "re.Match[str]", number: int, now: date, text: str) -> "date | None":
    """The next "first of the month", or the last one where its clause speaks of the past."""
    past = leaning(text, *match.span()) == PAST
    days = (in_month(now, -shift if past else shift, number) for shift in range(3))
    return next((day for day in days if day and (day <= now if past else day >= now)), None)


def _found(match: "re.Match[str]", day: date) -> Found:
    return Found(match.start(), match.end(), "date", day.isoformat())


def _shift(match: "re.Match[str]") -> int:
    return 2 if match["over"] else 1 if match["ahead"] else -1 if match["back"] else 0


def _span(match: "re.Match[str]", now: date, text: str) -> "tuple[date, date]":
    """First and last day of the week, month, quarter or year that is spoken of."""
    what, shift = match["what"].lower(), _shift(match)
    if what in {"woche", "week"}:
        monday = now + timedelta(days=7 * shift - now.weekday())
        return monday, monday + timedelta(days=6)
    if what.startswith(("jahr", "year")):
        return _year(now.year + shift)
    if what.startswith("quart"):
        return quarter(shifted(now.replace(day=1), _QUARTER * shift))
    if what.startswith(("monat", "month")):
        first = shifted(now.replace(day=1), shift)
    elif match["y"]:
        first = date(int(match["y"]), month_of(match["what"]), 1)
    else:
        before = text[: match.end()]
        lean = (
            FUTURE
            if match["ahead"]
            else PAST
            if match["back"]
            else leaning(before, len(before), len(before))
        )
        first = month_near(month_of(match["what"]), now, lean)
    return first, last_of(first)


def _year(year: int) -> "tuple[date, date]":
    return date(year, 1, 1), date(year, 12, 31)


def quarter(day: date) -> "tuple[date, date]":
    """First and last day of the quarter of that day."""
    first = date(day.year, (day.month - 1) // _QUARTER * _QUARTER + 1, 1)
    return first, last_of(shifted(first, _QUARTER - 1))


def _in_span(match: "re.Match[str]", span: "tuple[date, date]") -> date:
    first, last = span
    if match["end"]:
        return last
    if not match["mid"]:
        return first
    days = (last - first).days
    if days < _A_WEEK:
        return first + timedelta(days=2)
    if days < _A_MONTH:
        return first.replace(day=_MIDDLE)
    return (
        shifted(first, 1).replace(day=_MIDDLE) if days < _A_QUARTER else date(first.year, _JULY, 1)
    )


def _working_day(match: "re.Match[str]", span: "tuple[date, date]") -> date:
    """The first or last day of the span that is no Saturday or Sunday."""
    day, step = (span[1], -1) if match["end"] else (span[0], 1)
    while day.weekday() > _FRIDAY:
        day += timedelta(days=step)
    return day


def _short(match: "re.Match[str]", now: date) -> date:
    """ "Monatsende", "month-end", "zum Monatsersten": the next first of a month is meant."""
    which = match["which"].lower()
    if match["month"] and which.startswith("erste"):
        return shifted(now.replace(day=1), 0 if now.day == 1 else 1)
    first = now.replace(day=1)
    span = (
        _year(now.year)
        if match["year"]
        else quarter(now)
        if match["quarter"]
        else (first, last_of(first))
    )
    if which.startswith(("end", "letzte")):
        return span[1]
    if which == "mitte":
        return first.replace(day=_MIDDLE) if match["month"] else date(now.year, _JULY, 1)
    return span[0]


def _nth_near(match: "re.Match[str]", now: date, text: str) -> date:
    """The first Monday of the month, or of the next one where this month's is over and nothing says it was meant."""
    first, last = _span(match, now, text)
    day = _nth(match, first, last)
    plain_month = match["what"].lower().startswith(("month", "monat")) and not _shift(match)
    if day < now and plain_month and leaning(text, *match.span()) != PAST:
        following = shifted(first, 1)
        return _nth(match, following, last_of(following))
    return day


def _nth(match: "re.Match[str]", first: date, last: date) -> date:
    """The first, second ... or last such weekday of the span."""
    weekday = WEEKDAYS[match["day"].lower()]
    if match["last"]:
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    written = match["n"].lower()
    rank = _RANKS.get(written[:1]) or _RANKS[written[:2]]
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (rank - 1))
