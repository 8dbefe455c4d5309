"""Finds single days in German and English; the value is an ISO date.

Invariants: "today" comes from an injected function; numbers are read day first in both languages, as in Europe; a
date without a year, a weekday or a bare day is the next or the last one, as its clause speaks of what was or will be.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from components.matchers import Found
from components.matchers.american import is_american
from components.matchers.amounts import NO_VERSION
from components.matchers.bounds import bounds
from components.matchers.calendar_words import (
    MONTHS,
    Today,
    dated,
    full_year,
    in_month,
    month_of,
    real_day,
    shifted,
)
from components.matchers.feasts import find_feast
from components.matchers.leaning import PAST, leaning
from components.matchers.numbers import COUNT, number_of, spelled
from components.matchers.ordinals import ORDINAL, ordinal_of
from components.matchers.ratios import is_ratio
from components.matchers.weekdays import DAY, days_by_weekday

MONTH = rf"(?:{spelled(list(MONTHS))})\b"
# "Freitag, den", "Fr.," before a date.
_NAMED_DAY = rf"(?:(?:am\s+)?(?:{DAY}s?|\b(?:mo|di|mi|do|fr|sa|so|mon|tues?|wed|thurs?|fri|sat|sun)\b\.?),?\s+(?:den\s+|dem\s+|der\s+|the\s+)?)?"

# "the 3rd attempt", "zum 2. Mal": an order, not a day.
THING = (
    r"mal|versuch|monat|kurs|gerät|platz|rate|mahnung|brief|stock|klasse|staffel|folge|fc|teil|punkt|tag|stelle|person|kapitel|quartal"
    r"|time|attempt|month|letter|reminder|episode|season|one|ones|day|week|year|person|floor|edition|century|course|bill|invoice|charge"
    r"|payment|card|device|instalment|class|half|thing|part|lesson|quarter|page|bit|party|aid|try|step"
)
# "14 July this year", "am 3. Mai letzten Jahres".
_YEAR = r"(?P<year>(?P<last>last|letzten|vorigen)|(?:this|dieses)|next|nächsten)\s(?:year|jahres)\b"

_MONTHS = 12
_HAS_DIGIT = re.compile(r"\d")
_HAS_RARER = re.compile(r"this time|fortnight|weekend|wochenende|\bwe\b", re.IGNORECASE)
_HAS_MONTH = re.compile(MONTH, re.IGNORECASE)
_ISO = re.compile(
    r"(?<!\d)(?P<y>20\d\d|19\d\d)(?P<mark>[-/.])(?P<m>\d{2})(?P=mark)(?P<d>\d{2})(?!\d)"
)
_DASHED = re.compile(
    r"(?<![\w-])(?<!\d )(?P<d>0?[1-9]|[12]\d|3[01])(?P<mark>-| )(?P<m>0?[1-9]|1[0-2])(?P=mark)(?P<y>20[1-4]\d|(?<=-)2\d(?<=\d-\d\d))(?![\w-]| \d)"
)
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
    rf"{_NAMED_DAY}(?<![\d.,])(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th)?(?:\s*|[-/])(?:of\s+)?(?P<m>{MONTH})\.?(?:,?\s+(?P<y>\d{{4}}|'\d{{2}})\b|[-/](?P<yy>20\d\d|\d\d)\b|\s+(?:of\s+)?{_YEAR})?",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"\b(?P<m>{MONTH})\.?\s+(?:the\s+)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d.,:]\d|\d|\s?(?:€|£|%|eur))(?:,?\s+(?P<y>\d{{4}})\b)?"
    rf"|\b(?P<mm>{MONTH})\s+(?:the\s+(?P<dd>{ORDINAL})(?!\s+{THING}\b)|(?P<ddd>{ORDINAL})(?!\s+(?:of|I|we|you|the|half|week|two|{THING})\b))",
    re.IGNORECASE,
)
# The third of "the 3rd and 5th of May".
_AND_BEFORE = re.compile(
    r"(?:\b(?:on|by|from|until|till|since|am|zum|vom|ab|bis)\s)?(?:the\s|den\s|dem\s)?\b(?P<d>\d{1,2})(?:\.|st|nd|rd|th)\s?(?=(?:,|und\b|and\b|oder\b|or\b|&)\s?(?:the\s|den\s|dem\s|am\s|on\s)?$)",
    re.IGNORECASE,
)
_WRITTEN_MONTH = re.compile(
    rf"\b(?P<d>{ORDINAL})\s+(?:of\s+)?(?P<m>{MONTH})(?:\s+(?P<y>\d{{4}})\b)?", re.IGNORECASE
)
_RELATIVE = {
    "heute": 0, "heut": 0, "heutigen": 0, "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0,
    "this evening": 0, "tonite": 0, "2day": 0, "2nite": 0, "last night": -1, "night before last": -2, "morgen": 1, "tomorow": 1, "tommorow": 1, "tommorrow": 1,
    "tmrw": 1, "tomoz": 1, "2moro": 1, "tomorro": 1, "yday": -1, "yesterdy": -1, "tomorrow": 1, "übermorgen": 2, "uebermorgen": 2, "day after tomorrow": 2,
    "gestern": -1, "yesterday": -1, "vorgestern": -2, "day before yesterday": -2,
}  # fmt: skip
_NO_TOMORROW = rf"(?:gut|schön|jed|dies|frei|{DAY})(?:en)?|am|den"
_WORD = re.compile(
    rf"\b(?:(?:the\s+)?(?P<word>{spelled(list(_RELATIVE))})\b(?:\s+morgen\b)?|(?:{_NO_TOMORROW})\s+morgen\b)",
    re.IGNORECASE,
)
_LENGTH = r"(?P<unit>tag(?:en?)?|days?|wochen?|weeks?|wks?|monat(?:en?)?|months?|mths?|jahr(?:en?)?|years?|yrs?)\b"
# "a couple of" is two.
_COUNT = rf"(?:{COUNT}|a couple of|an?)"
_AHEAD = re.compile(
    rf"\b(?:(?P<back>vor)|in|heute in)\s+(?:about |around |etwa |ca\.? )?(?P<n>{_COUNT})\s+{_LENGTH}(?!\s+(?:monthly|raten))"
    rf"|\b(?P<en>{_COUNT})\s+{_LENGTH.replace('unit', 'uniten')}\s+(?:or so\s)?(?:(?P<ago>ago|back\b(?!\s+to))|from (?:now|today)|today|hence\b)",
    re.IGNORECASE,
)
_FEW = {"a": 1, "an": 1, "a couple of": 2}
# "this time last week"
_SAME_TIME = re.compile(
    r"\bthis time (?:(?P<back>last)|next) (?P<unit>week|month|year)\b", re.IGNORECASE
)
_FORTNIGHT = re.compile(
    r"\b(?:in (?:a )?fortnight(?:'?s time)?|(?:a )?fortnight (?:(?P<ago>ago|back)|from (?:now|today)))\b",
    re.IGNORECASE,
)
# A Monday, whatever day it is.
_AFTER_WEEKEND = re.compile(
    r"\b(?:(?:right |straight )?after the weekend|(?:nach|übers) (?:dem )?(?:we|wochenende))\b",
    re.IGNORECASE,
)
_STARTS = r"(?:Danke|Ich|Das|Die|Der|Bitte|Dann|Ist|Geht|Wir|Es|Und|Sonst|Kann|Mein\w*|Wie|Wann|Viele|MfG|Gruß|LG|VG)\b"
_OF_MONTH = re.compile(
    rf"(?<!freitag )(?<!Freitag )\b(?i:(?P<pre>(?:bis |ab |seit )?(?:am|zum|vom|bis|ab|den|der|dem|kommt|bucht)))\s+(?P<d>\d{{1,2}})\.(?!\s?\d)(?!\s*(?:(?i:{THING})(?:e?[nrs]|e)?\b|(?!{_STARTS})[A-ZÄÖÜ]\w))",
)
_OF_MONTH_EN = re.compile(
    rf"\b(?P<pre>(?:(?<!\bin )the|on|by|till|until|from|since)\s+(?:the\s+)?)(?P<d>\d{{1,2}})(?:st|nd|rd|th)\b(?:\s+of\s+(?:each|every|any)\s+month\b)?(?!\s+(?:of|{THING})s?\b)",
    re.IGNORECASE,
)
_WRITTEN = re.compile(
    rf"\b(?P<pre>am|zum|vom|(?:den|dem)(?=\s[A-Z])|(?:on|by|until|till|from|since)\s+the)\s+(?P<d>(?i:{ORDINAL}))\b(?!\s+(?:(?:of|{THING})(?:e?[nrs]|e)?\b|[A-ZÄÖÜ]))"
)
# "they said the third and nobody came".
# "27th or 28th": a bare day of the second half of a month is hardly the place in a row.
_BARE = re.compile(
    rf"(?:^|(?<=[,;(] )|(?<=\bto )|(?<=\bis )|(?<=\bor )|(?<=\band )|(?<=\bfor ))(?P<pre>)(?P<d>1\d|2\d|3[01])(?:st|nd|rd|th)\b(?=\s*(?:$|[,.;!?)]|(?:or|and|please|would|is|works|if|instead|suits|will)\b(?!\s+\d+\w*\s+{THING})))",
    re.IGNORECASE,
)
_SAID = re.compile(
    rf"\b(?P<pre>said|says?|told me|promised|until|till?|pay ?day is|date is|make it|instead of|due|(?:mov|push|put|chang|shift|bring|switch|postpon|delay|defer|set|reschedul)\w*\s(?:\w+\s){{0,5}}?(?:to|for|till?|until))\s+the\s+(?P<d>{ORDINAL})"
    r"(?=\s*(?:$|[,.;!?]|(?:and|but|or|then|please|at|because|instead)\b(?!\s+(?:the\s+)?(?:second|third|fourth)\b)))",
    re.IGNORECASE,
)
_OTHER_MONTH = re.compile(
    r"\b(?:the\s+|am\s+|zum\s+|vom\s+)?(?P<d>\d{1,2})(?:\.|st|nd|rd|th)\s+(?:of\s+|des\s+)?"
    r"(?:(?P<last>vormonats|letzten monats|vorigen monats|last month|(?:the )?(?:previous month|month before)|ult(?:imo)?\b)|(?P<next>nächsten monats|kommenden monats|next month|(?:the )?following month|prox(?:imo)?\b)"
    r"|(?P<any>the month|(?:each|every) month)|(?:dieses monats|this month|monats|inst(?:ant)?\b))\b",
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
        yield from find_feast(text, now)

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
        groups = match.groupdict()
        written, number = groups["m"] or match["mm"], groups["d"] or match["dd"]
        if (
            match.re is _NUMERIC
            and match["mark"] == "/"
            and int(number) <= _MONTHS
            and is_american(text)
        ):
            written, number = number, written
        month = int(written) if written.isdigit() else month_of(written.rstrip("."))
        day = int(number) if number.isdigit() else ordinal_of(number)
        if year := _said_year(groups, now):
            yield from _found(match, real_day(year, month, day))
        elif 1 <= month <= _MONTHS and not _ratio(match, text):
            yield from _found(match, dated(day, month, now, leaning(text, *match.span())))
        if match.re is _DAY_MONTH and (other := _AND_BEFORE.search(text[: match.start()])):
            yield from _found(
                other, dated(int(other["d"]), month, now, leaning(text, *match.span()))
            )


def _said_year(groups: "dict[str, str | None]", now: date) -> "int | None":
    """The year written after a day, or named as this or another."""
    if written := groups["y"] or groups.get("yy"):
        return full_year(written.lstrip("'"))
    if not (named := groups.get("year")):
        return None
    ahead = named.lower().startswith(("next", "nächst"))
    return now.year + (-1 if groups["last"] else 1 if ahead else 0)


def _ratio(match: "re.Match[str]", text: str) -> bool:
    return (
        match.re is _NUMERIC
        and match["mark"] == "/"
        and is_ratio(text, match.start("d"), match.end())
    )


def _by_name(text: str, now: date) -> Iterator[Found]:
    """Days relative to today: words, distances, weekdays."""
    for match in _WORD.finditer(text):
        if match["word"]:
            away = _RELATIVE[" ".join(match["word"].lower().split())]
            yield from _found(match, now + timedelta(days=away))
    for match in _AHEAD.finditer(text):
        yield from _found(match, _away(match, now))
    if _HAS_RARER.search(text):
        yield from _rarer(text, now)


def _rarer(text: str, now: date) -> Iterator[Found]:
    for match in _SAME_TIME.finditer(text):
        yield from _found(match, _shift(now, -1 if match["back"] else 1, match["unit"]))
    for match in _FORTNIGHT.finditer(text):
        yield from _found(match, now + timedelta(days=-14 if match["ago"] else 14))
    for match in _AFTER_WEEKEND.finditer(text):
        yield from _found(match, now + timedelta(days=7 - now.weekday()))


def _away(match: "re.Match[str]", now: date) -> date | None:
    written = (match["n"] or match["en"]).lower()
    count = _FEW.get(written) or number_of(written)
    count = -count if match["back"] or match["ago"] else count
    return _shift(now, count, match["unit"] or match["uniten"])


def _shift(now: date, count: int, written: str) -> date | None:
    unit = written.lower()[0]
    if unit in "mjy":
        months = count * (1 if unit == "m" else 12)
        return shifted(now, months) if 1 <= now.year + months // 12 <= 9998 else None
    return now + timedelta(days=count * (7 if unit == "w" else 1))


def _day_only(text: str, now: date) -> Iterator[Found]:
    """Days of a month that is not named: the next one, or the last one when the clause is in the past."""
    # Whoever writes no digit is asked for words only.
    digits = (_OF_MONTH, _OF_MONTH_EN, _BARE) if _HAS_DIGIT.search(text) else ()
    for pattern in (*digits, _WRITTEN, _SAID):
        for match in pattern.finditer(text):
            day = int(match["d"]) if match["d"].isdigit() else ordinal_of(match["d"])
            back = match["pre"].lower().startswith(("vom", "seit", "since"))
            back = back or leaning(text, *match.span()) == PAST
            yield from _found(match, _of_month(day, now, past=back))
    for match in _OTHER_MONTH.finditer(text) if digits else ():
        day = int(match["d"])
        if match["any"]:
            past = leaning(text, *match.span()) == PAST
            yield from _found(match, _of_month(day, now, past=past))
            continue
        shift = -1 if match["last"] else 1 if match["next"] else 0
        yield from _found(match, in_month(now, shift, day))


def _of_month(day: int, now: date, *, past: bool) -> date | None:
    """The next such day of a month, or the last one; today counts both ways."""
    step = -1 if past else 1
    days = (in_month(now, step * shift, day) for shift in range(3))
    return next((d for d in days if d and (d - now).days * step >= 0), None)
