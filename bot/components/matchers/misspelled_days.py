"""Lets the names of days and months have one slip of the pen: "wenesday", "septmber", "satruday".

Invariants: only names of six letters and more; plurals and real words ("sundae", "sundry") are no slips.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

from components.matchers import Found, Matcher
from components.matchers.calendar_words import MONTHS, WEEKDAYS
from components.matchers.misspelled import Slips, place

_ENGLISH = """january february september october november december monday tuesday wednesday thursday friday saturday sunday
tomorrow yesterday fortnight"""
_REAL = "sundae sundaes sundry mandays sunray fridge fridges octopus octobers"
_SLIPS = Slips(_ENGLISH.split())
_SLIPS_KNOWN = {*MONTHS, *WEEKDAYS, *_REAL.split(), *(f"{name}s" for name in _ENGLISH.split())}


@lru_cache(maxsize=8)
def _corrected(text: str) -> "tuple[str, tuple[tuple[int, int], ...]]":
    """The text put right, kept because days and periods are read one after the other."""
    right, shifts = _SLIPS.corrected(text, _SLIPS_KNOWN)
    return right, tuple(shifts)


def forgiving(find: Matcher) -> Callable[[str], Iterator[Found]]:
    """That matcher on the text put right, with the places of the text as written."""

    def find_forgiving(text: str) -> Iterator[Found]:
        right, shifts = _corrected(text)
        for found in find(right):
            if shifts:
                start, end = (place(at, list(shifts)) for at in (found.start, found.end))
                yield replace(found, start=start, end=end)
            else:
                yield found

    return find_forgiving
