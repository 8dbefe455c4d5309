"""Finds amounts in words: "zweihundertfünfzig Euro", "a tenner", "50p", "zwölf neunundneunzig".

Invariants: two numbers in a row are a price only where the second is of tens, no third stands beside them and the text
speaks of money or the second is what prices end in; a time and a year are none.
"""

import re
from collections.abc import Iterator

from components.matchers import Found
from components.matchers.currencies import EUR, GBP, UNIT, currency_of, foreign
from components.matchers.numbers import (
    HALVES,
    HAS_LARGE,
    LARGE,
    WORD,
    WORDS,
    halves_of,
    large_number_of,
    number_of,
    plain,
)

_HAS_UNIT = re.compile(UNIT, re.IGNORECASE)
_ONE = r"ein(?:en)?|'?nen|'n|a"
_CENTS_AFTER = (
    rf"(?:\s(?:und\s|and\s)?(?P<cents>{WORD}|\d{{2}}(?!\d|[.,:]\d))(?:\s?(?:cents?|pence|p))?\b)?"
)
_SPOKEN = re.compile(
    rf"\b(?<!half )(?P<n>{WORD}|{_ONE})\s(?P<unit>{UNIT}){_CENTS_AFTER}", re.IGNORECASE
)
_LARGE = re.compile(rf"\b(?P<n>{LARGE})\s(?P<unit>{UNIT}){_CENTS_AFTER}", re.IGNORECASE)
_HALF = re.compile(rf"(?<![\w.,]){HALVES}\s(?P<unit>{UNIT})", re.IGNORECASE)
_CENTS = re.compile(
    rf"(?<![\w.,])(?P<n>\d{{1,2}}|{WORD})(?:\s?(?:(?P<pence>pence|p|pee)|cents?|ct)|(?<=\d\d)(?-i:c)(?=\s(?:a|per|more|less|extra|off|too|each|short|instead|charge|fee|went)\b))\b",
    re.IGNORECASE,
)
_NOTES = {
    "fünfer": 5, "zehner": 10, "zwanziger": 20, "fünfziger": 50, "hunderter": 100, "tausender": 1000,
    "zwanni": 20, "fuffi": 50, "fuffziger": 50, "hunni": 100, "fiver": 5, "tenner": 10,
}  # fmt: skip
_NOTE = re.compile(
    rf"(?<![\w-])(?:(?P<n>{WORD}|\d{{1,2}})\s)?(?P<note>{'|'.join(sorted(_NOTES, key=len, reverse=True))})s?(?![\w-]|\s(?:jahr|gruppe|pack|runde))",
    re.IGNORECASE,
)
_HAS_NOTE = re.compile(r"er\b|ers\b|anni|uffi|unni", re.IGNORECASE)
_GRAND = re.compile(rf"\b(?:(?P<n>\d{{1,2}}|{WORD})|an?)\sgrand\b", re.IGNORECASE)
_HAS_TENS = re.compile(r"zig|[sß]ig|ty\b|ty-|zehn|teen", re.IGNORECASE)
_PRICE = re.compile(
    rf"(?<![\w-])(?P<n>{WORD})(?:\s(?:komma\s|point\s)?)(?P<c>{WORD})\b(?:\s(?P<unit>{UNIT}))?",
    re.IGNORECASE,
)
_NUMBER_BEFORE = re.compile(rf"(?:(?<!\w){WORD}|\d|\boh)[\s,-]+$", re.IGNORECASE)
_NUMBER_AFTER = re.compile(rf"[\s,-]+(?:{WORD}|\d|oh)\b", re.IGNORECASE)
_AT_TIME = re.compile(
    r"\b(?:um|gegen|vor|nach|at|by|around|about|till?|until|before|after|since)\s$", re.IGNORECASE
)
_MONEY = re.compile(
    r"kost|preis|zahl|euro|€|statt|buch|verlang|berechn|teuer|billig|monat|rechnung|gebühr|erhöh|überw|betrag|rabatt|angebot"
    r"|\bprice|cost|charg|\bpay|\bpaid|quid|pound|month|\bbills?\b|instead|worth|\bfees?\b|\bowe|expensive|cheap|gone up|£|took"
    r"|taken|refund|invoice|debit",
    re.IGNORECASE,
)
_PRICE_ENDS = (95, 99)
_CENTURIES = range(18, 21)
_LAST_HOUR, _MINUTES = 12, 60


def find_spoken_amount(text: str) -> Iterator[Found]:
    """Every amount in words."""
    if _HAS_UNIT.search(text):
        yield from _with_unit(text)
    for match in _CENTS.finditer(text):
        yield _amount(match, number_of(match["n"]), GBP if match["pence"] else EUR)
    yield from _notes(text)
    if _HAS_TENS.search(text):
        for match in _PRICE.finditer(text):
            if _is_price(match, text):
                cents = WORDS[_word(match["n"])] * 100 + WORDS[_word(match["c"])]
                yield _amount(match, cents, currency_of(match["unit"]))


def _notes(text: str) -> Iterator[Found]:
    """Banknotes and thousands by their nicknames."""
    if _HAS_NOTE.search(text):
        for match in _NOTE.finditer(text):
            worth = _NOTES[match["note"].lower()] * 100
            count = number_of(match["n"]) if match["n"] else 1
            british = match["note"].lower() in {"fiver", "tenner"}
            yield _amount(match, count * worth, GBP if british else EUR)
    for match in _GRAND.finditer(text):
        yield _amount(match, (number_of(match["n"]) if match["n"] else 1) * 100000, GBP)


def _with_unit(text: str) -> Iterator[Found]:
    for match in _SPOKEN.finditer(text):
        units = WORDS.get(_word(match["n"]), 1)
        yield _amount(match, units * 100 + _cents(match), currency_of(match["unit"]))
    for match in _LARGE.finditer(text) if HAS_LARGE.search(text) else ():
        cents = large_number_of(match["n"]) * 100 + _cents(match)
        yield _amount(match, cents, currency_of(match["unit"]))
    for match in _HALF.finditer(text):
        yield _amount(match, halves_of(match) * 50, currency_of(match["unit"]))


def _amount(match: "re.Match[str]", cents: int, currency: str) -> Found:
    return Found(match.start(), match.end(), "amount", cents, currency)


def _word(written: str) -> str:
    return plain("".join(written.split()))


def _cents(match: "re.Match[str]") -> int:
    return number_of(match["cents"]) if match["cents"] else 0


def _is_price(match: "re.Match[str]", text: str) -> bool:
    units, cents = WORDS[_word(match["n"])], WORDS[_word(match["c"])]
    before = text[max(0, match.start() - 30) : match.start()]
    if not 10 <= cents < 100 or not units or foreign(text, *match.span()):
        return False
    if _NUMBER_BEFORE.search(before) or _NUMBER_AFTER.match(text, match.end()):
        return False
    if units <= _LAST_HOUR and cents < _MINUTES and _AT_TIME.search(before):
        return False
    sure = cents in _PRICE_ENDS and units not in _CENTURIES
    return bool(sure or match["unit"] or _MONEY.search(text))
