"""Finds quarters, halves, calendar weeks and whole years as periods: "Q4 2025", "zweite Maihälfte", "KW 14", "Rechnungen 2024".

Invariants: a period is two ISO dates with a slash, first and last day included; a quarter or half without a year is the
last one that has begun, or the next one where its clause speaks of the future; a bare year counts only beside papers.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from components.matchers import Found
from components.matchers.bounds import WHICH, quarter
from components.matchers.calendar_words import (
    MONTHS,
    full_year,
    last_of,
    month_near,
    month_of,
    shifted,
)
from components.matchers.leaning import FUTURE, leaning
from components.matchers.numbers import COUNT, number_of, spelled

_MONTH = rf"(?:{spelled(list(MONTHS))})"
_YEAR = r"(?P<y>20\d\d|(?<=/)\d\d|'\d\d)"
_NTH = (
    r"(?:(?P<n1>erste[sn]?|1\.|first|1st)|(?P<n2>zweite[sn]?|2\.|second|2nd)|(?P<n3>dritte[sn]?|3\.|third|3rd)"
    r"|(?P<n4>vierte[sn]?|4\.|fourth|4th|final))"
)
_HAS_PART = re.compile(
    r"\bq[1-4]|\bh[12]\b|week|woche|quart|half|hälfte|haelfte|halbjahr|\bkw|kalenderw",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    rf"(?<![\w-])(?:(?P<kind>[qh])(?P<q>[1-4])|{_NTH}[\s-](?P<long>quartals?|quarter|halbjahre?s?|jahreshälfte|half))"
    rf"(?:[\s/-]*(?:of\s+|des\s+|in\s+)?(?:the\s+)?(?:{_YEAR}|(?P<rel>(?:{WHICH}|the|des)\s+(?:year|jahre?s?)|(?:the\s)?year|jahres)))?(?!\w)",
    re.IGNORECASE,
)
_WHICH_QUARTER = re.compile(
    r"\b(?:(?P<back>letzte[sn]?|vergangene[sn]?|vorige[sn]?|last|previous)|(?P<ahead>nächste[sn]?|naechste[sn]?|kommende[sn]?|next))\s+(?:quartal|quarter)s?\b",
    re.IGNORECASE,
)
_HALF_MONTH = re.compile(
    rf"\b(?:(?P<two>zweite[rn]?|second|2nd|2\.)|erste[rn]?|first|1st|1\.)\s+(?:(?P<de>{_MONTH})hälfte|(?:half|hälfte)\s+(?:of|des|vom|im)\s+(?P<en>{_MONTH}))\b",
    re.IGNORECASE,
)
# "the first two weeks of October", "die letzten zwei Juliwochen".
_WEEKS_OF = re.compile(
    rf"\b(?:the\s+|die\s+|in den\s+)?(?:(?P<last>last|final|letzten?)|(?P<nth>second|2nd|zweiten?|third|3rd|dritten?|fourth|4th|vierten?)|first|1st|ersten?)\s+(?:(?P<n>{COUNT})\s+)?(?:weeks?\s+(?:of|in)\s+(?P<en>{_MONTH})|wochen?\s+(?:im|des|vom)\s+(?P<de>{_MONTH})s?|(?P<joined>{_MONTH})wochen?)\b",
    re.IGNORECASE,
)
_WEEK = re.compile(
    r"\b(?:KW|kalenderwoche)\s?(?P<w>\d{1,2})(?:\s?/\s?(?P<y>20\d\d|\d\d))?\b", re.IGNORECASE
)
_HAS_YEAR = re.compile(r"20[0-3]\d")
_Y = r"(?P<y>20[0-3]\d)(?![\w€£%]|[.,:/-]\d|\s?(?:euro?|nur)\b)"
_INTRO = r"(?:aus|für|from|for|(?:(?:im|das|dem|des|fürs|vom|the)\s+)?(?:jahr(?:es)?|year))\s+(?:dem jahr\s+|das jahr\s+|the year\s+)?"
_WHOLE = r"(?:all of|whole of|throughout|during|over the whole of|ganz|gesamt|(?:das |im )?(?:ganze[ns]?|gesamte[ns]?) jahr|komplett)\s+"
_PAPERS = (
    r"(?:(?:jahres)?(?:ab)?rechnung(?:en)?|belegen?|quittung(?:en)?|bescheinigung(?:en)?|zahlung(?:en)?|beiträgen?|kosten|aufstellung|übersicht|steuer\w*|steuererklärung"
    r"|invoices?|bills?|receipts?|statements?|payments?|charges?|records?|paperwork|tax(?:es|\sreturn|\syear)?|summary|vat)"
)
_BARE_YEAR = re.compile(
    rf"\b(?:{_INTRO}|{_WHOLE}|{_PAPERS}(?:\s+(?!seit|since|nr|no)[a-zäöü]{{2,9}})?\s+(?:(?:in|aus|von|vom|for|of)\s+)?){_Y}",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(
    rf"(?<![\w./-])(?P<y>20[0-3]\d)(?:er)?\s+(?:\w+\s+)?{_PAPERS}\b", re.IGNORECASE
)
_AND_YEAR = re.compile(
    r"\s*(?:,|und|and|&|\+|sowie)\s*(?:in\s+|aus\s+|for\s+|from\s+)?(?P<y>20[0-3]\d)(?![\w€£%]|[.,:/-]\d)",
    re.IGNORECASE,
)
# "die Belege nochmal, alle von 2023".
_OF_YEAR = re.compile(rf"\b(?:von|of|during|throughout)\s+{_Y}", re.IGNORECASE)
_HAS_PAPERS = re.compile(
    rf"\b{_PAPERS}\b|finanzamt|taxman|accountant|steuerberater|buchhaltung", re.IGNORECASE
)
_PAID_IN = re.compile(rf"\b(?:in|im jahr)\s+{_Y}", re.IGNORECASE)
_PAID = re.compile(
    r"bezahlt|gezahlt|abgebucht|ausgegeben|überwiesen|\bpaid\b|charged|spent|billed|taken",
    re.IGNORECASE,
)
_YEARS = re.compile(
    r"(?<![\w./-])(?P<first>20[0-3]\d)\s*(?:-|–|bis|to|through)\s*(?P<last>20[0-3]\d)(?![\w./-])",
    re.IGNORECASE,
)
_OLDEST = 15  # years back that somebody may ask papers of


def find_parts(text: str, now: date) -> Iterator[Found]:
    """Every quarter, half, calendar week and whole year."""
    if _HAS_PART.search(text):
        yield from _parts(text, now)
    if _HAS_YEAR.search(text):
        yield from _years(text, now)


def period(start: int, end: int, days: "tuple[date, date]") -> Found:
    """A period of the text from its first to its last day."""
    return Found(start, end, "period", f"{days[0].isoformat()}/{days[1].isoformat()}")


def _parts(text: str, now: date) -> Iterator[Found]:
    for match in _QUARTER.finditer(text):
        if days := _part_of_year(match, now, text):
            yield period(*match.span(), days)
    for match in _WHICH_QUARTER.finditer(text):
        there = shifted(now.replace(day=1), -3 if match["back"] else 3)
        yield period(*match.span(), quarter(there))
    for match in _HALF_MONTH.finditer(text):
        first = month_near(month_of(match["de"] or match["en"]), now, leaning(text, *match.span()))
        middle = first.replace(day=15)
        days = (middle + timedelta(days=1), last_of(first)) if match["two"] else (first, middle)
        yield period(*match.span(), days)
    for match in _WEEKS_OF.finditer(text):
        yield period(*match.span(), _weeks_of(match, now, text))
    for match in _WEEK.finditer(text):
        if days := _calendar_week(match, now):
            yield period(*match.span(), days)


def _weeks_of(match: "re.Match[str]", now: date, text: str) -> "tuple[date, date]":
    """As many times seven days from the beginning or to the end of a month, at most four."""
    month = month_of(match["en"] or match["de"] or match["joined"])
    first = month_near(month, now, leaning(text, *match.span()) or FUTURE)
    days = 7 * min(number_of(match["n"]) if match["n"] else 1, 4)
    last = last_of(first)
    if nth := match["nth"]:
        weeks = next(
            at
            for at, begins in enumerate(("s2z", "t3d", "f4v"), start=1)
            if nth[0].lower() in begins
        )
        begin = first + timedelta(days=7 * weeks)
        return begin, begin + timedelta(days=days - 1)
    if match["last"]:
        return last - timedelta(days=days - 1), last
    return first, first + timedelta(days=days - 1)


def _part_of_year(match: "re.Match[str]", now: date, text: str) -> "tuple[date, date] | None":
    number = int(match["q"] or next(n for n in (1, 2, 3, 4) if match[f"n{n}"]))
    half = (match["kind"] or match["long"][0]).lower() in {"h", "j"}
    # "the first half", "the first quarter" may be of a game: in English a year must be said.
    english = (match["long"] or "").lower() in {"half", "quarter"} and not (
        match["y"] or match["rel"]
    )
    if english or (half and number > 2) or (match["kind"] and half and not match["y"]):
        return None
    months = 6 if half else 3
    if match["y"]:
        year = full_year(match["y"].lstrip("'"))
    elif match["rel"]:
        year = now.year + (1 if match["ahead"] else -1 if match["back"] else 0)
    else:
        year = _year_near(
            date(now.year, (number - 1) * months + 1, 1), now, leaning(text, *match.span())
        )
    first = date(year, (number - 1) * months + 1, 1)
    return first, last_of(shifted(first, months - 1))


def _year_near(first: date, now: date, lean: int) -> int:
    """The year of a quarter or half: what has begun unless the future is spoken of."""
    return now.year if lean == FUTURE or first <= now else now.year - 1


def _calendar_week(match: "re.Match[str]", now: date) -> "tuple[date, date] | None":
    year = full_year(match["y"]) if match["y"] else now.year
    try:
        monday = date.fromisocalendar(year, int(match["w"]), 1)
    except ValueError:
        return None
    return monday, monday + timedelta(days=6)


def _years(text: str, now: date) -> Iterator[Found]:
    patterns = [_BARE_YEAR, _YEAR_FIRST, *([_PAID_IN] if _PAID.search(text) else [])]
    patterns += [_OF_YEAR] if _HAS_PAPERS.search(text) else []
    for match in (found for pattern in patterns for found in pattern.finditer(text)):
        yield from _year(match, now)
        if following := _AND_YEAR.match(text, match.end("y")):
            yield from _year(following, now)
    for match in _YEARS.finditer(text):
        first, last = int(match["first"]), int(match["last"])
        if now.year - _OLDEST <= first < last <= now.year + 2:
            yield period(*match.span(), (date(first, 1, 1), date(last, 12, 31)))


def _year(match: "re.Match[str]", now: date) -> Iterator[Found]:
    year = int(match["y"])
    if now.year - _OLDEST <= year <= now.year + 2:
        yield period(match.start("y"), match.end("y"), (date(year, 1, 1), date(year, 12, 31)))
