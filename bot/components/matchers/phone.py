"""Finds telephone numbers, typed or spoken digit by digit; the value is in E.164 (+491713920012).

Invariants: a number begins with 0 or +, as dialled; it is valid in the numbering plan of its country; a number without
a country is one of the regions given, the first in which it is valid.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import phonenumbers

from components.matchers import Found
from components.matchers.numbers import WORD, number_of

_TYPED = re.compile(r"(?<![\w.,+/])(?<!\d[ -])(?:\+|\(?0)\(?\d[\d\s()/.\-–]{4,22}\d(?![\w]|[.,]\d)")
_A_DATE = re.compile(r"\d{1,2}[./]\s?\d{1,2}[./]\s?\d{2,4}\b")
_DIGIT = rf"(?:oh|o|{WORD}|\d{{1,4}})"
_SPOKEN = re.compile(
    rf"\b(?:plus\s+)?(?:(?:double|triple|doppel)\s+)?{_DIGIT}(?:[\s,-]+(?:(?:double|triple|doppel)\s+)?{_DIGIT}){{4,16}}\b",
    re.IGNORECASE,
)
_STEP = re.compile(
    rf"(?:(?P<times>double|triple|doppel)\s+)?\b(?P<digit>{_DIGIT})\b", re.IGNORECASE
)
_STARTS = re.compile(r"\b(?:null|zero|oh|o|plus|double)\b", re.IGNORECASE)


def phone_finder(regions: Sequence[str]) -> Callable[[str], Iterator[Found]]:
    """A matcher that reads national numbers in these regions (ISO 3166), the first that fits."""

    def find_phone(text: str) -> Iterator[Found]:
        for match in _TYPED.finditer(text):
            value = None if _A_DATE.match(match.group()) else _valid(match.group(), tuple(regions))
            if value:
                yield Found(match.start(), match.end(), "phone", value)
        if _STARTS.search(text):
            for match in _SPOKEN.finditer(text):
                value = _valid(_digits(match.group()), tuple(regions))
                if value:
                    yield Found(match.start(), match.end(), "phone", value)

    return find_phone


def _digits(spoken: str) -> str:
    """The digits of what was said; "double four" is 44, "neununddreißig" 39."""
    found = ["+"] if spoken.lower().startswith("plus") else []
    for step in _STEP.finditer(spoken):
        word = step["digit"].lower()
        digits = "0" if word in {"oh", "o"} else word if word.isdigit() else str(number_of(word))
        times = {"double": 2, "doppel": 2, "triple": 3}.get((step["times"] or "").lower(), 1)
        found.append(digits * times)
    return "".join(found)


@lru_cache(maxsize=64)
def _valid(written: str, regions: "tuple[str, ...]") -> "str | None":
    """The number in E.164, or None."""
    for region in regions:
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        if (
            phonenumbers.is_valid_number(number) or _british_mobile(number)
        ) and not number.extension:
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def _british_mobile(number: phonenumbers.PhoneNumber) -> bool:
    """A mobile number of any British range, also those kept for examples (07700 900...), which are in no plan."""
    digits = str(number.national_number)
    return number.country_code == 44 and len(digits) == 10 and digits.startswith("7")
