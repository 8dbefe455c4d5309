"""Finds payment card numbers, so that it can be said that they were masked; the value shows the last four digits.

The gateway masks before anything is stored; this is for what it masked, and the last line for what comes otherwise.
Invariants: the value never holds more than four digits; a bare number counts only with an issuer's first digit and a
right Luhn sum.
"""

import re
from collections.abc import Iterator

from stdnum import luhn

from components.matchers import Found
from components.matchers.iban import find_iban

_RAW = re.compile(r"(?<!\d)[2-6]\d{3}(?:[ .\-]?\d){9,15}(?!\d)")
_MASKED = re.compile(
    r"\[?(?:card )?(?:•{4}|\*{4}|\bx{4})[ -]?(?P<last>\d{4})\]?(?!\d)", re.IGNORECASE
)


def find_card(text: str) -> Iterator[Found]:
    """Every card number, masked or not."""
    for match in _MASKED.finditer(text):
        yield _card(match, match["last"])
    for match in _RAW.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if luhn.is_valid(digits):
            yield _card(match, digits[-4:])


def masked(text: str) -> str:
    """The text with every card number as dots and its last four digits; valid IBANs stay."""
    ibans = [range(found.start, found.end) for found in find_iban(text)]
    for found in reversed(list(find_card(text))):
        if not any(found.start in iban for iban in ibans):
            text = f"{text[: found.start]}{found.value}{text[found.end :]}"
    return text


def _card(match: "re.Match[str]", last: str) -> Found:
    return Found(match.start(), match.end(), "card", f"•••• {last}")
