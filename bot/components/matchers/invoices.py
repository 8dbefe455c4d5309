"""Finds invoice numbers: with their own prefix anywhere, bare digits only after a word for invoice."""

import re
from collections.abc import Iterator

from components.matchers import Found

_PREFIXED = re.compile(r"(?<!\w)(?:INV|RE|RG|R)[-_/]?\d[\d\-/]{2,20}(?<=\d)(?!\w)", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:rechnung(?:snummer)?|invoice)\s*(?:nr\.?|no\.?|nummer|number)?\s*[:#]?\s*"
    r"(\d[\d\-/]{3,20}(?<=\d))(?!\w|[.,]\d)",
    re.IGNORECASE,
)


def find_invoice(text: str) -> Iterator[Found]:
    """Every invoice number; the value is in capitals."""
    for match in _PREFIXED.finditer(text):
        yield Found(match.start(), match.end(), "invoice", match.group().upper())
    for match in _NAMED.finditer(text):
        yield Found(match.start(1), match.end(1), "invoice", match.group(1))
