"""Finds amounts of money; the value is an integer in the currency's hundredths, beside it the currency.

Invariants: both notations are read (1.234,56 and 1,234.56); a number without a currency counts only when it has two
decimals, as an answer to "how much" would, and is then in euro; a plain number is never an amount.
"""

import re
from collections.abc import Iterator

from components.matchers import Found
from components.matchers.numbers import WORD, WORDS, number_of, plain

EUR, GBP, USD = "EUR", "GBP", "USD"
_NUMBER = r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{2})?|\d{1,7}(?:[.,](?:\d{1,2}|-{1,2}|–))?"
_EURO = r"€|EUR(?:O|OS)?(?![a-zäöü])"
_POUND = r"£|GBP\b|quid\b|pounds?\b|pfund\b"
_DOLLAR = r"\$|USD\b|dollars?\b|bucks\b"
_UNIT = rf"(?:{_EURO}|{_POUND}|{_DOLLAR})"
# "Version 3.62" and "iOS 16.40" are no amounts, and no days.
NO_VERSION = (
    r"(?<!version )(?<!release )(?<!update )(?<!app )(?<!ios )(?<!android )(?<!windows )(?<!v)"
)
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?:(?P<sign>{_UNIT})\s?(?P<after>{_NUMBER})"
    rf"|(?P<before>{_NUMBER})\s?(?P<unit>{_UNIT})(?:\s(?P<cents>\d{{2}})(?!\w|[.,]\d))?"
    rf"|(?P<bare>\d{{1,5}},\d{{2}}))(?![\w]|[.,]\d)",
    re.IGNORECASE,
)
_POINTED = re.compile(
    rf"(?<![\w.,/:€£$-])(?<![€£$]\s)(?<!eur )(?<!euro ){NO_VERSION}(?P<n>\d{{1,5}}\.(?P<c>\d{{2}}))(?![\w%/:]|[.,]\d|\.\s?\d|\s?(?:{_UNIT}|uhr\b|%|[ap]m\b))",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    rf"\b(?P<n>{WORD}|ein(?:en)?|a)\s(?P<unit>{_UNIT})(?:\s(?:und\s|and\s)?(?P<cents>{WORD})(?:\scents?)?\b)?",
    re.IGNORECASE,
)
_CENTS = re.compile(rf"(?<![\w.,])(?P<n>\d{{1,2}}|{WORD})\s?(?:cents?|ct)\b", re.IGNORECASE)
_NOTES = re.compile(r"\b(?:(?P<five>fiver)|(?P<ten>tenner))\b", re.IGNORECASE)
_LAST_MONTH, _LAST_DAY = 12, 31


def find_amount(text: str) -> Iterator[Found]:
    """Every amount in the text."""
    for match in _AMOUNT.finditer(text):
        written = match["after"] or match["before"] or match["bare"]
        cents = _cents(written) + int(match["cents"] or 0)
        yield _amount(match, cents, _currency(match["sign"] or match["unit"]))
    for match in _POINTED.finditer(text):
        day, month = int(match["n"].partition(".")[0]), int(match["c"])
        if not (1 <= day <= _LAST_DAY and 1 <= month <= _LAST_MONTH):
            yield _amount(match, _cents(match["n"]), EUR)
    for match in _SPOKEN.finditer(text):
        units = 1 if plain(match["n"]) == "a" else number_of(match["n"])
        cents = WORDS[plain("".join(match["cents"].split()))] if match["cents"] else 0
        yield _amount(match, units * 100 + cents, _currency(match["unit"]))
    for match in _CENTS.finditer(text):
        yield _amount(match, number_of(match["n"]), EUR)
    for match in _NOTES.finditer(text):
        yield _amount(match, 500 if match["five"] else 1000, GBP)


def _amount(match: "re.Match[str]", cents: int, currency: str) -> Found:
    return Found(match.start(), match.end(), "amount", cents, currency)


def _currency(written: "str | None") -> str:
    """The currency of a sign or word; euro where nothing is said."""
    if written and re.fullmatch(_POUND, written, re.IGNORECASE):
        return GBP
    return USD if written and re.fullmatch(_DOLLAR, written, re.IGNORECASE) else EUR


def _cents(written: str) -> int:
    """Cents of a number in either notation: the last mark before one or two digits splits them off."""
    whole, mark, rest = written, "", ""
    position = max(written.rfind("."), written.rfind(","))
    if position >= 0 and len(written) - position - 1 <= 2:
        whole, mark, rest = written[:position], written[position], written[position + 1 :]
    units = int(re.sub(r"[.,]", "", whole))
    decimals = rest if mark and rest.isdigit() else "0"
    return units * 100 + int(decimals.ljust(2, "0"))
