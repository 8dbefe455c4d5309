"""Countries as people name them in an address: to code, and to a name in the reader's language.

Invariants: a country is one that was named, or that the form of the postcode leaves no doubt about.
"""

import re
from collections.abc import Mapping

from babel import Locale as Language

from handoff.contract import Locale

_KNOWN = [
    "DE",
    "AT",
    "CH",
    "LI",
    "LU",
    "BE",
    "NL",
    "DK",
    "FR",
    "IT",
    "ES",
    "PT",
    "PL",
    "CZ",
    "GB",
    "IE",
    "SE",
    "NO",
    "FI",
    "HU",
    "SK",
    "SI",
    "HR",
    "RO",
    "BG",
    "GR",
    "TR",
    "US",
    "CA",
    "AU",
]
_ALSO: Mapping[str, str] = {
    "england": "GB",
    "schottland": "GB",
    "scotland": "GB",
    "wales": "GB",
    "großbritannien": "GB",
    "great britain": "GB",
    "uk": "GB",
    "usa": "US",
    "holland": "NL",
    "turkey": "TR",
    "czech republic": "CZ",
    "tschechische republik": "CZ",
}
_BRITISH = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", re.IGNORECASE)


def country_name(code: str, locale: Locale) -> str:
    """What a country is called; its code where nobody knows it."""
    return str(Language(locale).territories.get(code, code))


_BY_NAME: Mapping[str, str] = {
    **{country_name(code, locale).casefold(): code for code in _KNOWN for locale in ("de", "en")},
    **_ALSO,
}
_NAMED = re.compile(rf"\b(?:{'|'.join(map(re.escape, _BY_NAME))})\b")


def country_of(typed: str, postcode: str | None = None) -> str | None:
    """The country that words name, the last of several; else the one that only has postcodes like this."""
    named = _NAMED.findall(typed.casefold())
    if named:
        return _BY_NAME[named[-1]]
    return "GB" if postcode and _BRITISH.fullmatch(postcode) else None
