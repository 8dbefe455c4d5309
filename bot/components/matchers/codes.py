"""Finds case references (F-… of the business, C-XXXX-XXXX of the desk) and voucher codes; the value is in capitals.

Invariants: a reference holds a digit or all its hyphens, and has a hyphen or stands after a word for case; a voucher is letters followed by digits, in
capitals anywhere or in any case where a code is spoken of.
"""

import re
from collections.abc import Iterator

from components.matchers import Found

# What is issued: F- and twelve hexadecimal digits, and in the seed data the customer's number and four letters; at the
# desk C- and twice four characters without those that sound alike.
_CASE = re.compile(
    r"(?<![\w-])F\s?[-–]\s?(?P<n>(?=[A-Z]{0,11}\d)[0-9A-Z]{3,12})(?![\w-])", re.IGNORECASE
)
_NAMED_CASE = re.compile(
    r"\b(?:vorgang|fall|ticket|case|reference|ref|referenz)(?:s?nummer|\s(?:nr|no|number))?\.?:?\s+(?:ist |is )?F\s?(?P<n>(?=[A-Z]{0,11}\d)[0-9A-Z]{6,12})(?!\w)",
    re.IGNORECASE,
)
_DESK = r"[2-9A-HJKMNP-Z]{4}"
_DESK_CASE = re.compile(
    rf"(?<![\w-])(?:C[-–](?P<n>{_DESK}[-–]{_DESK})|C\s?[-–]?\s?(?P<loose>(?=[A-Z]{{0,4}}[\s–-]?[A-Z]{{0,3}}\d){_DESK}\s?[-–]\s?{_DESK}))(?![\w-])",
    re.IGNORECASE,
)
_ANYWHERE = re.compile(
    r"(?<![\w@./-])(?P<n>[A-ZÄÖÜ]{5,20}-?\d{1,4}|[A-ZÄÖÜ]{4,12}-(?=[A-Z]*\d)[A-Z0-9]{3,8})(?![\w@-])"
)
_SPOKEN_OF = re.compile(
    r"gutschein|code|voucher|coupon|promo|rabatt|l(?:ö|oe)s\w*\s(?:\S+\s){0,5}ein\b|einl(?:ö|oe)s|eingel(?:ö|oe)st|eingeb|eingegeben|aktion|angebot|redeem|gift card|discount|% off|\boffer|\bapply|enter(?:ed|ing)?\b",
    re.IGNORECASE,
)
_ANY_CASE = re.compile(
    r"(?<![\w@./-])(?P<n>[^\W\d_]{4,20}-?\d{1,4}|[A-ZÄÖÜ]{4,12}-(?=[A-Z]*\d)[A-Z0-9]{3,8})(?![\w@-])"
)
# "Sommer25" needs no word for a code beside it, "SOMMER 25" does.
_LONG = re.compile(r"(?<![\w@./-])(?P<n>[^\W\d_]{6,14}\d{1,2})(?![\w@-]|\.\w)")
_SPACED = re.compile(r"(?<![\w@./-])(?P<n>[A-ZÄÖÜ]{5,14} \d{1,2})(?![\w@.,:%€-])")
_AN_ACCOUNT = re.compile(
    r"benutzer|user|login|log in|passwor|profil|account|konto|nick", re.IGNORECASE
)
_NO_VOUCHER = re.compile(
    r"(?:iphone|windows|android|galaxy|firefox|office|covid|http|kurs|level|error|staffel|safari|chrome|macos|fehler|folge|season|episode|seite|modul|lektion|platz|teil|nummer|kapitel|fc|formel|channel|playstation|pixel|version)",
    re.IGNORECASE,
)


def find_case(text: str) -> Iterator[Found]:
    """Every case reference."""
    for match in (*_CASE.finditer(text), *_NAMED_CASE.finditer(text)):
        start = match.start() if match.re is _CASE else match.start("n") - 1
        yield Found(start, match.end(), "case", f"F-{match['n'].upper()}")
    for match in _DESK_CASE.finditer(text):
        number = re.sub(r"[\s–-]", "", match["n"] or match["loose"]).upper()
        yield Found(match.start(), match.end(), "case", f"C-{number[:4]}-{number[4:]}")


def find_voucher(text: str) -> Iterator[Found]:
    """Every voucher code."""
    spoken_of = _SPOKEN_OF.search(text)
    patterns = [_ANY_CASE, _SPACED] if spoken_of else [_ANYWHERE]
    patterns += [] if spoken_of or _AN_ACCOUNT.search(text) else [_LONG]
    for match in (found for pattern in patterns for found in pattern.finditer(text)):
        if not _NO_VOUCHER.match(match["n"]):
            value = match["n"].upper().replace(" ", "")
            yield Found(match.start(), match.end(), "voucher", value)
