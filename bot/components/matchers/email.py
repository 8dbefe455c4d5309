"""Finds e-mail addresses, typed or dictated ("max punkt muster at gmx punkt de"); the domain is in lower case.

Invariant: a dictated address has a domain with a known ending, because "at" and "dot" are everyday words.
"""

import re
from collections.abc import Iterator

from components.matchers import Found

_ADDRESS = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+'-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}(?![\w-])"
)
_MARKS = {
    "punkt": ".", "dot": ".", "point": ".", "minus": "-", "bindestrich": "-", "dash": "-", "hyphen": "-",
    "unterstrich": "_", "underscore": "_", "plus": "+",
}  # fmt: skip
_MARK = rf"(?:\s+(?:{'|'.join(_MARKS)})\s+)"
_DOT = r"(?:\s+(?:punkt|dot|point)\s+|\s?[(\[{](?:punkt|dot)[)\]}]\s?|\.)"
_ENDING = r"(?:de|com|org|net|at|ch|eu|uk|co|ie|io|info|me|fr|it|es|nl|pl|be|email|online)"
_DICTATED = re.compile(
    rf"(?<![\w.+-])(?P<local>[a-z0-9][\w.+-]{{0,40}}(?:{_MARK}[\w.+-]{{1,40}}){{0,4}})"
    rf"(?:\s+(?:at|ät|et|klammeraffe)\s+|\s?[(\[{{](?:at|ät|@)[)\]}}]\s?|\s?@\s?)"
    rf"(?P<domain>[a-z0-9-]{{1,40}}(?:\s+(?:minus|bindestrich|dash)\s+[a-z0-9]{{1,40}})?(?:{_DOT}[a-z0-9-]{{1,40}}){{0,2}}?{_DOT}{_ENDING}(?:{_DOT}uk)?)(?![\w-])",
    re.IGNORECASE,
)
_HINT = re.compile(r"\bat\b|\bät\b|\bet\b|klammeraffe|@", re.IGNORECASE)
_SPOKEN = re.compile(rf"\s+({'|'.join(_MARKS)})\s+|\s?[(\[{{](punkt|dot)[)\]}}]\s?", re.IGNORECASE)
# "I am at work dot com": these are said before "at", they are nobody's address.
_NOBODY = frozenset(
    [
        "i",
        "am",
        "is",
        "are",
        "was",
        "be",
        "me",
        "us",
        "him",
        "her",
        "it",
        "look",
        "looking",
        "here",
        "still",
        "only",
        "work",
        "stay",
        "live",
        "home",
        "good",
        "bad",
        "arrive",
        "back",
        "not",
        "now",
        "that",
        "this",
        "you",
    ]
)


def find_email(text: str) -> Iterator[Found]:
    """Every address in the text."""
    for match in _ADDRESS.finditer(text):
        local, _, domain = match.group().rpartition("@")
        yield Found(match.start(), match.end(), "email", f"{local}@{domain.lower()}")
    if not _HINT.search(text):
        return
    for match in _DICTATED.finditer(text):
        if match["local"].lower() in _NOBODY and " at " in match.group():
            continue
        local, domain = _written(match["local"]), _written(match["domain"]).lower()
        yield Found(match.start(), match.end(), "email", f"{local}@{domain}")


def _written(spoken: str) -> str:
    """The marks of an address in the place of their names."""
    return _SPOKEN.sub(lambda mark: _MARKS[(mark[1] or mark[2]).lower()], spoken)
