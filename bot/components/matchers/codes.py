"""Finds case references (F-…) and voucher codes; the value is in capitals.

Invariants: a reference has the hyphen or stands after a word for case; a voucher is letters followed by digits, in
capitals anywhere or in any case where a code is spoken of.
"""

import re
from collections.abc import Iterator

from components.matchers import Found

_CASE = re.compile(
    r"(?<![\w-])F\s?[-–]\s?(?=[0-9A-F]*\d)(?P<n>[0-9A-F]{3,12})(?![\w-])", re.IGNORECASE
)
_NAMED_CASE = re.compile(
    r"\b(?:vorgang|fall|ticket|case|reference|ref|referenz)(?:s?nummer|\s(?:nr|no|number))?\.?:?\s+(?:ist |is )?(?P<n>F\s?(?=[0-9A-F]*\d)[0-9A-F]{6,12})(?!\w)",
    re.IGNORECASE,
)
_ANYWHERE = re.compile(
    r"(?<![\w@./-])(?P<n>[A-ZÄÖÜ]{5,20}-?\d{1,4}|[A-ZÄÖÜ]{4,12}-(?=[A-Z]*\d)[A-Z0-9]{3,8})(?![\w@-])"
)
_SPOKEN_OF = re.compile(
    r"gutschein|\bcode|voucher|coupon|promo|rabatt|einlösen|redeem|gift card", re.IGNORECASE
)
_ANY_CASE = re.compile(
    r"(?<![\w@./-])(?P<n>[^\W\d_]{4,20}-?\d{1,4}|[A-ZÄÖÜ]{4,12}-(?=[A-Z]*\d)[A-Z0-9]{3,8})(?![\w@-])"
)
_NO_VOUCHER = re.compile(
    r"(?:iphone|windows|android|galaxy|firefox|office|covid|http|kurs|level|error|staffel)",
    re.IGNORECASE,
)


def find_case(text: str) -> Iterator[Found]:
    """Every case reference."""
    for match in (*_CASE.finditer(text), *_NAMED_CASE.finditer(text)):
        number = re.sub(r"[\s–-]", "", match["n"]).upper()
        number = number if match.re is _CASE else number[1:]
        yield Found(
            match.start("n") - 2 if match.re is _CASE else match.start("n"),
            match.end("n"),
            "case",
            f"F-{number}",
        )


def find_voucher(text: str) -> Iterator[Found]:
    """Every voucher code."""
    pattern = _ANY_CASE if _SPOKEN_OF.search(text) else _ANYWHERE
    for match in pattern.finditer(text):
        if not _NO_VOUCHER.match(match["n"]):
            yield Found(match.start(), match.end(), "voucher", match["n"].upper())
