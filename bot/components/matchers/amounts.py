"""Finds amounts of money; the value is an integer in the currency's hundredths, beside it the currency.

Invariants: both notations are read (1.234,56 and 1,234.56); a number without a currency counts only when it has two
decimals, as an answer to "how much" would, and is then in euro; a plain number is never an amount, nor one in a
currency that is not read.
"""

import re
from collections.abc import Iterator

from components.matchers import Found
from components.matchers.currencies import EUR, UNIT, currency_of, foreign
from components.matchers.ratios import is_measured
from components.matchers.spoken_amounts import find_spoken_amount

_NUMBER = r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{2})?|\d{1,7}(?:[.,](?:\d{1,2}|-{1,2}|–))?"
# "Version 3.62" and "iOS 16.40" are no amounts, and no days.
NO_VERSION = (
    r"(?<!version )(?<!release )(?<!update )(?<!app )(?<!ios )(?<!android )(?<!windows )(?<!v)"
)
# "7.45 in the evening" is a time.
_OF_DAY = r"(?:in the|this|yesterday|tomorrow) (?:morning|afternoon|evening)|tonight|last night|on the dot|sharp|(?:früh|frueh|morgens|vormittags|nachmittags|abends|nachts)"
_AMOUNT = re.compile(
    rf"(?:(?<![\w.,])|(?<=\dx))(?:(?!euro\s20[0-3]\d\b)(?P<sign>{UNIT})\s?(?P<after>{_NUMBER})(?:p(?:cm|[mwa])?\b|x\d{{1,2}}\b|ea\b)?"
    rf"|(?P<before>{_NUMBER})\s?(?P<unit>{UNIT})(?:\s(?P<cents>\d{{2}})(?:p\b)?(?!\w|[.,]\d)|\s(?:und|and)\s(?P<and>\d{{1,2}})\s?(?:p|pence|cents?|ct)\b)?"
    rf"|(?P<bare>\d{{1,5}},\d{{2}}))(?![\w]|[.,]\d)",
    re.IGNORECASE,
)
# "£1.2k", "2k Euro".
_THOUSANDS = re.compile(
    rf"(?<![\w.,])(?:(?P<sign>{UNIT})\s?(?P<after>\d{{1,3}}(?:[.,]\d{{1,2}})?)\s?k\b|(?P<before>\d{{1,3}}(?:[.,]\d{{1,2}})?)\s?k\s?(?P<unit>{UNIT}))",
    re.IGNORECASE,
)
_HAS_K = re.compile(r"\dk\b|\d k\b|\dk€", re.IGNORECASE)
_POINTED = re.compile(
    rf"(?<![\w.,/:€£$-])(?<![€£$]\s)(?<!eur )(?<!euro ){NO_VERSION}(?P<n>\d{{1,5}}\.(?P<c>\d{{2}}))(?![\w%/:]|[.,]\d|\.\s?\d|\s?(?:{UNIT}|uhr\b|%|[ap]m\b|(?:{_OF_DAY})\b))",
    re.IGNORECASE,
)
_LAST_MONTH, _LAST_DAY = 12, 31


def find_amount(text: str) -> Iterator[Found]:
    """Every amount in the text."""
    for match in _AMOUNT.finditer(text):
        written = match["after"] or match["before"] or match["bare"]
        if not (match["bare"] and _no_money(match, text)):
            cents = _cents(written) + int(match["cents"] or match["and"] or 0)
            yield _amount(match, cents, currency_of(match["sign"] or match["unit"]))
    for match in _THOUSANDS.finditer(text) if _HAS_K.search(text) else ():
        cents = _cents(match["after"] or match["before"]) * 1000
        yield _amount(match, cents, currency_of(match["sign"] or match["unit"]))
    for match in _POINTED.finditer(text):
        day, month = int(match["n"].partition(".")[0]), int(match["c"])
        a_day = 1 <= day <= _LAST_DAY and 1 <= month <= _LAST_MONTH
        if not (a_day or _no_money(match, text)):
            yield _amount(match, _cents(match["n"]), EUR)
    yield from find_spoken_amount(text)


def _no_money(match: "re.Match[str]", text: str) -> bool:
    """Whether the number is of a currency that is not read, or measures something else."""
    return foreign(text, *match.span()) or is_measured(text, *match.span())


def _amount(match: "re.Match[str]", cents: int, currency: str) -> Found:
    return Found(match.start(), match.end(), "amount", cents, currency)


def _cents(written: str) -> int:
    """Cents of a number in either notation: the last mark before one or two digits splits them off."""
    whole, mark, rest = written, "", ""
    position = max(written.rfind("."), written.rfind(","))
    if position >= 0 and len(written) - position - 1 <= 2:
        whole, mark, rest = written[:position], written[position], written[position + 1 :]
    units = int(re.sub(r"[.,]", "", whole))
    decimals = rest if mark and rest.isdigit() else "0"
    return units * 100 + int(decimals.ljust(2, "0"))
