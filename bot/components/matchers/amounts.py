"""Finds amounts in euro; the value is an integer in cents.

Both notations are read (1.234,56 and 1,234.56). A number without currency counts only when it has a comma and
two decimals, as an answer to "how much" would.
"""

import re
from collections.abc import Iterator

from components.matchers import Found

_NUMBER = r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{2})?|\d{1,7}(?:[.,](?:\d{1,2}|-{1,2}|–))?"
_EURO = r"(?:€|EUR(?:O|OS)?(?![a-z]))"
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?:{_EURO}\s?(?P<after>{_NUMBER})"
    rf"|(?P<before>{_NUMBER})\s?{_EURO}(?:\s(?P<cents>\d{{2}})(?!\w|[.,]\d))?"
    rf"|(?P<bare>\d{{1,5}},\d{{2}}))(?![\w]|[.,]\d)",
    re.IGNORECASE,
)


def find_amount(text: str) -> Iterator[Found]:
    """Every amount in the text."""
    for match in _AMOUNT.finditer(text):
        written = match.group("after") or match.group("before") or match.group("bare")
        cents = _cents(written)
        if match.group("cents"):
            cents += int(match.group("cents"))
        yield Found(match.start(), match.end(), "amount", cents)


def _cents(written: str) -> int:
    """Cents of a number in either notation: the last mark before one or two digits splits them off."""
    whole, mark, rest = written, "", ""
    position = max(written.rfind("."), written.rfind(","))
    if position >= 0 and len(written) - position - 1 <= 2:
        whole, mark, rest = written[:position], written[position], written[position + 1 :]
    units = int(re.sub(r"[.,]", "", whole))
    decimals = rest if mark and rest.isdigit() else "0"
    return units * 100 + int(decimals.ljust(2, "0"))
