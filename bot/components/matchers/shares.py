"""Finds lengths of time (ISO 8601: P2M, P6W), percentages ("7.5") and numbers of instalments.

Invariants: a frequency ("alle zwei Wochen", "a month" as a price's unit), an age and a moment ("vor drei Tagen") are no
durations; a percentage is a decimal string, instalments are an integer.
"""

import re
from collections.abc import Iterator

from components.matchers import Found
from components.matchers.numbers import ARTICLE, HALVES, WORD, halves_of, number_of

_NAME = r"(?P<unit>tag(?:en?)?|days?|wochen?|weeks?|wks?|monat(?:en?|s)?|months?|jahr(?:en?|s)?|years?|stunden?|hours?)"
_DURATION = re.compile(
    rf"(?P<not>\b(?:alle|alle paar|every|jede[nrs]?|pro|je|per|vor|once|twice|einmal|zweimal)\s+)?(?<![\w.,])(?P<n>\d{{1,3}}|{WORD}|{ARTICLE})(?:\s|-)?(?:ganze |volle |full |whole |more |weitere )?{_NAME}\b"
    r"(?P<age>\s+(?:alt|old|jung|ago|back\b)|-old)?",
    re.IGNORECASE,
)
_ARTICLE_EN = re.compile(
    r"\b(?:for|by|about|within|at least|after|lasted|another)\s+(?P<n>a|an|another)?\s?(?P<unit>day|week|month|year|hour)\b",
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
            r"\bthree[\s-]quarters of an hour\b|\b(?:eine[rn]?\s+)?drei\s?viertel\s?stunde\b", re.IGNORECASE
        ),
        "PT45M",
    ),
    (
        re.compile(r"\b(?:a )?quarter of an hour\b|\b(?:eine[rn]?\s+)?(?<!drei)(?<!drei )viertelstunde\b", re.IGNORECASE),
        "PT15M",
    ),
    (re.compile(r"\ba couple of weeks\b", re.IGNORECASE), "P2W"),
    (re.compile(r"\ba couple of months\b", re.IGNORECASE), "P2M"),
    (re.compile(r"\b(?:ein\s+)?(?:vierteljahr)\b", re.IGNORECASE), "P3M"),
)
_HALF_LENGTH = re.compile(
    rf"(?<![\w.,]){HALVES}\s(?P<unit>stunden?|hours?|jahre?n?|years?|monaten?|months?)\b(?!\s+(?:ago|alt|old))"
    r"|\b(?P<after>an?|one|two|three)\s(?P<uniten>hour|year)s?\sand\sa\shalf\b",
    re.IGNORECASE,
)
_HAS_HALF = re.compile(r"half|halb|½|1/2", re.IGNORECASE)
_LETTERS = {"t": "D", "d": "D", "w": "W", "m": "M", "j": "Y", "y": "Y"}
_PERCENT = re.compile(
    rf"(?<![\w.,])(?P<n>\d{{1,3}}(?:[.,]\d{{1,2}})?|{WORD})\s?(?:%|prozent\w*|per\s?cent\b|pct\b)",
    re.IGNORECASE,
)
_EQUAL = r"(?:(?:monatliche\w*|gleich\w*|kleine\w*|equal|monthly|separate|easy)\s+)*"
_PARTS = re.compile(
    rf"\b(?P<n>\d{{1,2}}|{WORD})\s+{_EQUAL}(?:(?:monats)?raten|teilzahlungen|teilbetr(?:ä|ae)gen?|instal+ments?)\b"
    rf"|\b(?:in|into|over|auf)\s+(?P<in>\d{{1,2}}|{WORD})\s+{_EQUAL}(?:payments|parts|teilen?|portions|chunks|bits|zahlungen|schritten)\b",
    re.IGNORECASE,
)


def find_duration(text: str) -> Iterator[Found]:
    """Every length of time."""
    for match in _DURATION.finditer(text):
        if not (match["not"] or match["age"]):
            value = _length(number_of(match["n"]), match["unit"])
            yield Found(match.start("n"), match.end(), "duration", value)
    for match in _ARTICLE_EN.finditer(text):
        if match["n"]:
            yield Found(match.start("n"), match.end(), "duration", _length(1, match["unit"]))
    for pattern, value in _SPECIAL:
        for match in pattern.finditer(text):
            yield Found(match.start(), match.end(), "duration", value)


def _length(count: int, unit: str) -> str:
    lowered = unit.lower()
    if lowered.startswith(("stunde", "hour")):
        return f"PT{count}H"
    return f"P{count}{_LETTERS[lowered[0]]}"


def find_percent(text: str) -> Iterator[Found]:
    """Every percentage."""
    for match in _PERCENT.finditer(text):
        written = match["n"]
        value = written.replace(",", ".") if written[0].isdigit() else str(number_of(written))
        yield Found(match.start(), match.end(), "percent", value)


def find_instalments(text: str) -> Iterator[Found]:
    """Every number of instalments from two on."""
    for match in _PARTS.finditer(text):
        count = number_of(match["n"] or match["in"])
        if count > 1:
            yield Found(match.start(), match.end(), "instalments", count)
