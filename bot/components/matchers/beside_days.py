"""Finds days that are named by another one: "the Monday after Thanksgiving", "the day before the 3rd", "a week after 1 May".

Invariant: what stands before the named day is taken into the value; the day itself is then no value of its own.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from components.matchers import Found
from components.matchers.calendar_words import WEEKDAYS
from components.matchers.numbers import COUNT, number_of, spelled

_BESIDE = re.compile(
    rf"\b(?:the\s+|der\s+|am\s+)?(?:(?:(?P<day>{spelled(list(WEEKDAYS))})|(?<!for\s)(?<!within\s)(?<!another\s)(?:(?P<n>{COUNT}|an?|a\scouple\sof)\s(?P<unit>days?|weeks?|tage?n?|wochen?)|(?P<one>day|tag)))\s"
    r"(?:(?:immediately|right|straight|directly|just)\s)?(?P<way>after|following|before|nach|vor))\s(?:the\s|dem\s|den\s|on\s)?$",
    re.IGNORECASE,
)
_HINT = re.compile(r"after|following|before|nach|vor", re.IGNORECASE)
_NEAR = 40


def beside_days(found: Sequence[Found], text: str) -> "list[Found]":
    """The values, days that only say beside which day another one lies replaced by that one."""
    if not _HINT.search(text):
        return list(found)
    moved = [_moved(value, text) for value in found]
    # The weekday of "the Monday after" was read as a day of its own.
    taken = [value for value, old in zip(moved, found, strict=True) if value is not old]
    return [
        value
        for value in moved
        if value in taken or all(value.end <= t.start or t.end <= value.start for t in taken)
    ]


def _moved(value: Found, text: str) -> Found:
    if value.entity != "date":
        return value
    match = _BESIDE.search(text, max(0, value.start - _NEAR), value.start)
    if match is None:
        return value
    there = _day(match, date.fromisoformat(str(value.value)))
    return Found(match.start(), value.end, "date", there.isoformat())


def _day(match: "re.Match[str]", named: date) -> date:
    after = match["way"].lower() in {"after", "following", "nach"}
    if match["day"]:
        weekday = WEEKDAYS[match["day"].lower()]
        ahead = (weekday - named.weekday() - 1) % 7 + 1
        return named + timedelta(
            days=ahead if after else -((named.weekday() - weekday - 1) % 7 + 1)
        )
    written = (match["n"] or "a").lower()
    count = (
        2 if written.startswith("a couple") else 1 if written in {"a", "an"} else number_of(written)
    )
    unit = match["unit"] or match["one"]
    days = count * (7 if unit.lower().startswith("w") else 1)
    return named + timedelta(days=days if after else -days)
