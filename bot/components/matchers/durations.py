"""Finds lengths of time; the value is ISO 8601 (P2M, P6W, PT2H30M).

Invariant: a frequency ("alle zwei Wochen", "a month" as a price's unit), an age and a moment ("vor drei Tagen") are no
durations.
"""

import re
from collections.abc import Iterator

from components.matchers import Found
from components.matchers.numbers import ARTICLE, HALVES, WORD, halves_of, number_of

_NAME = r"(?P<unit>(?:werk|arbeits|kalender)?tag(?:en?|es)?|days?|wochen?|weeks?|wks?|monat(?:en?|s)?|months?|mths?|jahr(?:en?|s)?|years?|yrs?|stunden?|std|hours?|hrs?|minuten?|minutes?|mins?)"
_DURATION = re.compile(
    rf"(?P<not>\b(?:(?:daughter|son|child|boy|girl|baby|he|she|mother|father|mum|dad|husband|wife|grand\w+)s?\s(?:has|have|is|are|had|was|turn\w*)|alle|alle paar|every|jede[nrs]?|pro|je|per|vor|once|twice|einmal|zweimal)\s+)?(?<![\w.,:])(?P<n>\d{{1,3}}|{WORD}|{ARTICLE})(?:\s|-)?(?:(?:ganze[nr]?|volle[nr]?|gute[nr]?|geschlagene|lange|full|whole|more|weitere[nr]?|working|business|calendar|solid|straight|long|good) )?{_NAME}\b"
    r"(?P<age>(?<=24.hour)\s(?:gym|helpline|hotline|service|support|shop|line|garage|fitness|news|clock|supermarket|petrol|care)\b|\s+(?:alt|old|jung|ago|back\b|of age)|-old)?",
    re.IGNORECASE,
)
_ARTICLE_EN = re.compile(
    r"(?:^|[.,;!?]\s)(?P<first>an?)\s(?P<unit_first>day|week|month|year|hour)(?=\s(?:I'm|I am|I've|we're|we've|now|already|waiting)\b)|\b(?:for|by|about|within|at least|after|lasted|another|been|over|under|only|nearly|almost|takes?|took|than|inside|give me|given me)\s+(?P<n>a|an|another)?\s?(?P<unit>day|week|month|year|hour)\b",
    re.IGNORECASE,
)
_SPECIAL = (
    (
        re.compile(
            r"\b(?:ein(?:e[ns]?)?\s+)?halbe[sn]?\s+jahr\b|\bhalf a year\b|\bhalbjahr\b",
            re.IGNORECASE,
        ),
        "P6M",
    ),
    (re.compile(r"\b(?<!in )(?<!in a )(?:a )?fortnight\b", re.IGNORECASE), "P2W"),
    (
        re.compile(r"\bhalf an? hour\b|\b(?:eine[rn]?\s+)?halbe(?:n)?\s+stunde\b", re.IGNORECASE),
        "PT30M",
    ),
    (
        re.compile(
            r"\bthree[\s-]quarters of an hour\b|\b(?:eine[rn]?\s+)?drei\s?viertel\s?stunde\b",
            re.IGNORECASE,
        ),
        "PT45M",
    ),
    (
        re.compile(
            r"\b(?:a )?quarter of an hour\b|\b(?:eine[rn]?\s+)?(?<!drei)(?<!drei )viertelstunde\b",
            re.IGNORECASE,
        ),
        "PT15M",
    ),
    (re.compile(r"\ba couple of hours\b", re.IGNORECASE), "PT2H"),
    (re.compile(r"\ba couple of days\b", re.IGNORECASE), "P2D"),
    (re.compile(r"\ba couple of years\b", re.IGNORECASE), "P2Y"),
    (re.compile(r"\b(?:ein\s+)?dreivierteljahr\b", re.IGNORECASE), "P9M"),
    (re.compile(r"\ba couple of weeks\b", re.IGNORECASE), "P2W"),
    (re.compile(r"\ba couple of months\b", re.IGNORECASE), "P2M"),
    (re.compile(r"\b(?:ein\s+)?(?:vierteljahr)\b", re.IGNORECASE), "P3M"),
)
# "for the past month": reckoned back from today, not the month before this one.
_ROLLING = re.compile(
    r"\b(?:(?:for|over|within|during) the (?P<what>(?:past|last) (?P<unit>day|week|month|year))|in the (?P<past>past (?P<units>day|week|month|year)))\b",
    re.IGNORECASE,
)
_HALF_LENGTH = re.compile(
    rf"(?<![\w.,]){HALVES}\s(?P<unit>stunden?|hours?|jahren?|years?)\b(?!\s+(?:ago|alt|old))"
    r"|\b(?P<after>an?|one|two|three)\s(?P<uniten>hour|year)s?\sand\sa\shalf\b",
    re.IGNORECASE,
)
_HAS_HALF = re.compile(r"half|halb|½|1/2", re.IGNORECASE)
# "14-tägige Frist", "dreimonatige Pause"; "achtjährig" is an age.
_ADJECTIVE = re.compile(
    rf"(?<![\w.,])(?P<n>\d{{1,3}}|{WORD})\s?-?(?P<unit>tägig|taegig|wöchig|woechig|monatig|stündig|minütig)(?:e[nrsm]?)?\b",
    re.IGNORECASE,
)
_LETTERS = {"t": "D", "d": "D", "w": "W", "m": "M", "j": "Y", "y": "Y"}


def find_duration(text: str) -> Iterator[Found]:
    """Every length of time."""
    for match in _DURATION.finditer(text):
        if not (match["not"] or match["age"]):
            value = _length(number_of(match["n"]), match["unit"])
            yield Found(match.start("n"), match.end(), "duration", value)
    for match in _ARTICLE_EN.finditer(text):
        name, unit = ("first", "unit_first") if match["first"] else ("n", "unit")
        if match[name]:
            yield Found(match.start(name), match.end(), "duration", _length(1, match[unit]))
    yield from _rolling(text)
    yield from _adjectives(text)
    yield from _special(text)
    if _HAS_HALF.search(text):
        yield from _with_halves(text)


def _special(text: str) -> Iterator[Found]:
    for pattern, value in _SPECIAL:
        for match in pattern.finditer(text):
            yield Found(match.start(), match.end(), "duration", value)


def _rolling(text: str) -> Iterator[Found]:
    for match in _ROLLING.finditer(text):
        name, unit = ("what", match["unit"]) if match["what"] else ("past", match["units"])
        yield Found(match.start(name), match.end(name), "duration", _length(1, unit))


def _adjectives(text: str) -> Iterator[Found]:
    for match in _ADJECTIVE.finditer(text):
        yield Found(
            match.start(), match.end(), "duration", _length(number_of(match["n"]), match["unit"])
        )


def _with_halves(text: str) -> Iterator[Found]:
    for match in _HALF_LENGTH.finditer(text):
        halves = 2 * _count(match["after"]) + 1 if match["uniten"] else halves_of(match)
        unit = match["unit"] or match["uniten"]
        yield Found(match.start(), match.end(), "duration", _half_length(halves, unit.lower()))


def _length(count: int, unit: str) -> str:
    lowered = unit.lower()
    if lowered.startswith(("stunde", "std", "stünd", "hour", "hr")):
        return f"PT{count}H"
    if lowered.startswith(("minut", "min", "minüt")):
        return f"PT{count}M"
    return f"P{count}{_LETTERS[lowered.removeprefix('werk').removeprefix('arbeits').removeprefix('kalender')[0]]}"


def _count(written: str) -> int:
    return 1 if written.lower() in {"a", "an"} else number_of(written)


def _half_length(halves: int, unit: str) -> str:
    """Hours and a half, years and a half."""
    hours = unit.startswith(("stunde", "std", "stünd", "hour", "hr"))
    return f"PT{halves // 2}H30M" if hours else f"P{halves * 6}M"
