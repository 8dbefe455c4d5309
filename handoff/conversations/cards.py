"""Finds payment card numbers in what people type and masks them (PCI DSS 4.0.1: before storage, logs and model).

Invariants: digits count in every script and width; a number is a card when its prefix and length are an
issuer's and its Luhn sum is right; valid IBANs and our own numbers (invoice, customer, case) stay whole.
"""

import re
import unicodedata
from collections.abc import Iterator

from stdnum import luhn

_IBAN_LENGTHS = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
    "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26,
    "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28,
    "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "VA": 22,
}  # fmt: skip
_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}")
_OWN_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?:INV|ORD|RE|R|K|B|C)-[0-9][0-9-]*", re.IGNORECASE)
_SEPARATORS = frozenset(" \t\n\u00a0.-/_,:|\u00b7\u2007\u2009\u202f\u2010\u2011\u2012\u2013\u2014")
_MAX_SEPARATORS = 3
_FEWEST_DIGITS, _MAX_DIGITS = 13, 19
_MAESTRO = frozenset({13, 15, 16, 18, 19})
_LONG = frozenset(range(16, 20))
# An issuer's lowest and highest prefix, and the lengths its numbers have.
_ISSUERS = (
    ("4", "4", frozenset({13, 16, 19})),
    ("51", "55", frozenset({16})),
    ("2221", "2720", frozenset({16})),
    ("34", "34", frozenset({15})),
    ("37", "37", frozenset({15})),
    ("300", "305", _LONG | {14}),
    ("36", "36", _LONG | {14}),
    ("38", "39", _LONG | {14}),
    ("6011", "6011", _LONG),
    ("644", "659", _LONG),
    ("3528", "3589", _LONG),
    ("62", "62", _LONG),
    ("5018", "5018", _MAESTRO),
    ("5020", "5020", _MAESTRO),
    ("5038", "5038", _MAESTRO),
    ("5893", "5893", _MAESTRO),
    ("6304", "6304", _MAESTRO),
    ("6759", "6763", _MAESTRO),
)

Digit = tuple[int, str]
"""The place of a digit in the text, and its value."""


def mask_cards(text: str) -> str:
    """Replace every card number by dots and its last four digits."""
    if sum(map(str.isdigit, text)) < _FEWEST_DIGITS:
        return text  # nearly every message; the search goes letter by letter
    exempt = _exempt_places(text)
    masked = list(text)
    for run in _runs(text):
        for card in _cards(run, exempt):
            start, end = card[0][0], card[-1][0]
            shown = "".join(value for _, value in card[-4:])
            masked[start : end + 1] = [f"•••• {shown}"] + [""] * (end - start)
    return "".join(masked)


def is_card(number: str) -> bool:
    """Whether these ASCII digits are a card number by prefix, length and Luhn sum."""
    known = any(
        len(number) in lengths and low <= number[: len(low)] <= high
        for low, high, lengths in _ISSUERS
    )
    return known and bool(luhn.is_valid(number))


def _cards(run: list[list[Digit]], exempt: set[int]) -> Iterator[list[Digit]]:
    """The cards inside one run of digit groups, from left to right, none overlapping; longest first."""
    first = 0
    while first < len(run):
        taken = 0
        for last in range(min(len(run), first + _MAX_DIGITS), first, -1):
            digits = [digit for group in run[first:last] for digit in group]
            free = not any(place in exempt for place, _ in digits)
            if free and is_card("".join(value for _, value in digits)):
                yield digits
                taken = last - first
                break
            if last == first + 1 and free and (glued := _glued(digits)):
                yield glued
                taken = 1
        first += taken or 1


def _glued(group: list[Digit]) -> list[Digit] | None:
    """A card at the start of one long group: an expiry date or check number was typed right behind it."""
    if len(group) <= _MAX_DIGITS:
        return None
    for length in range(_MAX_DIGITS, 12, -1):
        if is_card("".join(value for _, value in group[:length])):
            return group[:length]
    return None


def _runs(text: str) -> Iterator[list[list[Digit]]]:
    """Digit groups that stand together: parted by a few separators at most."""
    run: list[list[Digit]] = []
    previous = -1
    for place, value in _digits(text):
        if run and place == previous + 1:
            run[-1].append((place, value))
        elif run and _joins(text[previous + 1 : place]):
            run.append([(place, value)])
        else:
            if run:
                yield run
            run = [[(place, value)]]
        previous = place
    if run:
        yield run


def _joins(between: str) -> bool:
    """Whether the characters between two groups only part them."""
    visible = [c for c in between if unicodedata.category(c) not in {"Mn", "Me", "Cf"}]
    return len(visible) <= _MAX_SEPARATORS and all(c in _SEPARATORS for c in visible)


def _digits(text: str) -> Iterator[Digit]:
    for place, char in enumerate(text):
        value = unicodedata.digit(char, None)
        if value is not None:
            yield place, str(value)


def _exempt_places(text: str) -> set[int]:
    own = {place for match in _OWN_NUMBER.finditer(text) for place in range(*match.span())}
    ibans = {
        place for match in _IBAN_START.finditer(text) for place in _iban_at(text, match.start())
    }
    return own | ibans


def _iban_at(text: str, start: int) -> range:
    """The places of the valid IBAN which begins here; empty when there is none."""
    wanted = _IBAN_LENGTHS.get(text[start : start + 2].upper(), 0)
    letters = ""
    for place in range(start, len(text)):
        if len(letters) == wanted:
            break
        if text[place].isascii() and text[place].isalnum():
            letters += text[place].upper()
        elif text[place] not in " \u00a0-":
            break
    else:
        place = len(text)
    if not wanted or len(letters) != wanted:
        return range(0)
    rearranged = letters[4:] + letters[:4]
    valid = int("".join(str(int(c, 36)) for c in rearranged)) % 97 == 1
    return range(start, place) if valid else range(0)
