"""Finds times of day; the value is HH:MM on 24 hours, where we live.

Invariant: an hour from 1 to 7 without "morgens" or "am" is in the afternoon, because people are called back by day.
"""

import re
from collections.abc import Iterator

from components.matchers import Found
from components.matchers.numbers import WORD, number_of

_HOUR = rf"(?:\d{{1,2}}|{WORD})"
_PART = (
    r"(?:\s?(?P<am>a\.?m\b\.?|(?:uhr\s)?(?:morgens|früh|frueh|vormittags?|in der früh)|in the morning)"
    r"|\s?(?P<pm>p\.?m\b\.?|(?:uhr\s)?(?:nachmittags?|abends?)|in the (?:afternoon|evening)))?"
)
_DIGITAL = re.compile(
    rf"(?<![\d:.,])(?P<h>[01]?\d|2[0-4]):(?P<m>[0-5]\d)(?![\d:])(?:\s?uhr\b)?{_PART}", re.IGNORECASE
)
_POINTED = re.compile(
    r"(?<![\d:.,])(?P<h>[01]?\d|2[0-3])\.(?P<m>[0-5]\d)\s?(?:uhr\b|(?P<am>am\b)|(?P<pm>pm\b))",
    re.IGNORECASE,
)
_FULL = re.compile(
    rf"(?<![\w:.,])(?P<h>{_HOUR})\s?(?:uhr\b(?:\s?(?P<m>[0-5]\d)\b(?!\s?(?:€|euro)))?|o'?\s?clock\b|h\b)(?!\s?\d){_PART}",
    re.IGNORECASE,
)
_AM_PM = re.compile(
    rf"(?<![\w:.,])(?P<h>{_HOUR})\s?(?:(?P<am>a\.?m\b)|(?P<pm>p\.?m\b))", re.IGNORECASE
)
_QUARTERS = re.compile(
    rf"\b(?:(?P<halb>halb)|(?P<half>half past|half)|(?P<past>viertel nach|quarter past|quarter after)|(?P<to>viertel vor|dreiviertel|quarter to))\s+(?P<h>{_HOUR})\b(?!\s*(?:€|euro|price|of|prozent|percent)){_PART}",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"\b(?:um|gegen|at|around)\s+(?P<h>{_HOUR})(?=\s*(?:$|[.,;!?](?!\d)|an\b|zurück|rum\b|herum\b|anrufen|telefon|oder\b|morgen\b|please\b|bitte\b|or\b|tomorrow\b|on\b|today\b|heute\b){_PART.replace('P<am>', ':').replace('P<pm>', ':')})",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    rf"\b(?:zwischen|von|between|from)\s+(?P<one>{_HOUR})\s+(?:und|bis|and|to)\s+(?P<two>{_HOUR})(?P<uhr>\s?(?:uhr|o'?clock|[ap]m)\b)?(?!\s?(?:€|euro|[.:/]\d|%)|\.\w)",
    re.IGNORECASE,
)
_CALLS = re.compile(
    r"r(?:ü|ue)ckruf|zur(?:ü|ue)ck|anruf|ruf|erreich|telefon|call|ring|phone|reach", re.IGNORECASE
)
_NOON = re.compile(
    r"\b(?P<noon>noon|midday)\b|\b(?:gegen|um|zu) (?P<mittag>mittag)s?\b", re.IGNORECASE
)
_AFTERNOON, _NOON_HOUR, _LAST = 8, 12, 24


def find_time(text: str) -> Iterator[Found]:
    """Every time of day."""
    for pattern in (_DIGITAL, _POINTED, _FULL, _AM_PM):
        for match in pattern.finditer(text):
            groups = match.groupdict()
            minute = int(groups.get("m") or 0)
            exact = pattern in (_DIGITAL, _POINTED)
            yield from _time(match, (_hour(match["h"]), minute), groups, exact=exact)
    for match in _QUARTERS.finditer(text):
        minutes = _quarter(match)
        yield from _time(match, divmod(_hour(match["h"]) * 60 + minutes, 60), match.groupdict())
    for match in _NOON.finditer(text):
        yield Found(match.start(), match.end(), "time", "12:00")
    calls = bool(_CALLS.search(text))
    for match in _BARE.finditer(text) if calls else ():
        yield from _time(match, (_hour(match["h"]), 0), {})
    for match in _BETWEEN.finditer(text):
        if calls or match["uhr"]:
            yield from _both(match)


def _hour(written: str) -> int:
    return number_of(written)


def _quarter(match: "re.Match[str]") -> int:
    """Minutes from the hour that was said: "halb vier" is before it, "half past three" after it."""
    if match["halb"]:
        return -30
    if match["half"]:
        return 30
    return 15 if match["past"] else -15


def _both(match: "re.Match[str]") -> Iterator[Found]:
    for name in ("one", "two"):
        hour = _by_day(_hour(match[name]), {})
        if hour < _LAST:
            yield Found(match.start(name), match.end(name), "time", f"{hour:02d}:00")


def _time(
    match: "re.Match[str]",
    clock: "tuple[int, int]",
    groups: "dict[str, str | None]",
    *,
    exact: bool = False,
) -> Iterator[Found]:
    hour, minute = clock
    written = match["h"]
    if (
        not (exact and (len(written) == 2 or hour >= _AFTERNOON))
        or groups.get("pm")
        or groups.get("am")
    ):
        hour = _by_day(hour, groups)
    if 0 <= hour < _LAST:
        yield Found(match.start(), match.end(), "time", f"{hour:02d}:{minute:02d}")


def _by_day(hour: int, groups: "dict[str, str | None]") -> int:
    """The hour on 24, from what was said of the part of the day."""
    if groups.get("am"):
        return 0 if hour == _NOON_HOUR else hour
    if groups.get("pm"):
        return hour if hour >= _NOON_HOUR else hour + 12
    return hour + 12 if 1 <= hour < _AFTERNOON else hour
