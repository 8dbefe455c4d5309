"""Finds stretches of days and whole months: "vom 3. bis 17. August", "next week", "aus 2025", "Januarrechnung".

Invariants: a `period` is two ISO dates with a slash, first and last day included; a `month` is YYYY-MM; a period without
a year is over since a quarter at most, else it is the next one.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from components.matchers import Found
from components.matchers.bounds import quarter
from components.matchers.calendar_words import (
    MONTHS,
    Today,
    dated,
    full_year,
    month_near,
    month_of,
    real_day,
    shifted,
)
from components.matchers.dates import MONTH, THING
from components.matchers.leaning import FUTURE, OPEN, PAST, leaning
from components.matchers.names import is_person
from components.matchers.numbers import spelled
from components.matchers.ordinals import ORDINAL, ordinal_of
from components.matchers.quarters import find_parts, period
from components.matchers.weekdays import weekdays_away

_SUFFIX = r"(?:\.|st|nd|rd|th)?"
_END = (
    r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\s?\d{1,2}(?:[./]\s?(?:\d{4}|\d{2})?)?"
    rf"|\d{{1,2}}{_SUFFIX}\s*(?:of\s+)?{MONTH}(?:\s+\d{{4}}\b)?|{MONTH}\s+\d{{1,2}}{_SUFFIX}(?:,?\s+\d{{4}}\b)?|\d{{1,2}}{_SUFFIX}"
)
_RANGE = re.compile(
    r"(?<![\w.,])(?P<intro>(?:vom|von|zwischen|from|between)\s+(?:dem\s+|den\s+|the\s+)?)?"
    rf"(?P<first>{_END})\s*(?:-|–|—|bis(?:\s+(?:zum|einschließlich|inkl\.?))?|to|until|till|through|(?(intro)(?:und|and)|bis))\s*(?:dem\s+|den\s+|the\s+)?"
    rf"(?P<last>{_END})(?![\d:%€£]|[.,]\d|\s?(?:uhr|euro?|%)\b)",
    re.IGNORECASE,
)
_PART = re.compile(
    rf"(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})|(?P<d>\d{{1,2}})(?:[./]\s?(?P<m>\d{{1,2}})(?:[./]\s?(?P<y>\d{{4}}|\d{{2}})?)?)"
    rf"|(?P<dd>\d{{1,2}}){_SUFFIX}\s*(?:of\s+)?(?P<dm>{MONTH})(?:\s+(?P<dy>\d{{4}}))?"
    rf"|(?P<mm>{MONTH})\s+(?P<md>\d{{1,2}}){_SUFFIX}(?:,?\s+(?P<my>\d{{4}}))?|(?P<only>\d{{1,2}}){_SUFFIX}",
    re.IGNORECASE,
)
_LAST = r"letzte[nrsm]?|vergangene[nrsm]?|vorige[nrsm]?|last|lst|previous|preceding"
_NEXT = (
    r"nächste[nrsm]?|naechste[nrsm]?|kommende[nrsm]?|next|nxt|(?:this\s+|the\s+)?coming|following"
)
_THIS = r"diese[nrsm]?|dieser|this|current|laufende[nrsm]?"
_WHICH = rf"(?P<last>{_LAST})|(?P<next>{_NEXT})|(?P<this>{_THIS})|(?P<over>übernächste[nrsm]?|uebernaechste[nrsm]?)|(?P<before2>vorletzte[nrsm]?)"
_UNIT = re.compile(
    rf"\b(?<!for the )(?<!over the )(?<!within the )(?<!during the )(?:{_WHICH})\s+(?:(?P<end>wochenende|weekend|wkend)|(?P<week>woche|week|wk)|(?P<year>jahre?s?|year|yr)|(?P<month>monate?s?|month|mth|mnth))\b"
    r"|\b(?P<before>vormonat)s?\b|\b(?:(?P<weekv>vorwoche)|(?P<yearv>vorjahr(?:es)?)|(?P<quarterv>vorquartals?))\b|\b(?:the\s+)?(?:(?P<week2>week)|(?P<month2>month)|(?P<end2>weekend))\s+(?:(?P<after>after\s+next)|before\s+last)\b",
    re.IGNORECASE,
)
# "vom dritten bis zum siebzehnten Mai", "from the 3rd of May until the tenth".
_THE = r"(?:dem\s+|den\s+|the\s+)?"
_WORDS = re.compile(
    rf"\b(?:vom|von|zwischen|from|between)\s+{_THE}(?P<first>{ORDINAL})(?:\s+(?:of\s+)?(?P<m>{MONTH}))?\s+(?:bis(?:\s+zum)?|to|until|till|through|und|and)\s+{_THE}"
    rf"(?P<last>{ORDINAL})(?:\s+(?:of\s+)?(?P<n>{MONTH}))?",
    re.IGNORECASE,
)
_A_THING = re.compile(rf"\s+(?:(?:{THING})(?:e?[nrs]|e)?\b)", re.IGNORECASE)
_HAS_INTRO = re.compile(r"\b(?:vom|von|zwischen|from|between)\s", re.IGNORECASE)
_DOCUMENT = r"rechnung|abbuchung|abrechnung|beitrag|zahlung|rate|ausgabe|betrag|beleg|heft|gehalt|lastschrift"
_FULL = [
    name
    for name in MONTHS
    if len(name) > 4 or name in {"juni", "juli", "june", "july", "märz", "mai"}
]
_FREE = [name for name in _FULL if name not in {"march", "mai"}]
_SHORT = [name for name in MONTHS if name not in _FULL]
_LED_BY_WRITTEN = """
in im for für of since seit from vom von aus until till bis ab by last next the and und my to rechnung skip pause
during all before after cover covers miss missed whole early late mid
"""
_LED_BY = _LED_BY_WRITTEN.split()
_LED = "|".join(rf"(?<={word} )" for word in _LED_BY)
_MONTH = re.compile(
    rf"(?<![\w.])(?<!\ban )(?!(?<=\d )\w+ of (?:last|this|next))(?!(?<=\d(?:st|nd|rd|th) )\w+ of)(?:(?P<back>{_LAST}|seit|since)\s+)?(?:(?P<ahead>{_NEXT})\s+)?(?P<name>"
    rf"(?P<free>{spelled(_FREE)})(?:(?P<paper>{_DOCUMENT})|(?:'?s)?\b)"
    rf"|(?:{_LED}|(?<=, ))(?P<led>(?:mai|march|may|{spelled(_SHORT)}))\b(?!\s+I\b)"
    # "back in May I paid less", but not "and may I ask".
    rf"|(?:(?<=in )|(?<=since )|(?<=from )|(?<=until )|(?<=till )|(?<=before )|(?<=after )|(?<=last )|(?<=next ))(?P<prep>(?:mai|march|may|{spelled(_SHORT)}))\b"
    # In the middle of a sentence the capital tells the month from the verb, and from "ok", "mar".
    r"|(?<=[a-zäöüß,] )(?<!Der )(?<!der )(?P<capital>(?-i:Mai|May|March|Feb|Apr|Jun|Jul|Aug|Sept|Sep|Okt|Oct|Nov|Dez|Dec))(?:'s)?\b(?!\s+(?:I|we|you|he|she|they|it|be|have|not)\b)"
    rf"|(?P<paired>{spelled(_SHORT)})(?=\s?(?:and|&|/|,|\+|to|-|und|bis)\s?{MONTH})"
    rf"|(?P<named>mai|march|may|{spelled(_SHORT)})(?:'s)?(?=\.?\s+20\d\d\b|\.?\s'\d\d\b|(?:\s|-)?(?:rechnung|abbuchung|(?:bill|invoice|payment|charge|statement|issue)\b)))"
    r"(?:\.?\s+(?P<y>20\d{2})\b|\s+(?:of\s+)?(?:(?P<year_back>last|previous)|(?P<year_on>next)|(?P<year_now>this))\s+year\b|\s+'?(?P<yy>\d{2})\b(?!\s?(?:€|euro|[.,:]\d)))?",
    re.IGNORECASE,
)
# "gilt bis 08/28", "expires 8/2028": the month printed on a card, and "03/2026" anywhere.
_HAS_EXPIRY = re.compile(r"\d/\s?\d\d")
_EXPIRY = re.compile(
    r"(?<![\w./-])(?P<m>0?[1-9]|1[0-2])\s?/\s?(?P<y>20\d\d|\d\d)(?![\w/]|[.,-]\d|\s?[%€£])"
)
_OF_A_CARD = re.compile(
    r"karte|\bcard|visa|master|gültig|gueltig|\bgilt\b|ablauf|abgelaufen|läuft|laeuft|verf[aä]ll|expir|\bexp\b|\bvalid|\bthru\b|runs out|•",
    re.IGNORECASE,
)
_LONGEST = 12  # years that a card is valid or has expired at most
_PAPER = r"(?:rechnung(?:en)?|abbuchung|quittung|belege?|abrechnung|bills?|invoices?|receipts?|statement|payment|charge)"
_PAPER_AFTER = re.compile(rf"\s*{_PAPER}", re.IGNORECASE)
_PAPER_BEFORE = re.compile(rf"\b{_PAPER}\s(?:(?!in\s)\w+\s){{0,2}}$", re.IGNORECASE)
# "in May" in English, where no verb is of the past, lies ahead.
_STARTS = re.compile(
    r"\b(?:from|ab|starting)\s$|\b(?:I|we|he|she|they|it|you|is|are|am|\w+s|'m|'re|'s)\s(?:\w+\s){0,3}in\s$",
    re.IGNORECASE,
)
_QUARTER = 92

Parts = tuple["int | None", "int | None", "int | None"]


def period_finder(today: Today) -> Callable[[str], Iterator[Found]]:
    """A matcher of periods and months relative to `today()`."""

    def find_period(text: str) -> Iterator[Found]:
        now = today()
        for match in _RANGE.finditer(text):
            yield from _range(match, now)
        for match in _UNIT.finditer(text):
            yield _unit(match, now)
        for match in _WORDS.finditer(text) if _HAS_INTRO.search(text) else ():
            if match["n"] or not _A_THING.match(text, match.end()):
                yield from _between(match, _in_words(match, 1), _in_words(match, 2), now)
        for start, end, first, last in weekdays_away(text, now):
            yield period(start, end, (first, last))
        yield from find_parts(text, now)
        yield from _months(text, now)
        for match in _EXPIRY.finditer(text) if _HAS_EXPIRY.search(text) else ():
            yield from _numeric_month(match, now, text)

    return find_period


def _period(match: "re.Match[str]", first: date, last: date) -> Found:
    return period(*match.span(), (first, last))


def _range(match: "re.Match[str]", now: date) -> Iterator[Found]:
    yield from _between(match, _parts(match["first"]), _parts(match["last"]), now)


def _in_words(match: "re.Match[str]", end: int) -> Parts:
    day, month = (match["first"], match["m"]) if end == 1 else (match["last"], match["n"])
    return (ordinal_of(day), month_of(month) if month else None, None)


def _between(match: "re.Match[str]", first: Parts, last: Parts, now: date) -> Iterator[Found]:
    if first[1] is None and last[1] is None:
        # "zwischen 10 und 12" is no period; "vom 3. bis 17." is.
        ordinal = re.search(r"\d(?:\.|st|nd|rd|th)|^[^\W\d]", match["first"])
        both = re.search(r"\d(?:st|nd|rd|th)", match["first"]) and re.search(
            r"\d(?:st|nd|rd|th)", match["last"]
        )
        said = both or (ordinal and match.groupdict().get("intro", "from"))
        began = _next_day(first[0], now) if said and first[0] else None
        if began is None:
            return
        first = (began.day, began.month, began.year)
    days = _days(first, last, now)
    if days:
        yield _period(match, *days)


def _next_day(day: int, now: date) -> "date | None":
    days = (
        real_day(at.year, at.month, day)
        for at in (now.replace(day=1), shifted(now.replace(day=1), 1))
    )
    return next((d for d in days if d and d >= now), None)


def _parts(written: str) -> Parts:
    """Day, month and year as far as they are written."""
    match = _PART.fullmatch(written.strip())
    if match is None:
        return (None, None, None)
    if match["iso"]:
        year, month, day = (int(part) for part in match["iso"].split("-"))
        return (day, month, year)
    written_month = match["dm"] or match["mm"]
    month_number = (
        month_of(written_month) if written_month else int(match["m"]) if match["m"] else None
    )
    year_text = match["y"] or match["dy"] or match["my"]
    day_text = match["d"] or match["dd"] or match["md"] or match["only"]
    return (int(day_text), month_number, full_year(year_text) if year_text else None)


def _days(first: Parts, last: Parts, now: date) -> "tuple[date, date] | None":
    """Both ends as days: what one does not say it takes from the other."""
    month = first[1] or last[1]
    end_month = last[1] or first[1]
    if not (first[0] and last[0] and month and end_month and month <= 12 and end_month <= 12):
        return None
    year = last[2] or first[2] or _year_of(last[0], end_month, now)
    end = real_day(year, end_month, last[0]) if year else None
    if end is None or year is None:
        return None
    start = real_day(first[2] or year, month, first[0])
    if start and start > end and first[2] is None:
        start = real_day(year - 1, month, first[0])
    return (start, end) if start and start <= end else None


def _year_of(day: int, month: int, now: date) -> "int | None":
    """The year of a period's end without a year: not over for more than a quarter."""
    past, ahead = dated(day, month, now, PAST), dated(day, month, now, FUTURE)
    if past and (now - past).days <= _QUARTER:
        return past.year
    return ahead.year if ahead else None


def _unit(match: "re.Match[str]", now: date) -> Found:
    shift = _weeks_away(match)
    if match["month"] or match["before"] or match["month2"]:
        first = shifted(now.replace(day=1), shift)
        return Found(match.start(), match.end(), "month", f"{first:%Y-%m}")
    if match["quarterv"]:
        return _period(match, *quarter(shifted(now.replace(day=1), -3)))
    if match["year"] or match["yearv"]:
        return _period(match, date(now.year + shift, 1, 1), date(now.year + shift, 12, 31))
    monday = now + timedelta(days=7 * shift - now.weekday())
    if match["end"] or match["end2"]:
        # On Wednesday "next weekend" is the coming one, as is "this" one.
        monday -= timedelta(days=7 if shift > 0 else 0)
        return _period(match, monday + timedelta(days=5), monday + timedelta(days=6))
    return _period(match, monday, monday + timedelta(days=6))


def _weeks_away(match: "re.Match[str]") -> int:
    """Weeks, months or years from this one."""
    if match["over"] or match["after"]:
        return 2
    if match["before2"] or match["week2"] or match["month2"] or match["end2"]:
        return -2
    said = ("last", "before", "weekv", "yearv")
    return -1 if any(match[name] for name in said) else 1 if match["next"] else 0


def _months(text: str, now: date) -> Iterator[Found]:
    for match in _MONTH.finditer(text):
        # "beyond March 15" is a day.
        a_day = match["capital"] and match["yy"]
        if not (a_day or is_person(text, *match.span("name"))):
            yield from _month(match, now, text)


def _month(match: "re.Match[str]", now: date, text: str) -> Iterator[Found]:
    month = month_of(
        match["free"]
        or match["led"]
        or match["prep"]
        or match["capital"]
        or match["paired"]
        or match["named"]
    )
    year = match["y"] or match["yy"]
    if year:
        yield Found(match.start(), match.end(), "month", f"{full_year(year)}-{month:02d}")
        return
    if match["year_back"] or match["year_on"] or match["year_now"]:
        there = now.year + bool(match["year_on"]) - bool(match["year_back"])
        yield Found(match.start(), match.end(), "month", f"{there}-{month:02d}")
        return
    first = month_near(month, now, _lean(match, text))
    yield Found(match.start(), match.end(), "month", f"{first:%Y-%m}")


def _numeric_month(match: "re.Match[str]", now: date, text: str) -> Iterator[Found]:
    year = full_year(match["y"])
    whole = len(match["y"]) > 2
    if (whole or _OF_A_CARD.search(text)) and abs(year - now.year) <= _LONGEST:
        yield Found(match.start(), match.end(), "month", f"{year}-{int(match['m']):02d}")


def _lean(match: "re.Match[str]", text: str) -> int:
    """Papers are of a month that was; what is to be "ab Januar" lies ahead."""
    before = text[max(0, match.start() - 40) : match.start()]
    paper = _PAPER_BEFORE.search(before) or _PAPER_AFTER.match(text, match.end())
    if match["back"] or match["paper"] or paper:
        return PAST
    if match["ahead"]:
        return FUTURE
    return leaning(text, *match.span()) or (FUTURE if _STARTS.search(before) else OPEN)
