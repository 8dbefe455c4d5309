"""Finds telephone numbers, typed or spoken digit by digit; the value is in E.164 (+491713920012).

Invariants: a number begins with 0 or +, as dialled; it is valid in the numbering plan of its country; a number without
a country is one of the regions given, the first in which it is valid.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import phonenumbers

from components.matchers import Found
from components.matchers.numbers import WORD, number_of

_TYPED = re.compile(r"(?<![\w.,+/])(?<!\d[ -])(?:\+|\(?0)\(?\d[\d\s()/.\-–]{4,22}\d(?![\w]|[.,]\d)")
# Without a 0 in front: "(212) 555-0147", and with a word for a telephone near it "98765 43210".
_AMERICAN = re.compile(
    r"(?<![\w.,+/-])(?<!\d )(?:1[\s.-])?(?:\([2-9]\d{2}\)\s?|[2-9]\d{2}[.-])\d{3}[\s.-]\d{4}(?![\w]|[.,-]\d)|(?<![\w.,+/-])(?<!\d )(?P<loose>[2-9]\d{2}\s\d{3}\s\d{4}|[2-9]\d{9})(?![\w]|[.,-]\d| \d)"
)
_INDIAN = re.compile(r"(?<![\w.,+/-])(?<!\d )[6-9]\d{4}[ -]?\d{5}(?![\w]|[.,-]\d| \d)")
_SPEAKS_OF = re.compile(
    r"\b(?:call|phone|mobile|cell\w*|whats ?app|ring|text|reach|dial|telephone|sms|(?:contact|mob|ph|tel|my|new|best) (?:no|number))\b",
    re.IGNORECASE,
)
_OTHER_NUMBER = re.compile(
    r"\b(?:account|customer|order|reference|ref|invoice|sort code|ticket|case|parcel|tracking|booking|membership)\s(?:no|number|nr|code|id)?\b",
    re.IGNORECASE,
)
_A_DATE = re.compile(r"\d{1,2}[./]\s?\d{1,2}[./]\s?\d{2,4}\b|\d\d[ -]\d\d[ -](?:19|20)\d\d$")
_BRITAIN, _OVERSEAS = 44, 10
_BRITISH_EXAMPLE = re.compile(r"7[1-57-9]\d{8}|1632960\d{3}")
_DIGIT = rf"(?:oh|o|{WORD}|\d{{1,4}})"
_SPOKEN = re.compile(
    rf"\b(?:plus\s+)?(?:(?:double|triple|treble|doppel)\s+)?{_DIGIT}(?:[\s,-]+(?:(?:double|triple|treble|doppel)\s+)?{_DIGIT}(?:\s+(?:hundred|thousand))?){{4,16}}\b",
    re.IGNORECASE,
)
_STEP = re.compile(
    rf"(?:(?P<times>double|triple|treble|doppel)\s+)?\b(?P<digit>{_DIGIT})\b(?:\s+(?P<noughts>hundred|thousand)\b)?",
    re.IGNORECASE,
)
# Whose country the text names, and how only Austrians and Swiss space theirs: 0664 1234567, 079 123 45 67.
_NAMED = (
    (
        "AT",
        re.compile(
            r"österreich|oesterreich|austria|\bwien|vienna|\bgraz|\blinz|salzburg|innsbruck",
            re.IGNORECASE,
        ),
    ),
    (
        "CH",
        re.compile(
            r"schweiz|switzerland|swiss|zürich|zurich|\bbasel|\bbern\b|luzern|winterthur|grüezi|natel|franken",
            re.IGNORECASE,
        ),
    ),
    ("IE", re.compile(r"\birish\b|\bireland\b|dublin|galway|\bcork\b|limerick", re.IGNORECASE)),
    (
        "GB",
        re.compile(r"\bbritish\b|\buk\b|england|london|scotland|\bwales\b|britisch", re.IGNORECASE),
    ),
    ("FR", re.compile(r"\bfrench\b|\bfrance\b|französ|frankreich", re.IGNORECASE)),
    ("NL", re.compile(r"\bdutch\b|netherlands|niederl|holländ", re.IGNORECASE)),
    ("ES", re.compile(r"\bspanish\b|\bspain\b|spanisch|spanien", re.IGNORECASE)),
    ("IT", re.compile(r"\bitalian\b|\bitaly\b|italien", re.IGNORECASE)),
    ("BE", re.compile(r"\bbelgian\b|\bbelgium\b|belgi(?:sch|en)", re.IGNORECASE)),
    ("DE", re.compile(r"\bgerman\b|\bgermany\b|\bberlin\b|\bmunich\b", re.IGNORECASE)),
)
_SPACED = (
    ("AT", re.compile(r"\(?06(?:5[0-9]|6[0-9]|7[0-9]|8[0-9]|99)\)?[\s/-]+\d")),
    ("CH", re.compile(r"\(?0\d\d\)?[\s/]\d{3}[\s.]\d\d[\s.]\d\d$")),
)
_STARTS = re.compile(r"\b(?:null|zero|oh|o|plus|double)\b", re.IGNORECASE)


def phone_finder(regions: Sequence[str]) -> Callable[[str], Iterator[Found]]:
    """A matcher that reads national numbers in these regions (ISO 3166), the first that fits."""

    def find_phone(text: str) -> Iterator[Found]:
        for match in _TYPED.finditer(text):
            written = match.group()
            value = (
                None
                if _A_DATE.match(written)
                else _valid(written, _at_home(written, text, regions))
            )
            if value:
                yield Found(match.start(), match.end(), "phone", value)
        if regions[0] == "GB":
            yield from _overseas(text)
        yield from _spoken(text, regions)

    return find_phone


def _spoken(text: str, regions: Sequence[str]) -> Iterator[Found]:
    """Numbers said digit by digit; of the United States and India also without a 0 in front."""
    overseas = regions[0] == "GB" and _SPEAKS_OF.search(text) and not _OTHER_NUMBER.search(text)
    if not (overseas or _STARTS.search(text)):
        return
    for match in _SPOKEN.finditer(text):
        spoken = _digits(match.group())
        led = spoken.startswith(("0", "+"))
        if not led and not (overseas and len(spoken) == _OVERSEAS):
            continue
        at_home = _at_home(spoken, text, regions) if led else ("US", "IN")
        if value := _valid(spoken, at_home):
            yield Found(match.start(), match.end(), "phone", value)


def _overseas(text: str) -> Iterator[Found]:
    """Numbers of North America and India, which have no 0 in front."""
    spoken_of = _SPEAKS_OF.search(text) and not _OTHER_NUMBER.search(text)
    for match in _AMERICAN.finditer(text):
        if (spoken_of or not match["loose"]) and (value := _valid(match.group(), ("US",))):
            yield Found(match.start(), match.end(), "phone", value)
    for match in _INDIAN.finditer(text) if spoken_of else ():
        if value := _valid(match.group(), ("IN",)):
            yield Found(match.start(), match.end(), "phone", value)


def _at_home(written: str, text: str, regions: Sequence[str]) -> "tuple[str, ...]":
    """The regions, first what the text names or the number's spacing shows, but for the isles."""
    named = [region for region, words in _NAMED if words.search(text)]
    spaced = [region for region, shape in _SPACED if region in regions and shape.match(written)]
    at = regions.index("DE")
    return tuple(dict.fromkeys((*named, *regions[:at], *spaced, *regions[at:])))


def _digits(spoken: str) -> str:
    """The digits of what was said; "double four" is 44, "neununddreißig" 39."""
    found = ["+"] if spoken.lower().startswith("plus") else []
    for step in _STEP.finditer(spoken):
        word = step["digit"].lower()
        digits = "0" if word in {"oh", "o"} else word if word.isdigit() else str(number_of(word))
        times = {"double": 2, "doppel": 2, "triple": 3, "treble": 3}.get(
            (step["times"] or "").lower(), 1
        )
        noughts = {"hundred": "00", "thousand": "000"}.get((step["noughts"] or "").lower(), "")
        found.append(digits * times + noughts)
    return "".join(found)


@lru_cache(maxsize=64)
def _valid(written: str, regions: "tuple[str, ...]") -> "str | None":
    """The number in E.164, or None."""
    for region in regions:
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        if (
            phonenumbers.is_valid_number(number) or _kept_for_examples(number)
        ) and not number.extension:
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def _kept_for_examples(number: phonenumbers.PhoneNumber) -> bool:
    """British numbers in no plan: those Ofcom keeps for drama (01632 960..., 07700 900...), and other mobile ranges.

    The business takes numbers by the same rule.
    """
    return number.country_code == _BRITAIN and bool(
        _BRITISH_EXAMPLE.fullmatch(str(number.national_number))
    )
