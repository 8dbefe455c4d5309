"""Finds e-mail addresses, typed or dictated ("max punkt muster at gmx punkt de"); the domain is in lower case.

Invariant: a dictated address has a domain with a known ending, because "at" and "dot" are everyday words.
"""

import re
from collections.abc import Iterator

from components.matchers import Found
from components.matchers.numbers import WORD, number_of

_ADDRESS = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+'-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}(?![\w-])"
)
_MARKS = {
    "punkt": ".", "dot": ".", "point": ".", "minus": "-", "bindestrich": "-", "dash": "-", "hyphen": "-",
    "unterstrich": "_", "underscore": "_", "plus": "+",
}  # fmt: skip
_MARK = rf"(?:\s+(?:{'|'.join(_MARKS)})\s+)"
_DOT = r"(?:\s+(?:punkt|dot|point)\s+|\s?[(\[{](?:punkt|dot)[)\]}]\s?|\.)"
_ENDING = r"(?:de|com|org|net|at|ch|eu|uk|co|ie|io|info|me|fr|it|es|nl|pl|be|email|online|ca|au|nz|edu|gov|biz|scot|wales|(?<=dot )in)"
# "grant four", "j a n e", "jane doe all one word": what is said in one address with blanks.
_DIGIT = rf"(?:{WORD}|\d{{1,4}})"
_LETTERS = r"[a-z0-9](?:\s[a-z0-9]){1,12}"
_PART = rf"(?:{_LETTERS}(?!\w)|[\w.+-]{{1,40}})"
_ASIDE = r"(?:,?\s+(?:(?:that's\s)?all\s(?:one\sword|lower\s?case|small\sletters|together)|one\sword|no\s(?:spaces?|dots?|gaps?)),?)"
_DICTATED = re.compile(
    rf"(?<![\w.+-])(?P<local>(?:{_LETTERS}(?!\w)|(?P<pair>[a-z]{{2,20}}\s[a-z]{{2,20}})(?={_ASIDE})|[a-z0-9][\w.+-]{{0,40}})(?:{_MARK}{_PART}){{0,4}}(?:\s{_DIGIT}\b){{0,4}}){_ASIDE}?"
    rf"(?:\s+(?:at(?:\sthe\srate(?:\sof)?)?|ät|et|klammeraffe)\s+|\s?[(\[{{](?:at|ät|@)[)\]}}]\s?|\s?@\s?)"
    rf"(?P<domain>[a-z0-9-]{{1,40}}(?:\s+(?:minus|bindestrich|dash)\s+[a-z0-9]{{1,40}})?(?:{_DOT}[a-z0-9-]{{1,40}}){{0,2}}?{_DOT}{_ENDING}(?:{_DOT}(?:uk|in|nz|au))?)(?![\w-])",
    re.IGNORECASE,
)
_HINT = re.compile(r"\bat\b|\bät\b|\bet\b|klammeraffe|@", re.IGNORECASE)
_SPOKEN = re.compile(rf"\s+({'|'.join(_MARKS)})\s+|\s?[(\[{{](punkt|dot)[)\]}}]\s?", re.IGNORECASE)
_NUMBER = re.compile(rf"(?<=\s){WORD}\b", re.IGNORECASE)
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
        "at",
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
        if match["local"].lower().split()[0] in _NOBODY and " at " in match.group():
            continue
        local, domain = _written(match["local"]), _written(match["domain"]).lower()
        yield Found(match.start(), match.end(), "email", f"{local}@{domain}")


def _written(spoken: str) -> str:
    """The marks of an address in the place of their names, digits for their words, and no blanks."""
    marked = _SPOKEN.sub(lambda mark: _MARKS[(mark[1] or mark[2]).lower()], spoken)
    return "".join(_NUMBER.sub(lambda number: str(number_of(number.group())), marked).split())
