"""Finds what was spelled out letter by letter and digit by digit: an IBAN, a postcode, an invoice's or a card's number.

Invariants: at least five letters and numbers in a row; each reading passes the same check as if it were typed (mod-97, Luhn, the
shape of a postcode where an address is spoken of, RE and two numbers).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from stdnum import iban, luhn

from components.matchers import Found
from components.matchers.numbers import WORD, number_of

# "B for Bravo", "D as in David".
_LETTER = r"(?:[A-Za-z](?![’'])(?:\s(?:for|as\sin|wie)\s[A-Za-z]+)?|(?-i:[A-Z]{2,4}))"
_MARK = r"dash|hyphen|minus|stroke|slash|bindestrich|strich"
_PIECE = rf"(?:(?:double|triple|treble|doppel)\s)?(?:{WORD}|oh|\d{{1,4}}|{_MARK}|{_LETTER})"
_RUN = re.compile(rf"(?<![\w.,€£$-]){_PIECE}(?:[\s,]+{_PIECE}){{4,44}}(?![\w-])", re.IGNORECASE)
_STEP = re.compile(
    rf"(?:(?P<times>double|triple|treble|doppel)\s)?(?:(?P<number>{WORD}|oh|\d{{1,4}})(?!\w)|(?P<mark>{_MARK})(?!\w)|(?P<letter>{_LETTER})(?!\w))",
    re.IGNORECASE,
)
_HINT = re.compile(
    rf"(?<![\w’'])[A-Za-z][\s,](?:[A-Za-z0-9]{{1,2}}|{WORD}|double|(?:for|as\sin)\s[A-Za-z]+)[\s,]|\bRE\s|(?:\b(?:{WORD}|oh)[\s,-]+){{4}}",
    re.IGNORECASE,
)
_TIMES = {"double": 2, "doppel": 2, "triple": 3, "treble": 3}
_ADDRESS = re.compile(
    r"post\s?code|eircode|address|\blive|mov(?:e|ing)|plz|\bcode\b", re.IGNORECASE
)
_AN_INVOICE = re.compile(
    r"\b(?:invoice|bill|rechnung)(?:s?\s?-?(?:number|no|nr|nummer))?\.?(?:\s(?:is|was|ist|lautet))?[\s:]*$",
    re.IGNORECASE,
)
_BRITISH = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")
_IRISH = re.compile(r"[AC-FHKNPRTV-Y]\d[\dW](?=[A-Z]*\d)[0-9A-Z]{4}")
_OURS = re.compile(
    r"RE-?(?P<customer>\d{4,6})-(?P<count>\d{1,4})|RE(?P<whole>\d{4})(?P<rest>\d{4})"
)
_IBAN = re.compile(r"[A-Z]{2}\d{2}")
_CARD = re.compile(r"[3-6]\d{12,18}")
_NEAR = 40
_SHORTEST, _LONGEST_CODE = 15, 7


class _Piece(NamedTuple):
    start: int
    end: int
    text: str


def find_spelled_out(text: str) -> Iterator[Found]:
    """Every number or code that was said letter by letter."""
    for run in _RUN.finditer(text) if _HINT.search(text) else ():
        pieces = list(_pieces(run, text))
        spoken_of = bool(_ADDRESS.search(text))
        named = bool(_AN_INVOICE.search(text[max(0, run.start() - _NEAR) : run.start()]))
        found = next(_read(pieces, spoken_of=spoken_of, named=named), None)
        if found:
            yield found


def _pieces(run: "re.Match[str]", text: str) -> Iterator[_Piece]:
    for step in _STEP.finditer(text, run.start(), run.end()):
        written = step["letter"]
        if step["number"]:
            number = step["number"].lower()
            written = (
                number if number.isdigit() else "0" if number == "oh" else str(number_of(number))
            )
        elif step["mark"]:
            written = "-"
        elif re.search(r"\s", written):
            written = written[0]
        times = _TIMES.get((step["times"] or "").lower(), 1)
        yield _Piece(step.start(), step.end(), written.upper() * times)


def _read(pieces: "list[_Piece]", *, spoken_of: bool, named: bool) -> Iterator[Found]:
    """The first reading from each place on, the longest first."""
    if named and (digits := _joined(pieces)).isdigit() and len(digits) < _SHORTEST:
        yield Found(pieces[0].start, pieces[-1].end, "invoice", digits)
    for first in range(len(pieces)):
        if not _begins(_joined(pieces[first : first + 6])):
            continue
        for last in range(len(pieces), first, -1):
            entity, value = _value(_joined(pieces[first:last]), spoken_of=spoken_of)
            if entity:
                yield Found(pieces[first].start, pieces[last - 1].end, entity, value)
                break


def _joined(pieces: "list[_Piece]") -> str:
    return "".join(piece.text for piece in pieces)


def _begins(code: str) -> bool:
    """Whether it may be the beginning of one: letters and a digit, or a card's first digit."""
    return bool(re.match(r"RE[-\d]|[A-Z]{1,2}\d|[3-6]\d{3}", code))


def _value(code: str, *, spoken_of: bool) -> "tuple[str, str]":
    """Kind and value of what was spelled, two empty strings where it is nothing."""
    if len(code) >= _SHORTEST and _IBAN.match(code) and iban.is_valid(code, check_country=False):
        return "iban", code
    if ours := _OURS.fullmatch(code):
        customer, count = ours["customer"] or ours["whole"], ours["count"] or ours["rest"]
        return "invoice", f"RE-{customer}-{int(count):04d}"
    if _CARD.fullmatch(code) and luhn.is_valid(code):
        return "card", f"•••• {code[-4:]}"
    if not spoken_of or len(code) > _LONGEST_CODE:
        return "", ""
    if _BRITISH.fullmatch(code):
        return "postcode", f"{code[:-3]} {code[-3:]}"
    return ("postcode", f"{code[:3]} {code[3:]}") if _IRISH.fullmatch(code) else ("", "")
