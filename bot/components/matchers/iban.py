"""Finds IBANs by country structure and mod-97; the value is compact and in capitals.

The national rules behind it are not asked: a list of banks that is out of date would refuse good accounts.
"""

import re
from collections.abc import Iterator

from stdnum import iban

from components.matchers import Found

_CANDIDATE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2} ?\d{2}(?:[\s.\-]{0,2}[A-Za-z0-9]){10,36}")
SHORTEST = 15  # Norway


def find_iban(text: str) -> Iterator[Found]:
    """Every valid IBAN in the text; a wrong check digit is no IBAN."""
    position = 0
    while match := _CANDIDATE.search(text, position):
        written = _valid_start(match.group())
        # What follows a number may be the next one: go on right behind what was really read.
        position = match.start() + len(written or match.group()[:4])
        if written is not None:
            yield Found(match.start(), position, "iban", _compact(written))


def _compact(written: str) -> str:
    return re.sub(r"[\s.\-]", "", written).upper()


def _valid_start(candidate: str) -> "str | None":
    """The longest valid start: words after the number look like more of it."""
    for length in range(len(candidate), SHORTEST - 1, -1):
        written = candidate[:length]
        # Spaces of any kind, line ends and points too: pasted from a letter.
        whole = written[-1].isalnum() and not candidate[length : length + 1].isalnum()
        if whole and iban.is_valid(_compact(written), check_country=False):
            return written
    return None
