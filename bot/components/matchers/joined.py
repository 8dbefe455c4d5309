"""Joins two days or months with "bis", "to" or a dash between them to a period: "vom 20. März bis Ende April".

Invariant: a period ends after it begins; weekdays joined are office hours, not a period.
"""

import re
from calendar import monthrange
from collections.abc import Sequence

from components.matchers import Found

_BETWEEN = re.compile(
    r"\s*(?:-|–|—|,?\s?\b(?:bis(?:\s+(?:einschließlich|inklusive|inkl\.?))?(?:\s+(?:zum|zur|in den))?|to|until|till?|through|thru|up to)\b)\s*(?:and including\s+)?(?:the\s+|dem\s+|den\s+|am\s+)?",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\s*(?:und|and)\s*(?:the\s+|dem\s+|den\s+)?", re.IGNORECASE)
_BETWEEN_BEFORE = re.compile(r"\b(?:zwischen|between)\s(?:the\s|dem\s|den\s)?$", re.IGNORECASE)
_DAYS_OR_MONTHS = {"date", "month"}


def joined(found: Sequence[Found], text: str) -> "list[Found]":
    """The values of a text, in order, with two that make a period put together."""
    kept: list[Found] = []
    for value in found:
        period = _period(kept[-1], value, text) if kept else None
        if period:
            kept[-1] = period
        else:
            kept.append(value)
    return kept


def _period(first: Found, last: Found, text: str) -> "Found | None":
    if first.entity not in _DAYS_OR_MONTHS or last.entity not in _DAYS_OR_MONTHS:
        return None
    between = text[first.end : last.start]
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
    if begin >= end and not re.search(r"\d{4}", text[first.start : first.end]):
        # What was said without a year is of the end's year, or of the one before: "Oktober bis Februar 2026".
        begin = end[:4] + begin[4:] if begin[4:] < end[4:] else f"{int(end[:4]) - 1}{begin[4:]}"
    if begin >= end or first.value == last.value or begin[4:] == "-02-29":
        return None
    return Found(first.start, last.end, "period", f"{begin}/{end}")
