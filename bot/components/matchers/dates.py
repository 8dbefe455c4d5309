"""Finds single days in German and English; the value is an ISO date.

Invariants: "today" comes from an injected function; numbers are read day first in both languages, as in Europe; a
date without a year, a weekday or a bare day is the next or the last one, as its clause speaks of what was or will be.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from components.matchers import Found
from components.matchers.amounts import NO_VERSION
from components.matchers.bounds import bounds
from components.matchers.calendar_words import (
    MONTHS,
    PAST,
    Today,
    dated,
    full_year,
    in_month,
    leaning,
    month_of,
    real_day,
    shifted,
)
from components.matchers.numbers import COUNT, number_of, spelled
from components.matchers.ordinals import ORDINAL, ordinal_of
from components.matchers.weekdays import DAY, days_by_weekday

MONTH = rf"(?:{spelled(list(MONTHS))})\b"
# "Freitag, den", "Fr.," before a date.
_NAMED_DAY = rf"(?:(?:am\s+)?(?:{DAY}s?|\b(?:mo|di|mi|do|fr|sa|so|mon|tues?|wed|thurs?|fri|sat|sun)\b\.?),?\s+(?:den\s+|dem\s+|der\s+|the\s+)?)?"

_HAS_DIGIT = re.compile(r"\d")
_HAS_MONTH = re.compile(MONTH, re.IGNORECASE)
_ISO = re.compile(
    r"(?<!\d)(?P<y>20\d\d|19\d\d)(?P<mark>[-/.])(?P<m>\d{2})(?P=mark)(?P<d>\d{2})(?!\d)"
)
_DASHED = re.compile(r"(?<![\w-])(?P<d>\d{1,2})-(?P<m>\d{1,2})-(?P<y>20\d\d)(?![\w-])")
# "4/15/2026": month first, as in America, where day first is no day; without a year only after a word of time.
_AMERICAN = re.compile(
    r"(?<![\w/])(?P<m>0?[1-9]|1[0-2])/(?P<d>1[3-9]|2\d|3[01])/(?P<y>\d{4}|\d{2})(?![\w/])",
    re.IGNORECASE,
)
_AMERICAN_DAY = re.compile(
    r"(?:(?<=on )|(?<=by )|(?<=since )|(?<=from )|(?<=until )|(?<=till )|(?<=til )|(?<=dated )|(?<=of )|(?<=due ))(?P<m>0?[1-9]|1[0-2])/(?P<d>1[3-9]|2\d|3[01])(?![\w/])(?P<y>)",
    re.IGNORECASE,
)
_NUMERIC = re.compile(
    rf"{_NAMED_DAY}(?<![\w.,/-])(?!24/7\b){NO_VERSION}(?P<d>\d{{1,2}})(?P<mark>[./])\s?(?P<m>\d{{1,2}})"
    r"(?:(?P=mark)\s?(?P<y>\d{4}|\d{2})?)?(?![\d/:]|[.,]\d|\s?(?:€|£|%|eur|uhr\b))",
    re.IGNORECASE,
)
_DAY_MONTH = re.compile(
    rf"{_NAMED_DAY}(?<![\d.,])(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th)?\s*(?:of\s+)?(?P<m>{MONTH})\.?(?:,?\s+(?P<y>\d{{4}}|'\d{{2}})\b)?",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"\b(?P<m>{MONTH})\.?\s+(?:the\s+)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d.,:]\d|\d|\s?(?:€|£|%|eur))(?:,?\s+(?P<y>\d{{4}})\b)?",
    re.IGNORECASE,
)
_WRITTEN_MONTH = re.compile(
    rf"\b(?P<d>{ORDINAL})\s+(?:of\s+)?(?P<m>{MONTH})(?:\s+(?P<y>\d{{4}})\b)?", re.IGNORECASE
)
_RELATIVE = {
    "heute": 0, "heut": 0, "heutigen": 0, "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0,
    "this evening": 0, "morgen": 1, "tomorrow": 1, "übermorgen": 2, "uebermorgen": 2, "day after tomorrow": 2,
    "gestern": -1, "yesterday": -1, "vorgestern": -2, "day before yesterday": -2,
}  # fmt: skip
_NO_TOMORROW = rf"(?:gut|schön|jed|dies|frei|{DAY})(?:en)?|am|den"
_WORD = re.compile(
    rf"\b(?:(?:the\s+)?(?P<word>{spelled(list(_RELATIVE))})\b(?:\s+morgen\b)?|(?:{_NO_TOMORROW})\s+morgen\b)",
    re.IGNORECASE,
)
_LENGTH = r"(?P<unit>tag(?:en?)?|days?|wochen?|weeks?|monat(?:en?)?|months?|jahr(?:en?)?|years?)\b"
_AHEAD = re.compile(
    rf"\b(?:(?P<back>vor)|in|heute in)\s+(?:about |around |etwa |ca\.? )?(?P<n>{COUNT}|a|an)\s+{_LENGTH}(?!\s+(?:monthly|raten))"
    rf"|\b(?P<en>{COUNT}|a|an)\s+{_LENGTH.replace('unit', 'uniten')}\s+(?:(?P<ago>ago|back\b(?!\s+to))|from (?:now|today)|today)",
    re.IGNORECASE,
)
_FORTNIGHT = re.compile(r"\bin (?:a )?fortnight\b", re.IGNORECASE)
# "the 3rd attempt", "zum 2. Mal": an order, not a day.
THING = (
    r"mal|versuch|monat|kurs|gerät|platz|rate|mahnung|brief|stock|klasse|staffel|folge|fc|teil|punkt|tag|stelle|person|kapitel|quartal"
    r"|time|attempt|month|letter|reminder|episode|season|one|ones|day|week|year|person|floor|edition|century|course|bill|invoice|charge"
    r"|payment|card|device|instalment|class|half|thing|part|lesson|quarter|page|bit|party|aid|try|step"
)
_STARTS = r"(?:Danke|Ich|Das|Die|Der|Bitte|Dann|Ist|Geht|Wir|Es|Und|Sonst|Kann|Mein\w*|Wie|Wann|Viele|MfG|Gruß|LG|VG)\b"
_OF_MONTH = re.compile(
    rf"(?<!freitag )(?<!Freitag )\b(?i:(?P<pre>(?:bis |ab |seit )?(?:am|zum|vom|bis|ab|den|der|dem|kommt|bucht)))\s+(?P<d>\d{{1,2}})\.(?!\s?\d)(?!\s*(?:(?i:{THING})(?:e?[nrs]|e)?\b|(?!{_STARTS})[A-ZÄÖÜ]\w))",
)
_OF_MONTH_EN = re.compile(
    rf"\b(?P<pre>(?:the|on|by|till|until|from|since)\s+(?:the\s+)?)(?P<d>\d{{1,2}})(?:st|nd|rd|th)\b(?!\s+(?:of|{THING})s?\b)",
    re.IGNORECASE,
)
_WRITTEN = re.compile(
    rf"\b(?P<pre>am|zum|vom|(?:den|dem)(?=\s[A-Z])|(?:on|by|until|till|from|since)\s+the)\s+(?P<d>(?i:{ORDINAL}))\b(?!\s+(?:(?:of|{THING})(?:e?[nrs]|e)?\b|[A-ZÄÖÜ]))"
)
_OTHER_MONTH = re.compile(
    r"\b(?:the\s+|am\s+|zum\s+|vom\s+)?(?P<d>\d{1,2})(?:\.|st|nd|rd|th)\s+(?:of\s+|des\s+)?"
    r"(?:(?P<last>vormonats|letzten monats|vorigen monats|last month)|(?P<next>nächsten monats|kommenden monats|next month)"
    r"|(?:dieses monats|this month|the month|monats))\b",
    re.IGNORECASE,
)


def date_finder(today: Today) -> Callable[[str], Iterator[Found]]:
    """A matcher that reads dates relative to `today()`."""

    def find_date(text: str) -> Iterator[Found]:
        now = today()
        yield from _on_the_calendar(text, now)
        # Before the plain distances: "heute in acht Tagen" is a week.
        yield from days_by_weekday(text, now)
        yield from _by_name(text, now)
        yield from _day_only(text, now)
        yield from bounds(text, now)

    return find_date


def _found(match: "re.Match[str]", day: date | None) -> Iterator[Found]:
    if day is not None:
        yield Found(match.start(), match.end(), "date", day.isoformat())


def _on_the_calendar(text: str, now: date) -> Iterator[Found]:
    """Days with a month."""
    # Whoever writes no digit and no month is not asked for a dozen shapes of dates.
    digits = (_ISO, _DASHED, _NUMERIC, _AMERICAN, _AMERICAN_DAY) if _HAS_DIGIT.search(text) else ()
    names = (_DAY_MONTH, _MONTH_DAY, _WRITTEN_MONTH) if _HAS_MONTH.search(text) else ()
    for match in (found for pattern in (*digits, *names) for found in pattern.finditer(text)):
        written = match["m"]
        month = int(written) if written.isdigit() else month_of(written.rstrip("."))
        day = int(match["d"]) if match["d"].isdigit() else ordinal_of(match["d"])
        if match["y"]:
            yield from _found(match, real_day(full_year(match["y"].lstrip("'")), month, day))
        elif 1 <= month <= 12:
            yield from _found(match, dated(day, month, now, leaning(text, *match.span())))


def _by_name(text: str, now: date) -> Iterator[Found]:
    """Days relative to today: words, distances, weekdays."""
    for match in _WORD.finditer(text):
        if match["word"]:
            away = _RELATIVE[" ".join(match["word"].lower().split())]
            yield from _found(match, now + timedelta(days=away))
    for match in _AHEAD.finditer(text):
        yield from _found(match, _away(match, now))
    for match in _FORTNIGHT.finditer(text):
        yield from _found(match, now + timedelta(days=14))


def _away(match: "re.Match[str]", now: date) -> date | None:
    written = (match["n"] or match["en"]).lower()
    count = 1 if written in {"a", "an"} else number_of(written)
    count = -count if match["back"] or match["ago"] else count
    unit = (match["unit"] or match["uniten"]).lower()[0]
    if unit in "mjy":
        months = count * (1 if unit == "m" else 12)
        return shifted(now, months) if 1 <= now.year + months // 12 <= 9998 else None
    return now + timedelta(days=count * (7 if unit == "w" else 1))


def _day_only(text: str, now: date) -> Iterator[Found]:
    """Days of a month that is not named: the next one, or the last one when the clause is in the past."""
    for pattern in (_OF_MONTH, _OF_MONTH_EN, _WRITTEN):
        for match in pattern.finditer(text):
            day = int(match["d"]) if match["d"].isdigit() else ordinal_of(match["d"])
            back = match["pre"].lower().startswith(("vom", "seit", "since"))
            back = back or leaning(text, *match.span()) == PAST
            yield from _found(match, _of_month(day, now, past=back))
    for match in _OTHER_MONTH.finditer(text):
        shift = -1 if match["last"] else 1 if match["next"] else 0
        yield from _found(match, in_month(now, shift, int(match["d"])))


def _of_month(day: int, now: date, *, past: bool) -> date | None:
    """The next such day of a month, or the last one; today counts both ways."""
    step = -1 if past else 1
    days = (in_month(now, step * shift, day) for shift in range(3))
    return next((d for d in days if d and (d - now).days * step >= 0), None)
